package bytchat.wire;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.bencode.BList;
import bytchat.api.bencode.BValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** Makes values of canonical bencode. */
final class BencodeReader extends BencodeCursor {
    private static final BList EMPTY_LIST = new BList(List.of());

    BencodeReader(byte[] in) {
        this(in, 0, in.length);
    }

    BencodeReader(byte[] in, int from, int to) {
        super(in, from, to);
    }

    /** The one value that fills the input. */
    BValue only() {
        BValue value = value(0);
        if (position() != end()) {
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
            case 'i' -> new BInteger(integer());
            case 'l' -> list(enter(depth));
            case 'd' -> dict(enter(depth));
            default -> throw fail("no value starts like this");
        };
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
        int previous = -1;
        int previousLength = 0;
        do {
            byte[] key = string();
            int start = position() - key.length;
            if (previous >= 0) {
                requireOrder(previous, previousLength, start, key.length);
            }
            previous = start;
            previousLength = key.length;
            entries.put(BBytes.wrap(key), value(depth));
        } while (!atEnd());
        return BDict.of(entries);
    }

    private byte[] string() {
        int length = length();
        advance(length);
        return Arrays.copyOfRange(in(), position() - length, position());
    }
}
