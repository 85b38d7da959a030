package bytchat.routing.kademlia.internal;

import java.time.Duration;

/**
 * Every bound of Kademlia routing.
 *
 * @param bucketSize         k: contacts in a bucket, nodes in an answer
 * @param replacements       contacts that wait for a place in a full bucket
 * @param staleAfter         silence after which a contact is asked before it keeps its place
 * @param refreshEvery       time after which a bucket that was not looked into is refreshed, and the own surroundings
 *            are
 * @param badFailures        unanswered queries in a row after which a contact is no longer given to others
 * @param removeFailures     unanswered queries in a row after which a contact leaves even without a replacement
 * @param alpha              queries of a lookup that are waited for at a time
 * @param lookupQueriesMax   queries of a lookup
 * @param lookupTime         after which a lookup ends with what it has
 * @param lookupsMax         lookups under way
 * @param lookupsWaitingMax  lookups that wait for their turn
 * @param candidatesMax      candidates that a lookup remembers
 * @param verificationsMax   pings under way to nodes heard of
 * @param rejectedTime       for how long a contact whose link failed is left out
 * @param rejectedMax        such contacts remembered
 * @param joinRetryMin       first pause between attempts to join; doubled up to {@code joinRetryMax}
 * @param joinRetryMax       longest pause between attempts to join
 */
record KademliaSettings(
        int bucketSize,
        int replacements,
        Duration staleAfter,
        Duration refreshEvery,
        int badFailures,
        int removeFailures,
        int alpha,
        int lookupQueriesMax,
        Duration lookupTime,
        int lookupsMax,
        int lookupsWaitingMax,
        int candidatesMax,
        int verificationsMax,
        Duration rejectedTime,
        int rejectedMax,
        Duration joinRetryMin,
        Duration joinRetryMax) {

    static final int BUCKET_SIZE = 8;
    static final int REPLACEMENTS = 8;
    static final int STALE_AFTER_S = 900;
    static final int REFRESH_EVERY_S = 900;
    static final int BAD_FAILURES = 2;
    static final int REMOVE_FAILURES = 5;
    static final int ALPHA = 4;
    static final int LOOKUP_QUERIES_MAX = 128;
    static final int LOOKUP_TIME_S = 15;
    static final int LOOKUPS_MAX = 32;
    static final int LOOKUPS_WAITING_MAX = 1_024;
    static final int CANDIDATES_MAX = 256;
    static final int VERIFICATIONS_MAX = 16;
    static final int REJECTED_TIME_S = 60;
    static final int REJECTED_MAX = 256;
    static final int JOIN_RETRY_MIN_S = 1;
    static final int JOIN_RETRY_MAX_S = 60;

    static final KademliaSettings DEFAULTS = new KademliaSettings(
            BUCKET_SIZE,
            REPLACEMENTS,
            Duration.ofSeconds(STALE_AFTER_S),
            Duration.ofSeconds(REFRESH_EVERY_S),
            BAD_FAILURES,
            REMOVE_FAILURES,
            ALPHA,
            LOOKUP_QUERIES_MAX,
            Duration.ofSeconds(LOOKUP_TIME_S),
            LOOKUPS_MAX,
            LOOKUPS_WAITING_MAX,
            CANDIDATES_MAX,
            VERIFICATIONS_MAX,
            Duration.ofSeconds(REJECTED_TIME_S),
            REJECTED_MAX,
            Duration.ofSeconds(JOIN_RETRY_MIN_S),
            Duration.ofSeconds(JOIN_RETRY_MAX_S));

    KademliaSettings {
        requirePositive(bucketSize, replacements, badFailures, removeFailures, alpha, lookupQueriesMax, lookupsMax,
                lookupsWaitingMax, candidatesMax, verificationsMax, rejectedMax);
        requirePositive(staleAfter.toMillis(), refreshEvery.toMillis(), lookupTime.toMillis(), rejectedTime.toMillis(),
                joinRetryMin.toMillis(), joinRetryMax.toMillis());
    }

    private static void requirePositive(long... values) {
        for (long value : values) {
            if (value <= 0) {
                throw new IllegalArgumentException(
                        "every bound of bytchat.routing.kademlia must be above 0, one is " + value);
            }
        }
    }
}
