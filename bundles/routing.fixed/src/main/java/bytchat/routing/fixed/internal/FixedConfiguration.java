package bytchat.routing.fixed.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The list of nodes of one key space, and bounds; units are in the names. */
@ObjectClassDefinition(name = "BytChat fixed routing", description = "A fixed list of nodes in the place of a routing table")
@interface FixedConfiguration {
    @AttributeDefinition(description = "HOST:PORT of every node of the network, at most 256, this one may be among them;"
            + " nothing: the key space's bootstrap addresses")
    String[] nodes() default {};

    @AttributeDefinition(description = "Seconds between looks at who has to be asked, and after which names are looked up again")
    int look_every_s() default FixedSettings.LOOK_EVERY_S;

    @AttributeDefinition(description = "Seconds of silence after which a node is asked whether it is still there")
    int silent_s() default FixedSettings.SILENT_S;

    @AttributeDefinition(description = "Unanswered queries in a row after which a node counts as dead, until it answers again")
    int dead_failures() default FixedSettings.DEAD_FAILURES;

    @AttributeDefinition(description = "For how many seconds a node whose link failed is left out")
    int rejected_time_s() default FixedSettings.REJECTED_TIME_S;

    @AttributeDefinition(description = "Queries of a lookup under way at a time")
    int parallel() default FixedSettings.PARALLEL;

    @AttributeDefinition(description = "Seconds after which a lookup ends with what it has")
    int search_time_s() default FixedSettings.SEARCH_TIME_S;

    @AttributeDefinition(description = "Lookups under way")
    int searches_max() default FixedSettings.SEARCHES_MAX;
}
