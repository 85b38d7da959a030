package bytchat.routing.kademlia.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Bounds of Kademlia routing in one key space; units are in the names. */
@ObjectClassDefinition(name = "BytChat Kademlia routing", description = "k-buckets and lookups of one key space")
@interface KademliaConfiguration {
    @AttributeDefinition(description = "k: contacts in a bucket, nodes in an answer")
    int bucket_size() default KademliaSettings.BUCKET_SIZE;

    @AttributeDefinition(description = "Contacts that wait for a place in a full bucket")
    int replacements() default KademliaSettings.REPLACEMENTS;

    @AttributeDefinition(description = "Seconds of silence after which a contact is asked before it keeps its place")
    int stale_after_s() default KademliaSettings.STALE_AFTER_S;

    @AttributeDefinition(description = "Seconds after which a bucket that was not looked into is refreshed")
    int refresh_every_s() default KademliaSettings.REFRESH_EVERY_S;

    @AttributeDefinition(description = "Unanswered queries in a row after which a contact is not given to others")
    int bad_failures() default KademliaSettings.BAD_FAILURES;

    @AttributeDefinition(description = "Unanswered queries in a row after which a contact leaves without a replacement")
    int remove_failures() default KademliaSettings.REMOVE_FAILURES;

    @AttributeDefinition(description = "Queries of a lookup that are waited for at a time")
    int alpha() default KademliaSettings.ALPHA;

    @AttributeDefinition(description = "Queries of a lookup")
    int lookup_queries_max() default KademliaSettings.LOOKUP_QUERIES_MAX;

    @AttributeDefinition(description = "Seconds after which a lookup ends with what it has")
    int lookup_time_s() default KademliaSettings.LOOKUP_TIME_S;

    @AttributeDefinition(description = "Lookups under way")
    int lookups_max() default KademliaSettings.LOOKUPS_MAX;

    @AttributeDefinition(description = "Lookups that wait for their turn")
    int lookups_waiting_max() default KademliaSettings.LOOKUPS_WAITING_MAX;

    @AttributeDefinition(description = "Candidates that a lookup remembers")
    int candidates_max() default KademliaSettings.CANDIDATES_MAX;

    @AttributeDefinition(description = "Pings under way to nodes heard of")
    int verifications_max() default KademliaSettings.VERIFICATIONS_MAX;

    @AttributeDefinition(description = "For how many seconds a contact whose link failed is left out")
    int rejected_time_s() default KademliaSettings.REJECTED_TIME_S;

    @AttributeDefinition(description = "Such contacts remembered")
    int rejected_max() default KademliaSettings.REJECTED_MAX;

    @AttributeDefinition(description = "First pause between attempts to join, in seconds; doubled each time")
    int join_retry_min_s() default KademliaSettings.JOIN_RETRY_MIN_S;

    @AttributeDefinition(description = "Longest pause between attempts to join, in seconds")
    int join_retry_max_s() default KademliaSettings.JOIN_RETRY_MAX_S;
}
