package bytchat.routing.kademlia.internal;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Addresses that did not answer lately. About half of all contacts of an open network are dead or behind a NAT (Jimenez et
 * al. 2011), and the same ones are named again and again: without this memory most of a lookup's time goes to them.
 */
final class Unreachable {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final AddressMemory sinceSeconds;
    private final int seconds;

    Unreachable(int max, Duration time, long salt) {
        this.sinceSeconds = new AddressMemory(max, salt);
        this.seconds = (int) time.toSeconds();
    }

    boolean contains(InetSocketAddress address, long nowNanos) {
        int now = (int) (nowNanos / NANOS_PER_SECOND);
        return now - sinceSeconds.get(address, now - seconds) < seconds;
    }

    /** @param certain it was asked more than once; otherwise a datagram may have been lost, and it is left out for a tenth */
    void add(InetSocketAddress address, long nowNanos, boolean certain) {
        int now = (int) (nowNanos / NANOS_PER_SECOND);
        sinceSeconds.put(address, certain ? now : now - seconds + seconds / 10);
    }

    /** It has answered. */
    void remove(InetSocketAddress address) {
        sinceSeconds.remove(address);
    }

    /** It was we who could not be reached. */
    void clear() {
        sinceSeconds.clear();
    }
}
