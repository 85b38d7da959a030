package bytchat.holders.internal;

import bytchat.api.keyspace.Key;
import java.util.LinkedHashMap;
import java.util.Map;

/** Ids that were proven on a link lately. Bounded; the longest unproven go first. */
final class ProvenNodes {
    private final long timeNanos;
    private final Map<Key, Long> atNanos;

    ProvenNodes(long timeNanos, int max) {
        this.timeNanos = timeNanos;
        this.atNanos = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Long> eldest) {
                return size() > max;
            }
        };
    }

    void add(Key id, long nowNanos) {
        atNanos.remove(id);
        atNanos.put(id, nowNanos);
    }

    boolean contains(Key id, long nowNanos) {
        Long at = atNanos.get(id);
        return at != null && nowNanos - at < timeNanos;
    }

    int size() {
        return atNanos.size();
    }
}
