package bytchat.plane.direct.internal;

import java.time.Duration;

/**
 * Bounds and periods of the plane.
 *
 * @param findCache         for how long a recipient's devices, once found, are not looked up again
 * @param findCacheEmpty    the same when none was found
 * @param recipientsMax     recipients whose devices are remembered, and whom this plane looks out for
 * @param dialPause         a device that could not be reached is not dialled for a message again before this
 * @param reach             a message for devices that have not answered by then waits, whatever comes of the dials under way
 * @param settle            after the first device of a recipient has an envelope, the others have so long to be counted
 * @param lookOutMin        first wait before a recipient with mail waiting is looked for again; doubles
 * @param lookOutMax        longest such wait
 * @param conversation      a link is kept open for so long after the last envelope
 * @param conversationsMax  links that are kept open so
 * @param refresh           own devices are looked for again after this
 * @param retryMin          first wait before they are while this device is not announced; doubles
 * @param retryMax          longest such wait
 * @param answerMax         an envelope that is not on disk by then is answered with "later"
 * @param inFlightMax       envelopes of one account that are being taken at a time
 * @param peerInFlightMax   of those, from one node
 * @param peerPerSecondMax  envelopes that one node may send in a second
 * @param takenMax          envelopes of one account that are remembered as taken
 * @param handedMax         envelopes whose receiving devices are remembered
 */
public record DirectPlaneSettings(Duration findCache, Duration findCacheEmpty, int recipientsMax, Duration dialPause,
        Duration reach, Duration settle, Duration lookOutMin, Duration lookOutMax, Duration conversation, int conversationsMax,
        Duration refresh, Duration retryMin, Duration retryMax, Duration answerMax, int inFlightMax, int peerInFlightMax,
        int peerPerSecondMax, int takenMax, int handedMax) {
    static final int FIND_CACHE_S = 30;
    static final int FIND_CACHE_EMPTY_S = 5;
    static final int RECIPIENTS_MAX = 256;
    static final int DIAL_PAUSE_S = 10;
    static final int REACH_MS = 3_000;
    static final int SETTLE_MS = 1_000;
    static final int LOOK_OUT_MIN_S = 5;
    static final int LOOK_OUT_MAX_S = 60;
    static final int CONVERSATION_S = 900;
    static final int CONVERSATIONS_MAX = 128;
    static final int REFRESH_S = 300;
    static final int RETRY_MIN_MS = 250;
    static final int RETRY_MAX_MS = 15_000;
    static final int ANSWER_MAX_MS = 5_000;
    static final int IN_FLIGHT_MAX = 256;
    static final int PEER_IN_FLIGHT_MAX = 32;
    static final int PEER_PER_SECOND_MAX = 200;
    static final int TAKEN_MAX = 4_096;
    static final int HANDED_MAX = 4_096;

    public static final DirectPlaneSettings DEFAULTS = new DirectPlaneSettings(
            Duration.ofSeconds(FIND_CACHE_S), Duration.ofSeconds(FIND_CACHE_EMPTY_S), RECIPIENTS_MAX,
            Duration.ofSeconds(DIAL_PAUSE_S), Duration.ofMillis(REACH_MS), Duration.ofMillis(SETTLE_MS), Duration.ofSeconds(LOOK_OUT_MIN_S),
            Duration.ofSeconds(LOOK_OUT_MAX_S), Duration.ofSeconds(CONVERSATION_S), CONVERSATIONS_MAX,
            Duration.ofSeconds(REFRESH_S), Duration.ofMillis(RETRY_MIN_MS), Duration.ofMillis(RETRY_MAX_MS),
            Duration.ofMillis(ANSWER_MAX_MS), IN_FLIGHT_MAX, PEER_IN_FLIGHT_MAX, PEER_PER_SECOND_MAX, TAKEN_MAX, HANDED_MAX);

    /** @throws IllegalArgumentException if a period or bound is not above 0, or a longest wait is below its first */
    public DirectPlaneSettings {
        for (long each : new long[] {findCache.toMillis(), findCacheEmpty.toMillis(), recipientsMax, dialPause.toMillis(),
            reach.toMillis(), settle.toMillis(), lookOutMin.toMillis(), conversation.toMillis(), conversationsMax, refresh.toMillis(),
            retryMin.toMillis(), answerMax.toMillis(), inFlightMax, peerInFlightMax, peerPerSecondMax, takenMax, handedMax}) {
            if (each <= 0) {
                throw new IllegalArgumentException("every period and bound of bytchat.plane.direct must be above 0, one is " + each);
            }
        }
        if (lookOutMax.compareTo(lookOutMin) < 0 || retryMax.compareTo(retryMin) < 0) {
            throw new IllegalArgumentException("no longest wait of bytchat.plane.direct may be below its first");
        }
    }
}
