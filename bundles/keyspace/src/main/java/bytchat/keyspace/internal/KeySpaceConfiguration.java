package bytchat.keyspace.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** Factory configuration {@code bytchat.keyspace~NAME}. */
@ObjectClassDefinition(name = "BytChat key space", description = "A key space that this node lives in")
public @interface KeySpaceConfiguration {
    @AttributeDefinition(name = "Hash",
            description = "The hash the key space is made with: sha-1 or sha-512, as installed")
    String hash() default "sha-512";

    @AttributeDefinition(name = "Network",
            description = "The messaging network; 'open' (or nothing) only routes, in plain BEP 5")
    String network() default "bytchat";

    @AttributeDefinition(name = "Listen",
            description = "HOST:PORT for datagrams and links; port 0 picks a free one, which is kept over restarts")
    String listen() default "0.0.0.0:0";

    @AttributeDefinition(name = "Address", description = "The IP address that others see this node at, where a router passes"
            + " the port on to this machine; nothing: found out by asking others")
    String address() default "";

    @AttributeDefinition(name = "Bootstrap", description = "HOST:PORT of nodes to join by, at most 64")
    String[] bootstrap() default {};

    @AttributeDefinition(name = "Reachable",
            description = "Whether others can reach this node; auto: once somebody has, and at once without bootstrap"
                    + " or on an open network",
            options = {@Option("auto"), @Option("yes"), @Option("no")})
    String reachable() default "auto";

    @AttributeDefinition(name = "Parts",
            description = "The parts that get a configuration of their own for this key space")
    String[] parts() default {"transport.udp", "transport.tls", "rpc", "routing", "routing.kademlia", "routing.fixed",
        "mainline", "discovery.lan", "holders", "tracker", "mailbox", "meta", "presence", "plane.mailbox", "plane.direct"};
}
