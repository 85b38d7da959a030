package bytchat.routing.kademlia.internal;

import bytchat.api.env.Environment;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.status.StatusSource;
import java.nio.file.Path;
import java.time.Duration;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** Offers {@link Kademlia} in each key space. */
@Component(
        immediate = true,
        configurationPid = "bytchat.routing.kademlia",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = {RoutingPlane.class, StatusSource.class},
        property = StatusSource.PROPERTY + "=routing.kademlia")
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
                c.bucket_size(),
                c.replacements(),
                Duration.ofSeconds(c.stale_after_s()),
                Duration.ofSeconds(c.refresh_every_s()),
                c.bad_failures(),
                c.remove_failures(),
                c.alpha(),
                c.lookup_queries_max(),
                Duration.ofSeconds(c.lookup_time_s()),
                c.lookups_max(),
                c.lookups_waiting_max(),
                c.candidates_max(),
                c.verifications_max(),
                Duration.ofSeconds(c.rejected_time_s()),
                c.rejected_max(),
                Duration.ofSeconds(c.join_retry_min_s()),
                Duration.ofSeconds(c.join_retry_max_s()));
    }
}
