package bytchat.holders.internal;

import java.time.Duration;

/**
 * Every bound of the holders part.
 *
 * @param ipv6            holders are placed among nodes with IPv6 addresses instead of IPv4
 * @param noncesMax       nonces given out and not yet used, for all peers together
 * @param peerNoncesMax   the same for one peer
 * @param provenTime      for how long a link proves a node for the 404 rule
 * @param provenMax       such nodes remembered
 * @param dialBacksMax    dial-backs for others under way
 * @param dialBackEvery   a peer is dialled back at most once in this time
 * @param reachRetryMin   first pause between attempts to be reached; doubled up to {@code reachRetryMax}
 * @param reachRetryMax   longest pause between attempts to be reached
 * @param lookupTime      for how long a lookup serves what is stored under its key again
 * @param lookupsMax      such lookups remembered
 */
record HolderSettings(
        boolean ipv6,
        int noncesMax,
        int peerNoncesMax,
        Duration provenTime,
        int provenMax,
        int dialBacksMax,
        Duration dialBackEvery,
        Duration reachRetryMin,
        Duration reachRetryMax,
        Duration lookupTime,
        int lookupsMax) {

    static final int NONCES_MAX = 4_096;
    static final int PEER_NONCES_MAX = 16;
    static final int PROVEN_TIME_S = 3_600;
    static final int PROVEN_MAX = 1_024;
    static final int DIAL_BACKS_MAX = 16;
    static final int DIAL_BACK_EVERY_S = 10;
    static final int REACH_RETRY_MIN_MS = 500;
    static final int REACH_RETRY_MAX_S = 300;
    static final int LOOKUP_TIME_S = 30;
    static final int LOOKUPS_MAX = 256;

    static final HolderSettings DEFAULTS = new HolderSettings(
            false,
            NONCES_MAX,
            PEER_NONCES_MAX,
            Duration.ofSeconds(PROVEN_TIME_S),
            PROVEN_MAX,
            DIAL_BACKS_MAX,
            Duration.ofSeconds(DIAL_BACK_EVERY_S),
            Duration.ofMillis(REACH_RETRY_MIN_MS),
            Duration.ofSeconds(REACH_RETRY_MAX_S),
            Duration.ofSeconds(LOOKUP_TIME_S),
            LOOKUPS_MAX);

    HolderSettings {
        requirePositive(noncesMax, peerNoncesMax, provenMax, dialBacksMax, provenTime.toMillis(),
                dialBackEvery.toMillis(), reachRetryMin.toMillis(), reachRetryMax.toMillis(), lookupTime.toMillis(), lookupsMax);
    }

    private static void requirePositive(long... values) {
        for (long value : values) {
            if (value <= 0) {
                throw new IllegalArgumentException("every bound of bytchat.holders must be above 0, one is " + value);
            }
        }
    }
}
