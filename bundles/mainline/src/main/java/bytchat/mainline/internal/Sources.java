package bytchat.mainline.internal;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * How much room each source takes.
 *
 * <p>Threat: one machine fills the room that is for all. Answer: an IPv4 address, or an IPv6 /64, which one machine gets as a rule, has
 * a bound of its own.
 */
final class Sources {
    private static final int IPV6_SITE_BYTES = 8;

    private final int max;
    /** Not more than records are held: who has none is not in it. */
    private final Map<ByteBuffer, Integer> counts = new HashMap<>();

    Sources(int max) {
        this.max = max;
    }

    /** Takes a place for that source, if it may have one more. */
    boolean take(InetAddress source) {
        if (counts.getOrDefault(key(source), 0) >= max) {
            return false;
        }
        counts.merge(key(source), 1, Integer::sum);
        return true;
    }

    void release(InetAddress source) {
        counts.computeIfPresent(key(source), (key, count) -> count == 1 ? null : count - 1);
    }

    static boolean same(InetAddress a, InetAddress b) {
        return key(a).equals(key(b));
    }

    int size() {
        return counts.size();
    }

    private static ByteBuffer key(InetAddress address) {
        byte[] bytes = address.getAddress();
        return ByteBuffer.wrap(bytes.length > 4 ? Arrays.copyOf(bytes, IPV6_SITE_BYTES) : bytes);
    }
}
