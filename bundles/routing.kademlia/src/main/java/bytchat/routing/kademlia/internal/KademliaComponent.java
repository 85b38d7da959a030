package bytchat.routing.kademlia.internal;

import bytchat.api.env.Environment;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.routing.RoutingPlanes;
import bytchat.api.rpc.RpcEndpoint;
import java.nio.file.Path;
import java.time.Duration;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** Offers {@link Kademlia} in each key space. Not immediate: it is made when it is chosen, and goes when another one is. */
@Component(
        configurationPid = "bytchat.routing.kademlia",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = RoutingPlane.class,
        property = RoutingPlanes.PROPERTY + "=kademlia")
@Designate(ocd = KademliaConfiguration.class, factory = true)
public final class KademliaComponent extends Kademlia {
    /** Framework property: the node's data directory. */
    private static final String DATA_PROPERTY = "bytchat.data";

    @Activate
    public KademliaComponent(
            BundleContext context,
            @Reference(name = "environment") Environment environment,
            @Reference(name = "localNode") LocalNode localNode,
            @Reference(name = "rpcEndpoint") RpcEndpoint rpcEndpoint,
            KademliaConfiguration configuration) {
        super(environment, localNode, rpcEndpoint, known(context, localNode), settings(configuration),
                KademliaDefences.ALL);
        start();
    }

    @Deactivate
    void deactivate() {
        stop();
    }

    private static KnownContacts known(BundleContext context, LocalNode localNode) {
        String data = context.getProperty(DATA_PROPERTY);
        return data == null
                ? KnownContacts.NONE
                : new ContactFile(
                        Path.of(data, "routing", fileName(localNode.keySpace())),
                        localNode.keySpace().bits() / 8);
    }

    /** By the hash as well: a node that comes back to an earlier one finds whom it knew there. */
    static String fileName(KeySpace keySpace) {
        return keySpace.name() + "." + keySpace.hash().name() + ".contacts";
    }

    private static KademliaSettings settings(KademliaConfiguration c) {
        return new KademliaSettings(
                table(c),
                Duration.ofSeconds(c.check_every_s()),
                Duration.ofSeconds(c.refresh_every_s()),
                Duration.ofSeconds(c.self_lookup_every_s()),
                c.verifications_max(),
                Duration.ofSeconds(c.rejected_time_s()),
                c.rejected_max(),
                Duration.ofSeconds(c.distrust_min_s()),
                Duration.ofSeconds(c.distrust_max_s()),
                Duration.ofSeconds(c.join_retry_min_s()),
                Duration.ofSeconds(c.join_retry_max_s()),
                lookup(c));
    }

    private static TableSettings table(KademliaConfiguration c) {
        return new TableSettings(
                c.bucket_size(),
                c.bucket_widening(),
                c.replacements(),
                Duration.ofSeconds(c.stale_after_s()),
                c.bad_failures(),
                c.remove_failures(),
                c.group_bucket_max(),
                c.group_table_max(),
                c.group_own_max(),
                c.group_local());
    }

    private static LookupSettings lookup(KademliaConfiguration c) {
        return new LookupSettings(
                c.paths(),
                c.alpha(),
                c.lookup_queries_max(),
                Duration.ofSeconds(c.lookup_time_s()),
                c.lookups_max(),
                c.lookups_waiting_max(),
                c.candidates_max(),
                Duration.ofSeconds(c.unreachable_time_s()),
                c.unreachable_max(),
                c.sources_max(),
                c.region_lookups_max());
    }
}
