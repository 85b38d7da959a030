package bytchat.discovery.lan.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Discovery in local networks, of one key space; units are in the names. */
@ObjectClassDefinition(name = "BytChat LAN discovery", description = "Tells the local network that this node is here, and hears of others")
@interface LanConfiguration {
    @AttributeDefinition(description = "Multicast ADDRESS:PORT, the same on all nodes that are to find each other")
    String group() default "239.192.66.121:6772";

    @AttributeDefinition(description = "Names of network interfaces, for example eth0; nothing: all that are up and can multicast, but loopback")
    String[] interfaces() default {};

    @AttributeDefinition(description = "Seconds between announcements of a node that knows others")
    int announce_every_s() default LanSettings.ANNOUNCE_EVERY_S;

    @AttributeDefinition(description = "Seconds between announcements of a node that is alone")
    int alone_every_s() default LanSettings.ALONE_EVERY_S;

    @AttributeDefinition(description = "Nodes heard of that are asked, in a minute")
    int heard_per_minute() default LanSettings.HEARD_PER_MINUTE;

    @AttributeDefinition(description = "Nodes heard of lately that are remembered, and not asked again for a minute")
    int heard_max() default LanSettings.HEARD_MAX;
}
