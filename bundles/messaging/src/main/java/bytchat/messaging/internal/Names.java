package bytchat.messaging.internal;

import bytchat.api.bencode.BBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Names of {@link bytchat.api.store.ChatRecord.CounterRecord}s: a beginning that says what is counted, then what it is counted for. */
final class Names {
    private Names() {
    }

    static BBytes of(byte[] beginning, BBytes... parts) {
        int length = beginning.length + Arrays.stream(parts).mapToInt(BBytes::length).sum();
        ByteBuffer name = ByteBuffer.allocate(length).put(beginning);
        for (BBytes part : parts) {
            name.put(part.unsafeArray());
        }
        return BBytes.wrap(name.array());
    }

    static BBytes number(long value) {
        return BBytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    static boolean begins(BBytes name, byte[] beginning) {
        return name.length() >= beginning.length
                && Arrays.equals(name.unsafeArray(), 0, beginning.length, beginning, 0, beginning.length);
    }

    /** What follows so many bytes. */
    static BBytes rest(BBytes name, int from) {
        byte[] bytes = name.unsafeArray();
        return BBytes.wrap(Arrays.copyOfRange(bytes, Math.min(from, bytes.length), bytes.length));
    }
}
