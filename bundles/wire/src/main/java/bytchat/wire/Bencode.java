package bytchat.wire;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.bencode.BList;
import bytchat.api.bencode.BValue;
import bytchat.api.bencode.BencodeException;
import java.util.Map;

/**
 * Canonical bencode (BEP 3): every value has exactly one encoding, and only that one is accepted.
 *
 * <p>Threat: two encodings of one value would let a relay change signed bytes without changing their meaning, and
 * length or depth chosen by a stranger would cost memory or stack. Answer: sorted unique keys, minimal numbers, no
 * trailing bytes; depth at most {@value #DEPTH_MAX}; no length is believed before the bytes are there.
 */
public final class Bencode {
    /** Lists and dictionaries within each other, the outermost counted. */
    public static final int DEPTH_MAX = 10;

    private Bencode() {
    }

    /**
     * The canonical bytes.
     *
     * @throws BencodeException if the value is deeper than {@value #DEPTH_MAX}: nobody could decode it
     */
    public static byte[] encode(BValue value) {
        BencodeWriter writer = new BencodeWriter(new byte[size(value, 0)]);
        writer.value(value);
        return writer.bytes();
    }

    /**
     * Reads a dictionary that fills {@code bytes} exactly.
     *
     * @param bytesMax the limit of the place it came from
     * @throws BencodeException if the bytes are too many, not canonical, or not a dictionary
     */
    public static BDict decodeDict(byte[] bytes, int bytesMax) {
        if (decode(bytes, bytesMax) instanceof BDict dict) {
            return dict;
        }
        throw new BencodeException("not a dictionary");
    }

    /**
     * Reads one value that fills {@code bytes} exactly.
     *
     * @param bytesMax the limit of the place it came from
     * @throws BencodeException if the bytes are too many or not canonical
     */
    public static BValue decode(byte[] bytes, int bytesMax) {
        if (bytes.length > bytesMax) {
            throw new BencodeException(bytes.length + " bytes, at most " + bytesMax + " are allowed here");
        }
        return new BencodeReader(bytes).only();
    }

    /**
     * How many lists and dictionaries lie within each other, the outermost counted; 0 for an integer or byte string.
     */
    public static int depth(BValue value) {
        int inner = 0;
        if (value instanceof BList list) {
            for (BValue element : list.values()) {
                inner = Math.max(inner, depth(element));
            }
            return inner + 1;
        }
        if (value instanceof BDict dict) {
            for (BValue element : dict.entries().values()) {
                inner = Math.max(inner, depth(element));
            }
            return inner + 1;
        }
        return 0;
    }

    /** The length of {@link #encode} in bytes, without encoding. */
    public static int encodedBytes(BValue value) {
        return size(value, 0);
    }

    private static int size(BValue value, int depth) {
        if (value instanceof BBytes bytes) {
            return stringSize(bytes);
        }
        if (value instanceof BInteger integer) {
            return Math.addExact(2, BencodeWriter.digits(integer.value()));
        }
        if (depth == DEPTH_MAX) {
            throw new BencodeException("deeper than " + DEPTH_MAX);
        }
        int size = 2;
        if (value instanceof BList list) {
            for (BValue element : list.values()) {
                size = Math.addExact(size, size(element, depth + 1));
            }
        } else if (value instanceof BDict dict) {
            for (Map.Entry<BBytes, BValue> entry : dict.entries().entrySet()) {
                size = Math.addExact(size, stringSize(entry.getKey()));
                size = Math.addExact(size, size(entry.getValue(), depth + 1));
            }
        }
        return size;
    }

    private static int stringSize(BBytes bytes) {
        return Math.addExact(BencodeWriter.digits(bytes.length()) + 1, bytes.length());
    }
}
