package bytchat.holders.internal;

import bytchat.api.env.Clock;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.RoutingPlane;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Lookups that converged lately, so that message after message to one person does not look for the same nodes again. Bounded, the one
 * not used for longest goes first. Used on the event loop.
 */
final class RecentLookups implements HolderAsk.Finder {
    private final Clock clock;
    private final RoutingPlane routing;
    private final long timeNanos;
    private final Map<Key, Recent> recent;
    /** As many as the routing plane takes. */
    private final Map<Key, CompletionStage<LookupResult>> underWay = new HashMap<>();

    private record Recent(CompletionStage<LookupResult> result, long atNanos) {
    }

    RecentLookups(Clock clock, RoutingPlane routing, HolderSettings settings) {
        this.clock = clock;
        this.routing = routing;
        this.timeNanos = settings.lookupTime().toNanos();
        this.recent = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Recent> eldest) {
                return size() > settings.lookupsMax();
            }
        };
    }

    @Override
    public CompletionStage<LookupResult> find(Key key, int count) {
        Recent lately = recent.get(key);
        if (lately != null && clock.nanoTime() - lately.atNanos < timeNanos) {
            return lately.result;
        }
        CompletionStage<LookupResult> already = underWay.get(key);
        if (already != null) {
            return already;
        }
        CompletionStage<LookupResult> result = routing.lookup(key, count);
        underWay.put(key, result);
        result.whenComplete((found, failure) -> {
            underWay.remove(key);
            recent.remove(key);
            // In a network that is smaller than that every newcomer counts, and a lookup costs little.
            if (found instanceof LookupResult.Converged && found.nearest().size() >= count) {
                recent.put(key, new Recent(result, clock.nanoTime()));
            }
        });
        return result;
    }

    @Override
    public void disproved(Key key) {
        recent.remove(key);
    }

    int size() {
        return recent.size();
    }
}
