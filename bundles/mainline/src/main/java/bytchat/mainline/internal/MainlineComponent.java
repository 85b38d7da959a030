package bytchat.mainline.internal;

import bytchat.api.env.Environment;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.mainline.Mainline;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.status.StatusSource;
import java.time.Duration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** Offers {@link MainlineNode} in each key space. */
@Component(
        immediate = true,
        configurationPid = "bytchat.mainline",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = {Mainline.class, StatusSource.class},
        property = StatusSource.PROPERTY + "=mainline")
@Designate(ocd = MainlineConfiguration.class, factory = true)
public final class MainlineComponent extends MainlineNode {
    @Activate
    public MainlineComponent(
            @Reference(name = "environment") Environment environment,
            @Reference(name = "localNode") LocalNode localNode,
            @Reference(name = "rpcEndpoint") RpcEndpoint rpcEndpoint,
            @Reference(name = "routingPlane") RoutingPlane routingPlane,
            MainlineConfiguration configuration) {
        super(environment, localNode, rpcEndpoint, () -> routingPlane, settings(configuration), MainlineDefences.ALL);
        start();
    }

    @Deactivate
    void deactivate() {
        stop();
    }

    private static MainlineSettings settings(MainlineConfiguration c) {
        return new MainlineSettings(
                c.copies(),
                Duration.ofSeconds(c.token_time_s()),
                c.items_max(),
                c.source_items_max(),
                Duration.ofSeconds(c.item_time_s()),
                c.info_hashes_max(),
                c.peers_max(),
                c.info_hash_peers_max(),
                c.source_peers_max(),
                Duration.ofSeconds(c.peer_time_s()),
                c.answer_peers_max(),
                c.found_peers_max());
    }
}
