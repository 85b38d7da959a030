package bytchat.wire;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.bencode.BList;
import bytchat.api.bencode.BValue;
import java.util.Map;

/** Writes into an array of exactly the right size: {@link Bencode} has measured before. */
final class BencodeWriter {
    private final byte[] out;
    private int position;

    BencodeWriter(byte[] out) {
        this.out = out;
    }

    byte[] bytes() {
        return out;
    }

    void value(BValue value) {
        if (value instanceof BBytes bytes) {
            string(bytes.unsafeArray());
        } else if (value instanceof BInteger integer) {
            out[position++] = 'i';
            number(integer.value());
            out[position++] = 'e';
        } else if (value instanceof BList list) {
            out[position++] = 'l';
            for (BValue element : list.values()) {
                value(element);
            }
            out[position++] = 'e';
        } else if (value instanceof BDict dict) {
            out[position++] = 'd';
            for (Map.Entry<BBytes, BValue> entry : dict.entries().entrySet()) {
                string(entry.getKey().unsafeArray());
                value(entry.getValue());
            }
            out[position++] = 'e';
        }
    }

    private void string(byte[] bytes) {
        number(bytes.length);
        out[position++] = ':';
        System.arraycopy(bytes, 0, out, position, bytes.length);
        position += bytes.length;
    }

    private void number(long value) {
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
    static int digits(long value) {
        int digits = value < 0 ? 2 : 1;
        for (long rest = value / 10; rest != 0; rest /= 10) {
            digits++;
        }
        return digits;
    }
}
