package bytchat.routing.kademlia.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Bounds of Kademlia routing in one key space; units are in the names. */
@ObjectClassDefinition(name = "BytChat Kademlia routing", description = "k-buckets and lookups of one key space")
@interface KademliaConfiguration {
    @AttributeDefinition(description = "k: contacts in a bucket, nodes in an answer")
    int bucket_size() default TableSettings.BUCKET_SIZE;

    @AttributeDefinition(description = "The farthest bucket holds so many times k, the next half of that, down to k")
    int bucket_widening() default TableSettings.WIDENING;

    @AttributeDefinition(description = "Contacts that wait for a place in a full bucket")
    int replacements() default TableSettings.REPLACEMENTS;

    @AttributeDefinition(description = "Contacts of one IPv4 /24 or IPv6 /48 in a bucket")
    int group_bucket_max() default TableSettings.GROUP_BUCKET_MAX;

    @AttributeDefinition(description = "Contacts of one IPv4 /24 or IPv6 /48 in a table")
    int group_table_max() default TableSettings.GROUP_TABLE_MAX;

    @AttributeDefinition(description = "The same of this node's own /24 or /48, in any bucket")
    int group_own_max() default TableSettings.GROUP_OWN_MAX;

    @AttributeDefinition(description = "Whether these bind private, link-local and loopback addresses even while this"
            + " node's own address is such a one")
    boolean group_local() default TableSettings.GROUP_LOCAL;

    @AttributeDefinition(description = "Seconds of silence after which a contact is asked before it keeps its place")
    int stale_after_s() default TableSettings.STALE_AFTER_S;

    @AttributeDefinition(description = "Seconds between looks whether somebody is to be asked or a bucket refreshed")
    int check_every_s() default KademliaSettings.CHECK_EVERY_S;

    @AttributeDefinition(description = "Seconds after which a bucket is looked into where nobody was heard")
    int refresh_every_s() default KademliaSettings.REFRESH_EVERY_S;

    @AttributeDefinition(description = "Seconds after which this node looks itself up once more")
    int self_lookup_every_s() default KademliaSettings.SELF_LOOKUP_EVERY_S;

    @AttributeDefinition(description = "Unanswered queries in a row after which a contact is not given to others")
    int bad_failures() default TableSettings.BAD_FAILURES;

    @AttributeDefinition(description = "Unanswered queries in a row after which a contact leaves without a replacement")
    int remove_failures() default TableSettings.REMOVE_FAILURES;

    @AttributeDefinition(description = "Pings under way to nodes heard of")
    int verifications_max() default KademliaSettings.VERIFICATIONS_MAX;

    @AttributeDefinition(description = "For how many seconds a contact whose link failed is left out")
    int rejected_time_s() default KademliaSettings.REJECTED_TIME_S;

    @AttributeDefinition(description = "Such contacts remembered")
    int rejected_max() default KademliaSettings.REJECTED_MAX;

    @AttributeDefinition(description = "For how many seconds an address is left out whose id has changed; doubled each time")
    int distrust_min_s() default KademliaSettings.DISTRUST_MIN_S;

    @AttributeDefinition(description = "Longest time for which it is, in seconds")
    int distrust_max_s() default KademliaSettings.DISTRUST_MAX_S;

    @AttributeDefinition(description = "First pause between attempts to join, in seconds; doubled each time")
    int join_retry_min_s() default KademliaSettings.JOIN_RETRY_MIN_S;

    @AttributeDefinition(description = "Longest pause between attempts to join, in seconds")
    int join_retry_max_s() default KademliaSettings.JOIN_RETRY_MAX_S;

    @AttributeDefinition(description = "Disjoint paths of a lookup that does not ask for a number, 1 to 8")
    int paths() default LookupSettings.PATHS;

    @AttributeDefinition(description = "Queries waited for at a time; half as many on each of several paths")
    int alpha() default LookupSettings.ALPHA;

    @AttributeDefinition(description = "Queries of a lookup")
    int lookup_queries_max() default LookupSettings.QUERIES_MAX;

    @AttributeDefinition(description = "Seconds after which a lookup ends with what it has")
    int lookup_time_s() default LookupSettings.TIME_S;

    @AttributeDefinition(description = "Lookups under way")
    int lookups_max() default LookupSettings.UNDER_WAY_MAX;

    @AttributeDefinition(description = "Lookups that wait for their turn")
    int lookups_waiting_max() default LookupSettings.WAITING_MAX;

    @AttributeDefinition(description = "Candidates that a path of a lookup remembers")
    int candidates_max() default LookupSettings.CANDIDATES_MAX;

    @AttributeDefinition(description = "For how many seconds lookups do not ask again who did not answer")
    int unreachable_time_s() default LookupSettings.UNREACHABLE_TIME_S;

    @AttributeDefinition(description = "Such addresses remembered")
    int unreachable_max() default LookupSettings.UNREACHABLE_MAX;

    @AttributeDefinition(description = "Addresses whose referrals are remembered as good or bad")
    int sources_max() default LookupSettings.SOURCES_MAX;

    @AttributeDefinition(description = "Lookups of a region query")
    int region_lookups_max() default LookupSettings.REGION_LOOKUPS_MAX;
}
