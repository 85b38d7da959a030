package bytchat.meta.internal;

import java.time.Duration;

/**
 * Bounds of a holder of meta.
 *
 * @param recordsMax records held on this node
 * @param bytesMax   bytes of records held on this node
 * @param ttl        how long a record is held that nobody refreshes, 3 to 7 days
 */
public record MetaSettings(long recordsMax, long bytesMax, Duration ttl) {
    public static final long RECORDS_MAX_DEFAULT = 20_000;
    public static final long BYTES_MAX_DEFAULT = 256L << 20;
    public static final int TTL_DAYS_DEFAULT = 7;
    private static final Duration TTL_MIN = Duration.ofDays(3);
    private static final Duration TTL_MAX = Duration.ofDays(7);
    public static final MetaSettings DEFAULT =
            new MetaSettings(RECORDS_MAX_DEFAULT, BYTES_MAX_DEFAULT, Duration.ofDays(TTL_DAYS_DEFAULT));

    public MetaSettings {
        if (recordsMax < 1 || bytesMax < 1) {
            throw new IllegalArgumentException("every bound of meta is at least 1");
        }
        if (ttl.compareTo(TTL_MIN) < 0 || ttl.compareTo(TTL_MAX) > 0) {
            throw new IllegalArgumentException("ttl.days is 3 to 7, not " + ttl.toDays());
        }
    }
}
