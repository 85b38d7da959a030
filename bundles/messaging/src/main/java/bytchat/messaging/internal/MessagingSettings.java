package bytchat.messaging.internal;

import bytchat.api.mailbox.Envelope;
import java.time.Duration;

/**
 * Bounds and periods of messaging.
 *
 * @param deliveredReceipts  whether senders are told that their messages are on disk here
 * @param outgoingMax        envelopes that one account has under way, waiting ones included
 * @param sendsInFlightMax   envelopes of one account that are being put at a time
 * @param requestsMax        strangers whose message request is kept until the user accepts
 * @param parkedMax          envelopes of one contact that wait in memory for the handshake they need
 * @param retryMin           first wait before an envelope that is not stored yet is sent again; doubles
 * @param retryMax           longest such wait
 * @param restoreMin         first wait before a stored but undelivered envelope is stored again; doubles
 * @param restoreMax         longest such wait
 * @param publishPeriod      meta is signed and published again after this; holders drop it after 7 days
 */
public record MessagingSettings(boolean deliveredReceipts, int outgoingMax, int sendsInFlightMax, int requestsMax, int parkedMax,
        Duration retryMin, Duration retryMax, Duration restoreMin, Duration restoreMax, Duration publishPeriod) {
    public static final MessagingSettings DEFAULTS = new MessagingSettings(true, 4_096, 8, 64, 64, Duration.ofSeconds(2),
            Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofHours(6), Duration.ofDays(3));

    /** Envelopes live as long as the protocol lets them. */
    static final long TTL_SECONDS = Envelope.TTL_SECONDS_MAX;
    static final long TTL_MILLIS = TTL_SECONDS * 1_000;
    /** What a superseded session or handshake is kept for: nothing sealed with it can be under way any more after that. */
    static final long RETAIN_MILLIS = TTL_MILLIS + Duration.ofMinutes(10).toMillis();
    /** A session is renewed after a day of use … */
    static final long SESSION_MILLIS_MAX = Duration.ofDays(1).toMillis();
    /** … or so many messages. */
    static final long SESSION_MESSAGES_MAX = 1_000;
    /** A permit that ends before this is renewed by a handshake. */
    static final long PERMIT_RENEW_MILLIS = Duration.ofDays(7).toMillis();
    /** … but not more often than this, however short the permits that they give. */
    static final long PERMIT_RENEW_PAUSE_MILLIS = Duration.ofHours(1).toMillis();
    /** A handshake for another of our devices is left to that one for so long; then this one asks the contact to begin again with it. */
    static final long SIBLING_PATIENCE_MILLIS = Duration.ofDays(1).toMillis();
    /** Handshakes of ours, and as many of theirs, that are kept for one contact. */
    static final int HANDSHAKES_MAX = 4;
    /** Sessions kept for one contact: every pair of those handshakes, and some that outlived theirs. */
    static final int SESSIONS_MAX = 24;
    /** Envelopes of all contacts that wait in memory for a handshake: 8 MiB at most. */
    static final int PARKED_TOTAL_MAX = 128;
    /** Of those, by devices that have not shown a certificate yet: anybody may have made them. */
    static final int PARKED_UNKNOWN_MAX = 32;
    /** An envelope waits in memory so long for its handshake, then at its holders again. */
    static final Duration PARKED_MAX = Duration.ofMinutes(10);
    /** Envelopes are recognised as taken for so long: past the TTL, and past the grace that a wrong clock is given. */
    static final long SEEN_MILLIS = Duration.ofDays(30).toMillis();
    /** An envelope that is so long past its TTL by our clock is not taken. */
    static final long EXPIRED_GRACE_MILLIS = Duration.ofDays(1).toMillis();
    /** A plane or meta directory that has not answered after this, perhaps because it has gone, is asked again. */
    static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(2);

    /** @throws IllegalArgumentException if nothing could be sent, a period is nothing, or a longest wait is shorter than its first */
    public MessagingSettings {
        if (outgoingMax < 1 || sendsInFlightMax < 1 || requestsMax < 0 || parkedMax < 0) {
            throw new IllegalArgumentException("what may be under way is bounded by at least 1, what waits by at least 0");
        }
        if (retryMin.toMillis() < 1 || restoreMin.toMillis() < 1 || publishPeriod.toMillis() < 1
                || retryMax.compareTo(retryMin) < 0 || restoreMax.compareTo(restoreMin) < 0) {
            throw new IllegalArgumentException("every period of messaging is positive, and none longest shorter than its first");
        }
    }
}
