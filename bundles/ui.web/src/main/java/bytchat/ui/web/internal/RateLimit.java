package bytchat.ui.web.internal;

import java.util.function.LongSupplier;

/** A token bucket: so many a second, and what was not used in one second may be used in the next. Used on one thread. */
final class RateLimit {
    private static final double NANOS = 1e9;

    private final double perSecond;
    private final LongSupplier nanoTime;
    private double left;
    private long at;

    RateLimit(int perSecond, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
        this.left = 2 * this.perSecond;
        this.at = nanoTime.getAsLong();
    }

    boolean take() {
        long now = nanoTime.getAsLong();
        left = Math.min(2 * perSecond, left + (now - at) / NANOS * perSecond);
        at = now;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
