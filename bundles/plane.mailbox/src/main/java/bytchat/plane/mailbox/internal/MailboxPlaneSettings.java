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
}
