package bytchat.itests.simulation.hostile;

import bytchat.api.routing.LookupResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * How lookups with one number of paths went.
 *
 * @param found         share of lookups that found every true honest node
 * @param foundMost     share of the true honest nodes that were found, over all lookups
 * @param converged     share of lookups that said so
 * @param queriesMedian of a lookup, with the rounds after rejections
 * @param medianMillis  of a lookup, virtual time
 * @param p99Millis     of a lookup
 */
public record HostileFigures(
        HostileOptions options,
        int paths,
        int lookups,
        double found,
        double foundMost,
        double converged,
        int queriesMedian,
        long medianMillis,
        long p99Millis) {

    @Override
    public String toString() {
        return String.format(Locale.ROOT,
                "%s %.0f %%, d = %d: %.2f %% of %d lookups found all true nodes (%.2f %% of the nodes), %.0f %% converged, "
                        + "%d queries, p50 %d ms, p99 %d ms",
                options.lie(), 100 * options.hostile(), paths, 100 * found, lookups, 100 * foundMost, 100 * converged,
                queriesMedian, medianMillis, p99Millis);
    }

    static final class Tally {
        private final int paths;
        private int lookups;
        private int complete;
        private int converged;
        private long wanted;
        private long missed;
        private final List<Integer> queries = new ArrayList<>();
        private final List<Long> nanos = new ArrayList<>();

        Tally(int paths) {
            this.paths = paths;
        }

        void add(int wantedNodes, int missing, int sent, long tookNanos, LookupResult result) {
            lookups++;
            complete += missing == 0 ? 1 : 0;
            converged += result instanceof LookupResult.Converged ? 1 : 0;
            wanted += wantedNodes;
            missed += missing;
            queries.add(sent);
            nanos.add(tookNanos);
        }

        HostileFigures figures(HostileOptions options) {
            Collections.sort(queries);
            Collections.sort(nanos);
            return new HostileFigures(options, paths, lookups, (double) complete / lookups, 1 - (double) missed / Math.max(1, wanted),
                    (double) converged / lookups, queries.get(lookups / 2), nanos.get(lookups / 2) / 1_000_000,
                    nanos.get(Math.min(lookups - 1, lookups * 99 / 100)) / 1_000_000);
        }
    }
}
