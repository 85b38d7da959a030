package bytchat.routing.kademlia.internal;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Addresses whose node has taken another id.
 *
 * <p>Threat: a node that is a neighbour of every key, by taking for each the id that fits. Answer: neither the old nor the
 * new id of an address counts for a while, which is twice as long each time. Once is forgiven soon: a node that learns its
 * own address takes the id that belongs to it (BEP 42).
 */
final class Renamings {
    private final Duration distrustMin;
    private final Duration distrustMax;
    private final Map<InetSocketAddress, Distrust> distrusted;

    private record Distrust(long pauseNanos, long untilNanos) {
    }

    /**
     * @param distrustMin for how long after the first change
     * @param distrustMax the longest; who behaves for so long after it is trusted as at first
     * @param max         addresses remembered, the oldest forgotten first
     */
    Renamings(Duration distrustMin, Duration distrustMax, int max) {
        this.distrustMin = distrustMin;
        this.distrustMax = distrustMax;
        this.distrusted = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<InetSocketAddress, Distrust> eldest) {
                return size() > max;
            }
        };
    }

    /** @return for how long nobody there is trusted */
    Duration renamed(InetSocketAddress address, long nowNanos) {
        Distrust before = distrusted.remove(address);
        boolean again = before != null && nowNanos - before.untilNanos < distrustMax.toNanos();
        long pause = again ? Math.min(2 * before.pauseNanos, distrustMax.toNanos()) : distrustMin.toNanos();
        distrusted.put(address, new Distrust(pause, nowNanos + pause));
        return Duration.ofNanos(pause);
    }

    boolean contains(InetSocketAddress address, long nowNanos) {
        if (distrusted.isEmpty()) {
            return false;
        }
        Distrust distrust = distrusted.get(address);
        return distrust != null && nowNanos - distrust.untilNanos < 0;
    }

    int size() {
        return distrusted.size();
    }
}
