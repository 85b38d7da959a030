package bytchat.routing.kademlia.internal;

import bytchat.api.routing.LookupRequest;
import java.time.Duration;

/**
 * Every bound of lookups.
 *
 * @param paths           disjoint paths of a lookup that does not ask for a number, 1 to {@link LookupRequest#PATHS_MAX}
 * @param alpha           queries that are waited for at a time; half as many on each of several paths
 * @param queriesMax      queries of a lookup
 * @param time            after which a lookup ends with what it has
 * @param underWayMax     lookups under way
 * @param waitingMax      lookups that wait for their turn
 * @param candidatesMax   candidates that a path remembers
 * @param unreachableTime for how long who did not answer is not asked again by lookups
 * @param unreachableMax  such addresses remembered
 * @param sourcesMax      addresses whose referrals are remembered as good or bad
 * @param regionLookupsMax lookups of a region query
 */
public record LookupSettings(
        int paths,
        int alpha,
        int queriesMax,
        Duration time,
        int underWayMax,
        int waitingMax,
        int candidatesMax,
        Duration unreachableTime,
        int unreachableMax,
        int sourcesMax,
        int regionLookupsMax) {

    static final int PATHS = 2;
    static final int ALPHA = 6;
    static final int QUERIES_MAX = 384;
    static final int TIME_S = 15;
    static final int UNDER_WAY_MAX = 32;
    static final int WAITING_MAX = 1_024;
    static final int CANDIDATES_MAX = 256;
    static final int UNREACHABLE_TIME_S = 300;
    static final int UNREACHABLE_MAX = 512;
    static final int SOURCES_MAX = 256;
    static final int REGION_LOOKUPS_MAX = 1_024;

    public static final LookupSettings DEFAULTS = new LookupSettings(
            PATHS,
            ALPHA,
            QUERIES_MAX,
            Duration.ofSeconds(TIME_S),
            UNDER_WAY_MAX,
            WAITING_MAX,
            CANDIDATES_MAX,
            Duration.ofSeconds(UNREACHABLE_TIME_S),
            UNREACHABLE_MAX,
            SOURCES_MAX,
            REGION_LOOKUPS_MAX);

    public LookupSettings {
        if (paths < 1 || paths > LookupRequest.PATHS_MAX) {
            throw new IllegalArgumentException(
                    "a lookup has 1 to " + LookupRequest.PATHS_MAX + " paths, not " + paths);
        }
        Bounds.requirePositive(alpha, queriesMax, time.toMillis(), underWayMax, waitingMax, candidatesMax,
                unreachableTime.toMillis(), unreachableMax, sourcesMax, regionLookupsMax);
    }

    public LookupSettings withPaths(int number) {
        return new LookupSettings(number, alpha, queriesMax, time, underWayMax, waitingMax, candidatesMax,
                unreachableTime, unreachableMax, sourcesMax, regionLookupsMax);
    }

    public LookupSettings withAlpha(int number) {
        return new LookupSettings(paths, number, queriesMax, time, underWayMax, waitingMax, candidatesMax,
                unreachableTime, unreachableMax, sourcesMax, regionLookupsMax);
    }
}
