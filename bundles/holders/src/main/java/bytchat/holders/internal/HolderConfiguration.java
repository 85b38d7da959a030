package bytchat.holders.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Bounds of the holders part of one key space; units are in the names. */
@ObjectClassDefinition(name = "BytChat holders", description = "Who holds a key, challenges, reachability")
@interface HolderConfiguration {
    @AttributeDefinition(description = "Holders are placed among nodes with IPv6 addresses instead of IPv4;"
            + " the same in the whole network")
    boolean ipv6() default false;

    @AttributeDefinition(description = "Nonces given out and not yet used, for all peers together")
    int nonces_max() default HolderSettings.NONCES_MAX;

    @AttributeDefinition(description = "The same for one peer")
    int peer_nonces_max() default HolderSettings.PEER_NONCES_MAX;

    @AttributeDefinition(description = "For how many seconds a link proves a node for the 404 rule")
    int proven_time_s() default HolderSettings.PROVEN_TIME_S;

    @AttributeDefinition(description = "Such nodes remembered")
    int proven_max() default HolderSettings.PROVEN_MAX;

    @AttributeDefinition(description = "Dial-backs for others under way")
    int dial_backs_max() default HolderSettings.DIAL_BACKS_MAX;

    @AttributeDefinition(description = "A peer is dialled back at most once in so many seconds")
    int dial_back_every_s() default HolderSettings.DIAL_BACK_EVERY_S;

    @AttributeDefinition(description = "First pause between attempts to be reached, in milliseconds; doubled each time")
    int reach_retry_min_ms() default HolderSettings.REACH_RETRY_MIN_MS;

    @AttributeDefinition(description = "Longest pause between attempts to be reached, in seconds")
    int reach_retry_max_s() default HolderSettings.REACH_RETRY_MAX_S;

    @AttributeDefinition(description = "For how many seconds a lookup serves what is stored under its key again")
    int lookup_time_s() default HolderSettings.LOOKUP_TIME_S;

    @AttributeDefinition(description = "Such lookups remembered")
    int lookups_max() default HolderSettings.LOOKUPS_MAX;
}
