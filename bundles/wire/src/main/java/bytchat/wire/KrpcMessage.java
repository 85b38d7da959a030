package bytchat.wire;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.bencode.BList;
import bytchat.api.bencode.BValue;
import bytchat.api.bencode.BencodeException;
import java.util.List;
import java.util.Optional;

/**
 * A KRPC message (BEP 5, with BEP 42's {@code ip}, BEP 43's {@code ro} and our {@code nw}), on a datagram or in a
 * frame. Unknown top-level keys are read over, because BEP 5 implementations send some; they must be canonical all the
 * same.
 *
 * <p>Byte arrays are held as given; messages compare by identity of those, so compare {@link #encode()} instead.
 */
public sealed interface KrpcMessage {
    /** Bytes of a transaction id that is taken from others, and given back to them. */
    int TRANSACTION_BYTES_MAX = 32;
    /** Bytes of a method name. */
    int METHOD_BYTES_MAX = 32;
    /** Bytes of a network's name. */
    int NETWORK_BYTES_MAX = 64;
    /** Bytes of a client's version. */
    int VERSION_BYTES_MAX = 32;

    /** The transaction id: an answer carries its query's. */
    byte[] t();

    /** The canonical bytes to send. */
    byte[] encode();

    /**
     * A request.
     *
     * @param arguments {@code a}
     * @param readOnly  {@code ro}: the caller only uses the network
     * @param network   {@code nw}: absent on an open network
     * @param version   {@code v}: the client's version, opaque
     */
    record Query(
            byte[] t,
            String method,
            BDict arguments,
            boolean readOnly,
            Optional<String> network,
            Optional<byte[]> version) implements KrpcMessage {
        @Override
        public byte[] encode() {
            BDict.Builder message = BDict.builder().put("a", arguments);
            network.ifPresent(name -> message.put("nw", name));
            message.put("q", method);
            if (readOnly) {
                message.put("ro", 1);
            }
            return Fields.finish(message, t, "q", version);
        }
    }

    /**
     * An answer.
     *
     * @param result {@code r}
     * @param ip      the asker's address as seen, compact: 6 or 18 bytes
     * @param network {@code nw} of the answerer, so that the asker too can tell a node of another network
     */
    record Response(byte[] t, BDict result, Optional<byte[]> ip, Optional<byte[]> version, Optional<String> network)
            implements KrpcMessage {
        /** An answer of an open network. */
        public Response(byte[] t, BDict result, Optional<byte[]> ip, Optional<byte[]> version) {
            this(t, result, ip, version, Optional.empty());
        }

        @Override
        public byte[] encode() {
            BDict.Builder message = BDict.builder().put("r", result);
            ip.ifPresent(address -> message.put("ip", address));
            network.ifPresent(name -> message.put("nw", name));
            return Fields.finish(message, t, "r", version);
        }
    }

    /**
     * A refusal.
     *
     * @param code    see {@link bytchat.api.rpc.RpcException}
     * @param text    one sentence
     * @param details the third element of {@code e}, empty if there is none
     */
    record Failure(byte[] t, int code, String text, BDict details) implements KrpcMessage {
        @Override
        public byte[] encode() {
            BValue number = new BInteger(code);
            BValue sentence = BBytes.of(text);
            BList e = details.entries().isEmpty() ? BList.of(number, sentence) : BList.of(number, sentence, details);
            return Fields.finish(BDict.builder().put("e", e), t, "e", Optional.empty());
        }
    }

    /**
     * Reads a datagram or frame.
     *
     * @param bytesMax the limit of the place it came from
     * @throws BencodeException if it is not canonical, or not a KRPC message
     */
    static KrpcMessage parse(byte[] bytes, int bytesMax) {
        BDict message = Bencode.decodeDict(bytes, bytesMax);
        byte[] t = Fields.bytes(message, Fields.T, TRANSACTION_BYTES_MAX)
                .orElseThrow(() -> new BencodeException("'t' is missing"));
        byte[] y = Fields.bytes(message, Fields.Y, 1).orElseThrow(() -> new BencodeException("'y' is missing"));
        if (y.length == 1) {
            switch (y[0]) {
                case 'q':
                    return Fields.query(message, t);
                case 'r':
                    return new Response(t, Fields.dict(message, Fields.R), Fields.bytes(message, Fields.IP, 18),
                            Fields.version(message), Fields.network(message));
                case 'e':
                    return Fields.failure(message, t);
                default:
            }
        }
        throw new BencodeException("'y' is neither q, r nor e");
    }

    /** Keys as bytes: the datagram path builds no strings to look them up. */
    final class Fields {
        private static final BBytes T = BBytes.of("t");
        private static final BBytes Y = BBytes.of("y");
        private static final BBytes Q = BBytes.of("q");
        private static final BBytes A = BBytes.of("a");
        private static final BBytes R = BBytes.of("r");
        private static final BBytes E = BBytes.of("e");
        private static final BBytes V = BBytes.of("v");
        private static final BBytes IP = BBytes.of("ip");
        private static final BBytes RO = BBytes.of("ro");
        private static final BBytes NW = BBytes.of("nw");

        private Fields() {
        }

        private static Query query(BDict message, byte[] t) {
            byte[] method = bytes(message, Q, METHOD_BYTES_MAX)
                    .orElseThrow(() -> new BencodeException("'q' is missing"));
            boolean readOnly = message.entries().get(RO) instanceof BInteger ro && ro.value() == 1;
            return new Query(t, BBytes.wrap(method).utf8(), dict(message, A), readOnly, network(message),
                    version(message));
        }

        private static Failure failure(BDict message, byte[] t) {
            if (!(message.entries().get(E) instanceof BList e)) {
                throw new BencodeException("'e' is missing or not a list");
            }
            List<BValue> values = e.values();
            if (values.size() < 2
                    || !(values.get(0) instanceof BInteger code)
                    || !(values.get(1) instanceof BBytes text)
                    || code.value() != (int) code.value()) {
                throw new BencodeException("'e' is not a code and a text");
            }
            BDict details = values.size() > 2 && values.get(2) instanceof BDict third ? third : BDict.EMPTY;
            return new Failure(t, (int) code.value(), text.utf8(), details);
        }

        private static Optional<String> network(BDict message) {
            return bytes(message, NW, NETWORK_BYTES_MAX).map(name -> BBytes.wrap(name).utf8());
        }

        private static Optional<byte[]> version(BDict message) {
            return bytes(message, V, VERSION_BYTES_MAX);
        }

        private static Optional<byte[]> bytes(BDict message, BBytes key, int bytesMax) {
            BValue value = message.entries().get(key);
            if (value == null) {
                return Optional.empty();
            }
            if (value instanceof BBytes bytes && bytes.length() <= bytesMax) {
                return Optional.of(bytes.unsafeArray());
            }
            throw new BencodeException("'" + key.utf8() + "' is not a byte string of at most " + bytesMax + " bytes");
        }

        private static BDict dict(BDict message, BBytes key) {
            if (message.entries().get(key) instanceof BDict dict) {
                return dict;
            }
            throw new BencodeException("'" + key.utf8() + "' is missing or not a dictionary");
        }

        private static byte[] finish(BDict.Builder message, byte[] t, String y, Optional<byte[]> version) {
            version.ifPresent(v -> message.put("v", v));
            return Bencode.encode(message.put("t", t).put("y", y).build());
        }
    }
}
