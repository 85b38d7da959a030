package bytchat.wire;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.bencode.BList;
import bytchat.api.bencode.BValue;
import bytchat.api.bencode.BencodeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** Reads canonical bencode and nothing else; see {@link Bencode} for the threats it answers. */
final class BencodeReader {
    private static final BList EMPTY_LIST = new BList(List.of());

    private final byte[] in;
    private int position;

    BencodeReader(byte[] in) {
        this.in = in;
    }

    /** The one value that fills the input. */
    BValue only() {
        BValue value = value(0);
        if (position != in.length) {
            throw fail("bytes after the end of the value");
        }
        return value;
    }

    private BValue value(int depth) {
        byte first = peek();
        if (first >= '0' && first <= '9') {
            return BBytes.wrap(string());
        }
        return switch (first) {
            case 'i' -> integer();
            case 'l' -> list(inner(depth));
            case 'd' -> dict(inner(depth));
            default -> throw fail("no value starts like this");
        };
    }

    private int inner(int depth) {
        if (depth == Bencode.DEPTH_MAX) {
            throw fail("deeper than " + Bencode.DEPTH_MAX);
        }
        position++;
        return depth + 1;
    }

    private BList list(int depth) {
        if (atEnd()) {
            return EMPTY_LIST;
        }
        List<BValue> values = new ArrayList<>();
        do {
            values.add(value(depth));
        } while (!atEnd());
        return new BList(values);
    }

    private BDict dict(int depth) {
        if (atEnd()) {
            return BDict.EMPTY;
        }
        TreeMap<BBytes, BValue> entries = new TreeMap<>();
        byte[] previous = null;
        do {
            byte[] key = string();
            if (previous != null) {
                int order = Arrays.compareUnsigned(previous, key);
                if (order >= 0) {
                    throw fail(order == 0 ? "a key twice" : "keys that are not sorted");
                }
            }
            previous = key;
            entries.put(BBytes.wrap(key), value(depth));
        } while (!atEnd());
        return BDict.of(entries);
    }

    private byte[] string() {
        byte digit = peek();
        if (digit < '0' || digit > '9') {
            throw fail("no byte string where a key is due");
        }
        // A length is at most what is left of the input, so that it neither overflows nor allocates on a stranger's
        // word.
        int length = 0;
        int digits = 0;
        while (digit >= '0' && digit <= '9') {
            if (digits > 0 && length == 0) {
                throw fail("a length with a leading zero");
            }
            length = length * 10 + (digit - '0');
            digits++;
            position++;
            if (length > in.length - position) {
                throw fail("a byte string longer than what is left");
            }
            digit = peek();
        }
        if (digit != ':') {
            throw fail("a length without colon");
        }
        position++;
        if (length > in.length - position) {
            throw fail("a byte string longer than what is left");
        }
        byte[] bytes = Arrays.copyOfRange(in, position, position + length);
        position += length;
        return bytes;
    }

    private BInteger integer() {
        position++;
        boolean negative = peek() == '-';
        if (negative) {
            position++;
        }
        byte digit = peek();
        if (digit < '0' || digit > '9') {
            throw fail("an integer without digits");
        }
        // Collected as a negative number, because Long.MIN_VALUE has no positive counterpart.
        long value = 0;
        int digits = 0;
        while (digit >= '0' && digit <= '9') {
            if (digits > 0 && value == 0) {
                throw fail("an integer with a leading zero");
            }
            int unit = digit - '0';
            if (value < (Long.MIN_VALUE + unit) / 10) {
                throw fail("an integer wider than 64 bits");
            }
            value = value * 10 - unit;
            digits++;
            position++;
            digit = peek();
        }
        if (digit != 'e') {
            throw fail("an integer without end");
        }
        position++;
        if (negative) {
            if (value == 0) {
                throw fail("minus zero");
            }
            return new BInteger(value);
        }
        if (value == Long.MIN_VALUE) {
            throw fail("an integer wider than 64 bits");
        }
        return new BInteger(-value);
    }

    private boolean atEnd() {
        if (peek() != 'e') {
            return false;
        }
        position++;
        return true;
    }

    private byte peek() {
        if (position >= in.length) {
            throw fail("ends too early");
        }
        return in[position];
    }

    private BencodeException fail(String what) {
        return new BencodeException("not canonical bencode at byte " + position + ": " + what);
    }
}
