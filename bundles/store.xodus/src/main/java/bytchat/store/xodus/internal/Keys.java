package bytchat.store.xodus.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Keys of several parts. Every part but the last carries its length, so that ("ab", "c") and ("a", "bc") differ and the
 * records of one user lie together.
 */
final class Keys {
    /** Bytes of a part. */
    private static final int PART_BYTES_MAX = 255;

    private Keys() {
    }

    static byte[] text(String text) {
        return part(text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] part(BBytes bytes) {
        return part(bytes.unsafeArray());
    }

    static boolean fits(byte[] part) {
        return part.length <= PART_BYTES_MAX;
    }

    static byte[] part(byte[] bytes) {
        if (!fits(bytes)) {
            throw new IllegalArgumentException("names and ids have at most " + PART_BYTES_MAX + " bytes, not "
                    + bytes.length);
        }
        byte[] part = new byte[1 + bytes.length];
        part[0] = (byte) bytes.length;
        System.arraycopy(bytes, 0, part, 1, bytes.length);
        return part;
    }

    /** A user in a key space. */
    static byte[] user(String keySpace, Key uid) {
        return join(text(keySpace), part(uid.unsafeArray()));
    }

    /** How many bytes of a key that begins with {@link #user} that user takes; all of a key that has rotten. */
    static int userLength(byte[] key) {
        int second = key.length == 0 ? 0 : 1 + (key[0] & 0xff);
        return second >= key.length ? key.length : Math.min(key.length, second + 1 + (key[second] & 0xff));
    }

    /** Orders as the number does, for numbers that are not negative. */
    static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    static byte[] tail(byte[] key, int from) {
        return Arrays.copyOfRange(key, from, key.length);
    }

    /** The key that comes directly behind. */
    static byte[] next(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    /** The first key greater than every key with this prefix; none if the prefix is all 0xff. */
    static Optional<byte[]> behindAll(byte[] prefix) {
        for (int last = prefix.length - 1; last >= 0; last--) {
            if (prefix[last] != -1) {
                byte[] behind = Arrays.copyOf(prefix, last + 1);
                behind[last]++;
                return Optional.of(behind);
            }
        }
        return Optional.empty();
    }
}
