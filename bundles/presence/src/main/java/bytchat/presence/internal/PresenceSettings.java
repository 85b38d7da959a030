package bytchat.presence.internal;

import java.time.Duration;

/**
 * When the trackers are looked up.
 *
 * @param refresh       again after so long when all is well
 * @param refreshSparse again after so long while fewer than five trackers are found
 * @param retryMin      first wait after a loss; doubles with each, jittered
 * @param retryMax      longest wait after a loss
 */
public record PresenceSettings(Duration refresh, Duration refreshSparse, Duration retryMin, Duration retryMax) {
    public static final int REFRESH_S_DEFAULT = 300;
    public static final int REFRESH_SPARSE_S_DEFAULT = 30;
    public static final int RETRY_MIN_MS_DEFAULT = 1_000;
    public static final int RETRY_MAX_MS_DEFAULT = 60_000;
    public static final PresenceSettings DEFAULT = of(
            REFRESH_S_DEFAULT, REFRESH_SPARSE_S_DEFAULT, RETRY_MIN_MS_DEFAULT, RETRY_MAX_MS_DEFAULT);

    public PresenceSettings {
        if (retryMin.isNegative() || retryMin.isZero() || retryMax.compareTo(retryMin) < 0
                || refreshSparse.compareTo(retryMin) < 0 || refresh.compareTo(refreshSparse) < 0) {
            throw new IllegalArgumentException("times must be ordered: 0 < retry.min <= refresh.sparse <= refresh, "
                    + "retry.min <= retry.max");
        }
    }

    static PresenceSettings of(int refreshSeconds, int refreshSparseSeconds, int retryMinMillis, int retryMaxMillis) {
        return new PresenceSettings(Duration.ofSeconds(refreshSeconds), Duration.ofSeconds(refreshSparseSeconds),
                Duration.ofMillis(retryMinMillis), Duration.ofMillis(retryMaxMillis));
    }
}
