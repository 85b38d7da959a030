package bytchat.wire;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.bencode.BList;
import bytchat.api.bencode.BValue;
import java.util.Map;

/**
 * Writes bencode into an array that is large enough: measured before by {@link Bencode}, or bounded by who writes. The
 * order of keys is the writer's business.
 */
public final class BencodeWriter {
    private final byte[] out;
    private int position;

    /** @param out filled from its start */
    public BencodeWriter(byte[] out) {
        this.out = out;
    }

    /** The array that was given. */
    public byte[] bytes() {
        return out;
    }

    /** Bytes written. */
    public int length() {
        return position;
    }

    /** Forgets what was written after so many bytes. */
    public void truncate(int length) {
        position = length;
    }

    /** Writes any value. */
    public void value(BValue value) {
        if (value instanceof BBytes bytes) {
            string(bytes.unsafeArray());
        } else if (value instanceof BInteger integer) {
            raw('i');
            number(integer.value());
            raw('e');
        } else if (value instanceof BList list) {
            raw('l');
            for (BValue element : list.values()) {
                value(element);
            }
            raw('e');
        } else if (value instanceof BDict dict) {
            raw('d');
            for (Map.Entry<BBytes, BValue> entry : dict.entries().entrySet()) {
                string(entry.getKey().unsafeArray());
                value(entry.getValue());
            }
            raw('e');
        }
    }

    /** Writes a byte string. */
    public void string(byte[] bytes) {
        string(bytes, 0, bytes.length);
    }

    /** Writes a part of an array as a byte string. */
    public void string(byte[] bytes, int from, int length) {
        number(length);
        raw(':');
        System.arraycopy(bytes, from, out, position, length);
        position += length;
    }

    /** Writes one byte as it is: the begin or end of a list or dictionary. */
    public void raw(char mark) {
        out[position++] = (byte) mark;
    }

    /** Writes bytes as they are: bencode that was made before. */
    public void raw(byte[] encoded) {
        System.arraycopy(encoded, 0, out, position, encoded.length);
        position += encoded.length;
    }

    private void number(long value) {
        if (value >= 0 && value < 10) { // most are lengths, and short
            out[position++] = (byte) ('0' + value);
            return;
        }
        int end = position + digits(value);
        if (value < 0) {
            out[position] = '-';
        }
        int at = end;
        long rest = value;
        do {
            // The remainder of a negative number is negative, and Long.MIN_VALUE has no positive: hence abs of the
            // digit only.
            out[--at] = (byte) ('0' + Math.abs(rest % 10));
            rest /= 10;
        } while (rest != 0);
        position = end;
    }

    /** Characters of the number in decimal, the sign counted. */
    public static int digits(long value) {
        int digits = value < 0 ? 2 : 1;
        for (long rest = value / 10; rest != 0; rest /= 10) {
            digits++;
        }
        return digits;
    }
}
