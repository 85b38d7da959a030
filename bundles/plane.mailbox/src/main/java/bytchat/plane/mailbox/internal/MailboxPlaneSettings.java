package bytchat.plane.mailbox.internal;

import java.time.Duration;

/**
 * Bounds and periods of the plane.
 *
 * @param refresh            holders are looked up, and subscribed at, again after this
 * @param retryMin           first wait before another round when holders could not be subscribed at; doubles
 * @param retryMax           longest such wait
 * @param pushesInFlightMax  envelopes of one account that are being taken at a time; more are left at their holders
 * @param pushesDoneMax      envelopes of one account that are remembered as taken, so that a second holder's push costs nothing
 * @param subscriptionsMax   holders, former ones included, that one account stays subscribed at
 */
public record MailboxPlaneSettings(Duration refresh, Duration retryMin, Duration retryMax, int pushesInFlightMax, int pushesDoneMax,
        int subscriptionsMax) {
    public static final MailboxPlaneSettings DEFAULTS =
            new MailboxPlaneSettings(Duration.ofMinutes(5), Duration.ofSeconds(1), Duration.ofMinutes(1), 256, 4_096, 16);

    /** @throws IllegalArgumentException if a period or bound is not above 0, or the longest wait is below the first */
    public MailboxPlaneSettings {
        requirePositive("refresh", refresh.toMillis());
        requirePositive("retryMin", retryMin.toMillis());
        requirePositive("pushesInFlightMax", pushesInFlightMax);
        requirePositive("pushesDoneMax", pushesDoneMax);
        requirePositive("subscriptionsMax", subscriptionsMax);
        if (retryMax.compareTo(retryMin) < 0) {
            throw new IllegalArgumentException(
                    "retryMax of bytchat.plane.mailbox is " + retryMax + ", which is below retryMin, " + retryMin);
        }
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " of bytchat.plane.mailbox must be above 0, it is " + value);
        }
    }
}
