package bytchat.transport.memory;

import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Whom a host behind a NAT has sent something to lately: they may answer. Who was spoken to longest ago comes first. */
final class NatMappings {
    private final long timeNanos;
    private final Map<InetSocketAddress, Long> sentAtNanos = new LinkedHashMap<>();

    NatMappings(long timeNanos) {
        this.timeNanos = timeNanos;
    }

    void sent(InetSocketAddress to, long nowNanos) {
        sentAtNanos.remove(to);
        sentAtNanos.put(to, nowNanos);
        Iterator<Long> oldest = sentAtNanos.values().iterator();
        while (oldest.hasNext() && nowNanos - oldest.next() >= timeNanos) {
            oldest.remove();
        }
    }

    boolean lets(InetSocketAddress from, long nowNanos) {
        Long at = sentAtNanos.get(from);
        return at != null && nowNanos - at < timeNanos;
    }
}
