package bytchat.rpc.internal;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What has happened so far. Written on the loop, read from anywhere. */
final class RpcStatistics {
    /** What is counted. */
    enum Count {
        QUERIES_SENT,
        ANSWERS,
        QUERIES_TIMED_OUT,
        REQUESTS_SERVED,
        DROPPED_MALFORMED,
        DROPPED_UNASKED_ANSWERS,
        DROPPED_OVER_LIMIT,
        DROPPED_WHILE_READ_ONLY,
        REFUSED_OTHER_NETWORK,
        REFUSED_UNPROVEN_ID,
        ANSWERS_CUT,
        LINKS_OPENED,
        LINKS_REFUSED,
        LINKS_DEAD,
        CALLS_SENT,
        CALLS_SERVED,
        HANDLER_FAILURES
    }

    private final Map<Count, LongAdder> counts = new EnumMap<>(Count.class);

    RpcStatistics() {
        for (Count count : Count.values()) {
            counts.put(count, new LongAdder());
        }
    }

    void add(Count count) {
        counts.get(count).increment();
    }

    long get(Count count) {
        return counts.get(count).sum();
    }

    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        counts.forEach((count, value) -> facts.put(count.name().toLowerCase(Locale.ROOT), value.sum()));
        return facts;
    }
}
