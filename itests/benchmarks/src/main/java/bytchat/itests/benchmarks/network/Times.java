package bytchat.itests.benchmarks.network;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How long something took, again and again. */
final class Times {
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final int DIGITS = 3;

    private final Histogram nanos = new Histogram(LONGEST_NANOS, DIGITS);

    void took(long duration) {
        nanos.recordValue(Math.min(duration, LONGEST_NANOS));
    }

    long count() {
        return nanos.getTotalCount();
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "p50 %.2f, p95 %.2f, p99 %.2f, longest %.2f ms", millis(50), millis(95), millis(99), millis(100));
    }

    private double millis(double percentile) {
        return nanos.getValueAtPercentile(percentile) / 1e6;
    }
}
