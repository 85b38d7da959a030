package bytchat.rpc.internal;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

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
        ERRORS_UNSAID,
        LINKS_OPENED,
        LINKS_REFUSED,
        LINKS_DEAD,
        CALLS_SENT,
        CALLS_SERVED,
        HANDLER_FAILURES
    }

    private final AtomicLongArray counts = new AtomicLongArray(Count.values().length);

    void add(Count count) {
        counts.setRelease(count.ordinal(), counts.getPlain(count.ordinal()) + 1);
    }

    long get(Count count) {
        return counts.get(count.ordinal());
    }

    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        for (Count count : Count.values()) {
            facts.put(count.name().toLowerCase(Locale.ROOT), get(count));
        }
        return facts;
    }
}
