package bytchat.wire;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BValue;
import bytchat.api.bencode.BencodeException;
import bytchat.api.keyspace.Key;
import java.util.Arrays;
import java.util.Optional;

/**
 * A KRPC message seen where it lies: one pass over the bytes notes where its parts are and makes no object. It takes
 * and refuses what {@link KrpcMessage#parse} does, but for answers, of which it only tells kind and transaction. One
 * view serves message after message, each valid until the next is read; the bytes must not change meanwhile.
 *
 * <p>Nearly every datagram is a {@code ping} or {@code find_node} query. With trees of values, reading one and writing
 * its answer cost as much again as the system's receiving and sending.
 */
public final class KrpcView {
    private static final int NONE = -1;

    private final BencodeCursor cursor = new BencodeCursor(new byte[0], 0, 0);
    private byte kind;
    private int t;
    private int tLength;
    private int q;
    private int qLength;
    private int a;
    private int nw;
    private int nwLength;
    private boolean readOnly;
    private String flaw;

    /**
     * Reads a message that fills {@code bytes} exactly.
     *
     * @throws BencodeException if it is not canonical, or has no transaction or no kind: nothing can be answered then
     */
    public void read(byte[] bytes, int bytesMax) {
        if (bytes.length > bytesMax) {
            throw new BencodeException(bytes.length + " bytes, at most " + bytesMax + " are allowed here");
        }
        kind = 0;
        t = NONE;
        q = NONE;
        a = NONE;
        nw = NONE;
        nwLength = 0;
        readOnly = false;
        flaw = null;
        cursor.over(bytes, 0, bytes.length);
        if (cursor.peek() != 'd') {
            throw new BencodeException("not a dictionary");
        }
        int depth = cursor.enter(0);
        int previous = NONE;
        int previousLength = 0;
        while (!cursor.atEnd()) {
            int length = cursor.length();
            int key = cursor.position();
            cursor.advance(length);
            if (previous != NONE) {
                cursor.requireOrder(previous, previousLength, key, length);
            }
            previous = key;
            previousLength = length;
            entry(bytes, key, length, depth);
        }
        if (cursor.position() != bytes.length) {
            throw cursor.fail("bytes after the end of the value");
        }
        finish();
    }

    private void entry(byte[] in, int key, int length, int depth) {
        int value = cursor.position();
        byte first = length > 0 ? in[key] : 0;
        if (length == 1) {
            switch (first) {
                case 't' -> {
                    tLength = string(KrpcMessage.TRANSACTION_BYTES_MAX, depth);
                    t = tLength == NONE ? NONE : cursor.position() - tLength;
                    return;
                }
                case 'y' -> {
                    kind = string(1, depth) == 1 ? in[cursor.position() - 1] : 0;
                    return;
                }
                case 'q' -> {
                    qLength = string(KrpcMessage.METHOD_BYTES_MAX, depth);
                    q = qLength == NONE ? NONE : cursor.position() - qLength;
                    return;
                }
                case 'a' -> a = cursor.peek() == 'd' ? value : NONE;
                case 'v' -> {
                    if (string(KrpcMessage.VERSION_BYTES_MAX, depth) == NONE) {
                        flaw = "'v' is not a byte string of at most " + KrpcMessage.VERSION_BYTES_MAX + " bytes";
                    }
                    return;
                }
                default -> { }
            }
        } else if (length == 2 && first == 'n' && in[key + 1] == 'w') {
            nwLength = string(KrpcMessage.NETWORK_BYTES_MAX, depth);
            nw = cursor.position() - nwLength;
            if (nwLength == NONE) {
                flaw = "'nw' is not a byte string of at most " + KrpcMessage.NETWORK_BYTES_MAX + " bytes";
            }
            return;
        }
        cursor.skip(depth);
        if (length == 2 && first == 'r' && in[key + 1] == 'o') {
            readOnly = cursor.position() - value == 3 && in[value] == 'i' && in[value + 1] == '1';
        }
    }

    /** Goes over the value; its length if it is a byte string of at most so many bytes, else {@link #NONE}. */
    private int string(int bytesMax, int depth) {
        if (!cursor.atString()) {
            cursor.skip(depth);
            return NONE;
        }
        int length = cursor.length();
        cursor.advance(length);
        return length <= bytesMax ? length : NONE;
    }

    private void finish() {
        if (t == NONE) {
            throw new BencodeException("'t' is missing, or not a byte string of at most "
                    + KrpcMessage.TRANSACTION_BYTES_MAX + " bytes");
        }
        if (kind != 'q' && kind != 'r' && kind != 'e') {
            throw new BencodeException("'y' is neither q, r nor e");
        }
        if (kind != 'q') {
            flaw = null;
        } else if (q == NONE) {
            flaw = "'q' is missing, or not a byte string of at most " + KrpcMessage.METHOD_BYTES_MAX + " bytes";
        } else if (a == NONE) {
            flaw = "'a' is missing or not a dictionary";
        }
    }

    /** Whether it asks something; else it answers. */
    public boolean isQuery() {
        return kind == 'q';
    }

    /** Why this query cannot be served; empty if it can, as far as the message itself goes. */
    public Optional<String> flaw() {
        return Optional.ofNullable(flaw);
    }

    /** A copy of the transaction id. */
    public byte[] transaction() {
        return Arrays.copyOfRange(cursor.in(), t, t + tLength);
    }

    /** The transaction id as a number, if it is one of 4 bytes, as ours are; else -1, which no number of 4 bytes is. */
    public long transactionNumber() {
        if (tLength != Integer.BYTES) {
            return -1;
        }
        byte[] in = cursor.in();
        return (in[t] & 0xffL) << 24 | (in[t + 1] & 0xff) << 16 | (in[t + 2] & 0xff) << 8 | in[t + 3] & 0xff;
    }

    /** Bytes of the transaction id as {@link #writeTransaction} writes it. */
    public int transactionBytes() {
        return BencodeWriter.digits(tLength) + 1 + tLength;
    }

    /** Writes the transaction id as a byte string. */
    public void writeTransaction(BencodeWriter out) {
        out.string(cursor.in(), t, tLength);
    }

    /** Whether this is the query's method. */
    public boolean isMethod(BBytes name) {
        byte[] in = cursor.in();
        byte[] wanted = name.unsafeArray();
        return Arrays.equals(in, q, q + qLength, wanted, 0, wanted.length);
    }

    /** Whether it is of this network; empty: of an open one. */
    public boolean isOfNetwork(Optional<BBytes> name) {
        if (name.isEmpty() || nw == NONE) {
            return name.isEmpty() && nw == NONE;
        }
        byte[] wanted = name.get().unsafeArray();
        return Arrays.equals(cursor.in(), nw, nw + nwLength, wanted, 0, wanted.length);
    }

    /** Whether the asker only uses the network (BEP 43). */
    public boolean readOnly() {
        return readOnly;
    }

    /**
     * An argument that is a key.
     *
     * @param bytes the key space's width in bytes
     * @throws BencodeException if it is absent, no byte string or of another length
     */
    public Key key(BBytes name, int bytes) {
        if (!toArgument(name)) {
            throw new BencodeException("'" + name.utf8() + "' is missing");
        }
        if (!cursor.atString()) {
            throw new BencodeException("'" + name.utf8() + "' has the wrong type, expected BBytes");
        }
        int length = cursor.length();
        if (length != bytes) {
            throw new BencodeException("'" + name.utf8() + "' has " + length + " bytes, expected " + bytes);
        }
        return Key.of(cursor.in(), cursor.position(), cursor.position() + length);
    }

    /** An argument of any kind. */
    public Optional<BValue> argument(BBytes name) {
        if (!toArgument(name)) {
            return Optional.empty();
        }
        int from = cursor.position();
        cursor.skip(0);
        return Optional.of(new BencodeReader(cursor.in(), from, cursor.position()).only());
    }

    /** Puts the cursor on the argument's value, if there is one. */
    private boolean toArgument(BBytes name) {
        byte[] in = cursor.in();
        byte[] wanted = name.unsafeArray();
        cursor.moveTo(a + 1);
        while (!cursor.atEnd()) {
            int length = cursor.length();
            int key = cursor.position();
            cursor.advance(length);
            if (Arrays.equals(in, key, key + length, wanted, 0, wanted.length)) {
                return true;
            }
            cursor.skip(0);
        }
        return false;
    }
}
