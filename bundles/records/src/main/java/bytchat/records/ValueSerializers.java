package bytchat.records;

import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/** The value types that records are made of, as length and bytes. A length never reaches behind the record's end. */
final class ValueSerializers {
    private ValueSerializers() {
    }

    private static void writeBytes(Output output, byte[] bytes) {
        output.writeVarInt(bytes.length, true);
        output.writeBytes(bytes);
    }

    private static byte[] readBytes(Input input) {
        int length = input.readVarInt(true);
        if (length < 0 || length > input.limit() - input.position()) {
            throw new KryoException("a length of " + length + " reaches behind the record's end");
        }
        return input.readBytes(length);
    }

    static final class BytesSerializer extends Serializer<byte[]> {
        @Override
        public void write(Kryo kryo, Output output, byte[] value) {
            writeBytes(output, value);
        }

        @Override
        public byte[] read(Kryo kryo, Input input, Class<? extends byte[]> type) {
            return readBytes(input);
        }
    }

    static final class TextSerializer extends Serializer<String> {
        TextSerializer() {
            super(false, true);
        }

        @Override
        public void write(Kryo kryo, Output output, String value) {
            writeBytes(output, value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String read(Kryo kryo, Input input, Class<? extends String> type) {
            return new String(readBytes(input), StandardCharsets.UTF_8);
        }
    }

    static final class BBytesSerializer extends Serializer<BBytes> {
        BBytesSerializer() {
            super(false, true);
        }

        @Override
        public void write(Kryo kryo, Output output, BBytes value) {
            writeBytes(output, value.unsafeArray());
        }

        @Override
        public BBytes read(Kryo kryo, Input input, Class<? extends BBytes> type) {
            return BBytes.wrap(readBytes(input));
        }
    }

    static final class KeySerializer extends Serializer<Key> {
        KeySerializer() {
            super(false, true);
        }

        @Override
        public void write(Kryo kryo, Output output, Key value) {
            writeBytes(output, value.unsafeArray());
        }

        @Override
        public Key read(Kryo kryo, Input input, Class<? extends Key> type) {
            return Key.of(readBytes(input));
        }
    }

    /** Addresses only, never host names: reading one must not ask a name server. */
    static final class AddressSerializer extends Serializer<InetSocketAddress> {
        AddressSerializer() {
            super(false, true);
        }

        @Override
        public void write(Kryo kryo, Output output, InetSocketAddress value) {
            if (value.isUnresolved()) {
                throw new KryoException("an unresolved address cannot be stored");
            }
            writeBytes(output, value.getAddress().getAddress());
            output.writeVarInt(value.getPort(), true);
        }

        @Override
        public InetSocketAddress read(Kryo kryo, Input input, Class<? extends InetSocketAddress> type) {
            try {
                return new InetSocketAddress(InetAddress.getByAddress(readBytes(input)), input.readVarInt(true));
            } catch (UnknownHostException e) {
                throw new KryoException("an address is of neither 4 nor 16 bytes", e);
            }
        }
    }
}
