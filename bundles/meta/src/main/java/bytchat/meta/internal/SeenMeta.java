package bytchat.meta.internal;

import bytchat.api.keyspace.Key;
import bytchat.api.meta.MetaRecord;
import java.util.LinkedHashMap;
import java.util.Map;

/** The newest timestamp and device-list number seen of the last {@value #USERS_MAX} users asked for. */
final class SeenMeta {
    static final int USERS_MAX = 4_096;

    private final Map<Key, Seen> users = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Seen> eldest) {
            return size() > USERS_MAX;
        }
    };

    private record Seen(long timestampMillis, long listNumber) {
    }

    /** Whether neither its timestamp nor its list is older than what was seen. */
    boolean allows(Key uid, MetaRecord record) {
        Seen seen = users.get(uid);
        return seen == null
                || record.timestampMillis() >= seen.timestampMillis && record.devices().number() >= seen.listNumber;
    }

    void saw(Key uid, MetaRecord record) {
        users.put(uid, new Seen(record.timestampMillis(), record.devices().number()));
    }

    /** A timestamp for a new record: now, or just above the newest seen. */
    long next(Key uid, long nowMillis) {
        Seen seen = users.get(uid);
        return seen == null ? nowMillis : Math.max(nowMillis, seen.timestampMillis + 1);
    }
}
