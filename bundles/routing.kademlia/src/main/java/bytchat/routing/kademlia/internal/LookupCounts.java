package bytchat.routing.kademlia.internal;

import bytchat.api.routing.LookupResult;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How lookups ended. Written on the loop, read from anywhere. */
final class LookupCounts {
    private final LongAdder converged = new LongAdder();
    private final LongAdder partial = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder queries = new LongAdder();
    private volatile long lastMicros = -1;

    void ended(LookupResult result) {
        if (result instanceof LookupResult.Converged) {
            converged.increment();
        } else if (result instanceof LookupResult.Partial) {
            partial.increment();
        } else {
            failed.increment();
        }
        queries.add(result.effort().queries());
        lastMicros = result.effort().durationNanos() / 1_000;
    }

    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("lookups_converged", converged.sum());
        facts.put("lookups_partial", partial.sum());
        facts.put("lookups_failed", failed.sum());
        facts.put("lookup_queries", queries.sum());
        facts.put("last_lookup_us", lastMicros);
        return facts;
    }
}
