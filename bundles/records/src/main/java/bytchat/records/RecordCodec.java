package bytchat.records;

import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.EnumNameSerializer;
import com.esotericsoftware.kryo.serializers.RecordSerializer;
import com.esotericsoftware.kryo.util.Pool;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Turns records into sealed bytes and back.
 *
 * <p>Threat: five bytes chosen by an enemy can make Kryo allocate gigabytes or build objects nobody asked for. Answer:
 * Kryo reads only what the seal has vouched for, that is, bytes this node wrote itself; only the listed classes can be
 * written or read; and its classes are private to this bundle.
 *
 * <p>Components may be primitives, {@link String}, {@code byte[]}, enums, {@link BBytes}, {@link Key} and {@link
 * InetSocketAddress}, none of them null. The stored layout follows the names of the components: renaming, adding or
 * removing one changes the format, and the store that uses it must raise its format version.
 *
 * <p>Safe for use from any thread.
 *
 * @param <T> what all the records have in common
 */
public final class RecordCodec<T> {
    /** Bytes of one encoded record. */
    public static final int RECORD_BYTES_MAX = 1024 * 1024;
    /** Kryo instances kept for reuse; each belongs to one thread at a time. */
    private static final int POOLED_MAX = 4;
    private static final int BUFFER_BYTES = 512;
    /** Below are Kryo's own ids of the primitives; ids are part of the format. */
    private static final int FIRST_ID = 16;

    private final Sealer sealer;
    private final String store;
    private final Class<T> type;
    private final Pool<Kryo> kryos;

    /**
     * @param store  name of the store, part of every seal
     * @param type   what {@link #decode} gives
     * @param types  the record and enum classes that can occur; their order is part of the format: append only
     */
    public RecordCodec(Sealer sealer, String store, Class<T> type, List<Class<?>> types) {
        this.sealer = sealer;
        this.store = store;
        this.type = type;
        List<Class<?>> registered = List.copyOf(types);
        this.kryos = new Pool<>(true, false, POOLED_MAX) {
            @Override
            protected Kryo create() {
                return kryo(registered);
            }
        };
    }

    /**
     * @param key where the record will lie
     * @throws IllegalArgumentException if the record has a null, is of a class that was not listed, or is larger than
     *         {@link #RECORD_BYTES_MAX}
     */
    public byte[] encode(byte[] key, T record) {
        Kryo kryo = kryos.obtain();
        try (Output output = new Output(BUFFER_BYTES, RECORD_BYTES_MAX)) {
            kryo.writeClassAndObject(output, record);
            return sealer.seal(store, key, output.toBytes());
        } catch (KryoException e) {
            throw new IllegalArgumentException("this record cannot be stored: " + e.getMessage(), e);
        } finally {
            kryos.free(kryo);
        }
    }

    /**
     * @param key where the record was found
     * @throws SealException if the seal does not hold, or what it holds is not such a record
     */
    public T decode(byte[] key, byte[] sealed) throws SealException {
        byte[] plain = sealer.open(store, key, sealed);
        Kryo kryo = kryos.obtain();
        try (Input input = new Input(plain)) {
            Object record = kryo.readClassAndObject(input);
            if (!input.end() || !type.isInstance(record)) {
                throw new SealException("a record of '" + store + "' is not a " + type.getSimpleName());
            }
            return type.cast(record);
        } catch (RuntimeException e) {
            throw new SealException("a record of '" + store + "' is not in the format of this version", e);
        } finally {
            kryos.free(kryo);
        }
    }

    private static Kryo kryo(List<Class<?>> types) {
        Kryo kryo = new Kryo();
        kryo.setRegistrationRequired(true);
        kryo.setReferences(false);
        int id = FIRST_ID;
        kryo.register(byte[].class, new ValueSerializers.BytesSerializer(), id++);
        kryo.register(String.class, new ValueSerializers.TextSerializer(), id++);
        kryo.register(BBytes.class, new ValueSerializers.BBytesSerializer(), id++);
        kryo.register(Key.class, new ValueSerializers.KeySerializer(), id++);
        kryo.register(InetSocketAddress.class, new ValueSerializers.AddressSerializer(), id++);
        for (Class<?> type : types) {
            kryo.register(type, serializer(type), id++);
        }
        return kryo;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Serializer<?> serializer(Class<?> type) {
        if (type.isEnum()) {
            return new EnumNameSerializer((Class<? extends Enum>) type);
        }
        RecordSerializer<?> serializer = new RecordSerializer<>(type);
        serializer.setFixedFieldTypes(true);
        return serializer;
    }
}
