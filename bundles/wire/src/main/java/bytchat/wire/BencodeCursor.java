package bytchat.wire;

import bytchat.api.bencode.BencodeException;
import java.util.Arrays;

/** Walks over canonical bencode where it lies, and refuses all else; see {@link Bencode} for the threats it answers. */
class BencodeCursor {
    private byte[] in;
    private int end;
    private int position;

    BencodeCursor(byte[] in, int from, int to) {
        over(in, from, to);
    }

    /** Starts anew, on the bytes {@code from} to {@code to}, exclusive. */
    final void over(byte[] bytes, int from, int to) {
        in = bytes;
        position = from;
        end = to;
    }

    final byte[] in() {
        return in;
    }

    final int position() {
        return position;
    }

    final int end() {
        return end;
    }

    final void moveTo(int where) {
        position = where;
    }

    final byte peek() {
        if (position >= end) {
            throw fail("ends too early");
        }
        return in[position];
    }

    final boolean atString() {
        byte first = peek();
        return first >= '0' && first <= '9';
    }

    /** Whether the list or dictionary ends here; if so, its end is behind the cursor. */
    final boolean atEnd() {
        if (peek() != 'e') {
            return false;
        }
        position++;
        return true;
    }

    /** Into a list or dictionary; returns the depth within. */
    final int enter(int depth) {
        if (depth == Bencode.DEPTH_MAX) {
            throw fail("deeper than " + Bencode.DEPTH_MAX);
        }
        position++;
        return depth + 1;
    }

    /** Reads the length of a byte string, whose bytes are all there, and stands before the first of them. */
    final int length() {
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
            if (length > end - position) {
                throw fail("a byte string longer than what is left");
            }
            digit = peek();
        }
        if (digit != ':') {
            throw fail("a length without colon");
        }
        position++;
        if (length > end - position) {
            throw fail("a byte string longer than what is left");
        }
        return length;
    }

    final void advance(int bytes) {
        position += bytes;
    }

    final long integer() {
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
            return value;
        }
        if (value == Long.MIN_VALUE) {
            throw fail("an integer wider than 64 bits");
        }
        return -value;
    }

    /** Refuses a key that is not above the one before it; both are given by their first byte's place and length. */
    final void requireOrder(int previous, int previousLength, int key, int keyLength) {
        int order = Arrays.compareUnsigned(in, previous, previous + previousLength, in, key, key + keyLength);
        if (order >= 0) {
            throw fail(order == 0 ? "a key twice" : "keys that are not sorted");
        }
    }

    /** Goes over a whole value, which must be canonical to its end. */
    final void skip(int depth) {
        byte first = peek();
        if (first >= '0' && first <= '9') {
            int length = length();
            position += length;
            return;
        }
        switch (first) {
            case 'i' -> integer();
            case 'l' -> skipList(enter(depth));
            case 'd' -> skipDict(enter(depth));
            default -> throw fail("no value starts like this");
        }
    }

    private void skipList(int depth) {
        while (!atEnd()) {
            skip(depth);
        }
    }

    private void skipDict(int depth) {
        int previous = -1;
        int previousLength = 0;
        while (!atEnd()) {
            int length = length();
            int key = position;
            position += length;
            if (previous >= 0) {
                requireOrder(previous, previousLength, key, length);
            }
            previous = key;
            previousLength = length;
            skip(depth);
        }
    }

    final BencodeException fail(String what) {
        return new BencodeException("not canonical bencode at byte " + position + ": " + what);
    }
}
