package bytchat.rpc.internal;

/**
 * At most so many in a second, and as many at once after a pause. A token bucket, kept as the one moment at which it will
 * be full again (the generic cell rate algorithm of ITU-T I.371).
 */
final class Rate {
    static final long SECOND_NANOS = 1_000_000_000L;

    private final long interval;
    private long fullAtNanos;
    private boolean used;

    Rate(int perSecond) {
        interval = interval(perSecond);
    }

    /** Nanoseconds for which one use empties a bucket. */
    static long interval(int perSecond) {
        return Math.max(1, SECOND_NANOS / perSecond);
    }

    boolean take(long nowNanos) {
        long left = used ? Math.max(0, fullAtNanos - nowNanos) : 0;
        if (left + interval > SECOND_NANOS) {
            return false;
        }
        used = true;
        fullAtNanos = nowNanos + left + interval;
        return true;
    }
}
