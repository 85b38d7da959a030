package bytchat.routing.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Factory configuration {@code bytchat.routing~NAME}: the choice of one key space. */
@ObjectClassDefinition(name = "BytChat routing", description = "Which routing plane a key space uses")
@interface RoutingConfiguration {
    @AttributeDefinition(description = "The routing plane in use, as installed: kademlia, fixed, or one of your own")
    String active() default RoutingSettings.ACTIVE;

    @AttributeDefinition(description = "Seconds that another plane may take to find somebody before it serves")
    int ready_seconds() default RoutingSettings.READY_S;

    @AttributeDefinition(description = "Seconds that lookups under way may go on when their plane is replaced")
    int drain_seconds() default RoutingSettings.DRAIN_S;
}
