package bytchat.routing.kademlia.internal;

/**
 * How long answers take, smoothed as in RFC 6298. A query is called stalled when it takes longer than nearly all do:
 * the lookup goes on beside it, while its answer still counts.
 */
final class RoundTrips {
    private static final long FIRST_STALL_NANOS = 500_000_000L;
    private static final long STALL_NANOS_MIN = 50_000_000L;
    private static final long STALL_NANOS_MAX = 1_000_000_000L;

    private double smoothed = -1;
    private double variation;

    void measured(long nanos) {
        if (smoothed < 0) {
            smoothed = nanos;
            variation = nanos / 2.0;
        } else {
            variation = 0.75 * variation + 0.25 * Math.abs(smoothed - nanos);
            smoothed = 0.875 * smoothed + 0.125 * nanos;
        }
    }

    long stallNanos() {
        if (smoothed < 0) {
            return FIRST_STALL_NANOS;
        }
        return Math.max(STALL_NANOS_MIN, Math.min(STALL_NANOS_MAX, (long) (smoothed + 4 * variation)));
    }
}
