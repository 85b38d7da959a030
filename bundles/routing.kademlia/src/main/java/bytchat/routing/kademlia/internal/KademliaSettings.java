package bytchat.routing.kademlia.internal;

import java.time.Duration;

/**
 * Every bound of Kademlia routing.
 *
 * @param table              bounds of the tables
 * @param checkEvery         between looks whether something is due: somebody to ask, a bucket to refresh, a join
 * @param refreshEvery       time after which a bucket is looked into where nobody was heard
 * @param selfLookupEvery    time after which this node looks itself up once more
 * @param verificationsMax   pings under way to nodes heard of
 * @param rejectedTime       for how long a contact whose link failed is left out
 * @param rejectedMax        such contacts remembered
 * @param distrustMin        for how long an address is left out whose id has changed; doubled with each change
 * @param distrustMax        longest time for which it is
 * @param joinRetryMin       first pause between attempts to join; doubled up to {@code joinRetryMax}
 * @param joinRetryMax       longest pause between attempts to join
 * @param lookup             bounds of lookups
 */
public record KademliaSettings(
        TableSettings table,
        Duration checkEvery,
        Duration refreshEvery,
        Duration selfLookupEvery,
        int verificationsMax,
        Duration rejectedTime,
        int rejectedMax,
        Duration distrustMin,
        Duration distrustMax,
        Duration joinRetryMin,
        Duration joinRetryMax,
        LookupSettings lookup) {

    static final int CHECK_EVERY_S = 10;
    static final int REFRESH_EVERY_S = 900;
    static final int SELF_LOOKUP_EVERY_S = 3_600;
    static final int VERIFICATIONS_MAX = 16;
    static final int REJECTED_TIME_S = 60;
    static final int REJECTED_MAX = 256;
    static final int DISTRUST_MIN_S = 10;
    static final int DISTRUST_MAX_S = 3_600;
    static final int JOIN_RETRY_MIN_S = 1;
    static final int JOIN_RETRY_MAX_S = 60;

    public static final KademliaSettings DEFAULTS = new KademliaSettings(
            TableSettings.DEFAULTS,
            Duration.ofSeconds(CHECK_EVERY_S),
            Duration.ofSeconds(REFRESH_EVERY_S),
            Duration.ofSeconds(SELF_LOOKUP_EVERY_S),
            VERIFICATIONS_MAX,
            Duration.ofSeconds(REJECTED_TIME_S),
            REJECTED_MAX,
            Duration.ofSeconds(DISTRUST_MIN_S),
            Duration.ofSeconds(DISTRUST_MAX_S),
            Duration.ofSeconds(JOIN_RETRY_MIN_S),
            Duration.ofSeconds(JOIN_RETRY_MAX_S),
            LookupSettings.DEFAULTS);

    public KademliaSettings {
        Bounds.requirePositive(verificationsMax, rejectedMax);
        Bounds.requirePositive(checkEvery.toMillis(), refreshEvery.toMillis(), selfLookupEvery.toMillis(),
                rejectedTime.toMillis(), distrustMin.toMillis(), distrustMax.toMillis(), joinRetryMin.toMillis(),
                joinRetryMax.toMillis());
    }

    /** k: contacts in a bucket, nodes in an answer. */
    public int bucketSize() {
        return table.bucketSize();
    }

    /** Unanswered queries in a row after which a contact is no longer given to others. */
    public int badFailures() {
        return table.badFailures();
    }

    /** The same with other tables. */
    public KademliaSettings withTable(TableSettings other) {
        return new KademliaSettings(other, checkEvery, refreshEvery, selfLookupEvery, verificationsMax, rejectedTime,
                rejectedMax, distrustMin, distrustMax, joinRetryMin, joinRetryMax, lookup);
    }

    /** The same with other times between looks whether something is due: a simulation of very many nodes wants long ones. */
    public KademliaSettings withCheckEvery(Duration time) {
        return new KademliaSettings(table, time, refreshEvery, selfLookupEvery, verificationsMax, rejectedTime,
                rejectedMax, distrustMin, distrustMax, joinRetryMin, joinRetryMax, lookup);
    }

    /** The same with other lookups. */
    public KademliaSettings withLookup(LookupSettings other) {
        return new KademliaSettings(table, checkEvery, refreshEvery, selfLookupEvery, verificationsMax, rejectedTime,
                rejectedMax, distrustMin, distrustMax, joinRetryMin, joinRetryMax, other);
    }

    public KademliaSettings withPaths(int number) {
        return withLookup(lookup.withPaths(number));
    }

    public KademliaSettings withAlpha(int number) {
        return withLookup(lookup.withAlpha(number));
    }
}
