package bytchat.routing.kademlia.internal;

import java.time.Duration;

/**
 * Bounds of a routing table.
 *
 * @param bucketSize     k: contacts in a bucket, nodes in an answer
 * @param widening       the farthest bucket holds so many times k, the next half of that, and so on down to k: few
 *            contacts more spare most lookups a step (as in mldht and libtorrent)
 * @param replacements   contacts that wait for a place in a full bucket
 * @param staleAfter     silence after which a contact is asked before it keeps its place (BEP 5: 15 minutes)
 * @param badFailures    unanswered queries in a row after which a contact is no longer given to others
 * @param removeFailures unanswered queries in a row after which a contact leaves even without a replacement
 * @param groupBucketMax contacts of one IPv4 /24 or IPv6 /48 in a bucket, and as many that wait for a place there
 * @param groupTableMax  contacts of one IPv4 /24 or IPv6 /48 in a table
 * @param groupOwnMax    the same of this node's own /24 or /48, which may be the whole network: then in any bucket
 * @param groupLocal     whether these bind private, link-local and loopback addresses even while this node's own
 *            address is such a one
 */
public record TableSettings(
        int bucketSize,
        int widening,
        int replacements,
        Duration staleAfter,
        int badFailures,
        int removeFailures,
        int groupBucketMax,
        int groupTableMax,
        int groupOwnMax,
        boolean groupLocal) {

    static final int BUCKET_SIZE = 8;
    static final int WIDENING = 2;
    static final int REPLACEMENTS = 8;
    static final int STALE_AFTER_S = 900;
    static final int BAD_FAILURES = 2;
    static final int REMOVE_FAILURES = 5;
    static final int GROUP_BUCKET_MAX = 2;
    static final int GROUP_TABLE_MAX = 4;
    static final int GROUP_OWN_MAX = 16;
    static final boolean GROUP_LOCAL = false;

    public static final TableSettings DEFAULTS = new TableSettings(
            BUCKET_SIZE,
            WIDENING,
            REPLACEMENTS,
            Duration.ofSeconds(STALE_AFTER_S),
            BAD_FAILURES,
            REMOVE_FAILURES,
            GROUP_BUCKET_MAX,
            GROUP_TABLE_MAX,
            GROUP_OWN_MAX,
            GROUP_LOCAL);

    public TableSettings {
        Bounds.requirePositive(bucketSize, widening, replacements, staleAfter.toMillis(), badFailures,
                removeFailures, groupBucketMax, groupTableMax, groupOwnMax);
        if (removeFailures > Byte.MAX_VALUE) {
            throw new IllegalArgumentException("remove.failures is at most " + Byte.MAX_VALUE);
        }
    }

    /** Contacts that a bucket holds whose contacts share so many leading bits with this node's id. */
    int capacity(int prefixBits) {
        return prefixBits >= Integer.SIZE ? bucketSize : (int) Math.max(bucketSize, (long) bucketSize * widening >> prefixBits);
    }

    /** The same with other limits on groups of addresses. */
    public TableSettings withGroups(int bucketMax, int tableMax, boolean local) {
        return new TableSettings(bucketSize, widening, replacements, staleAfter, badFailures, removeFailures, bucketMax,
                tableMax, groupOwnMax, local);
    }

    /** The same with buckets of another size. */
    public TableSettings withBuckets(int size, int wideningFactor, int replacementsMax) {
        return new TableSettings(size, wideningFactor, replacementsMax, staleAfter, badFailures, removeFailures,
                groupBucketMax, groupTableMax, groupOwnMax, groupLocal);
    }
}
