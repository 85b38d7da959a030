package bytchat.holders.internal;

import bytchat.api.env.Environment;
import bytchat.api.holder.Challenges;
import bytchat.api.holder.Holders;
import bytchat.api.keyspace.LocalNode;
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

/** Offers {@link HolderPart} in each key space. */
@Component(
        immediate = true,
        configurationPid = "bytchat.holders",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = {Holders.class, Challenges.class, StatusSource.class},
        property = StatusSource.PROPERTY + "=holders")
@Designate(ocd = HolderConfiguration.class, factory = true)
public final class HolderComponent extends HolderPart {
    @Activate
    public HolderComponent(
            @Reference(name = "environment") Environment environment,
            @Reference(name = "localNode") LocalNode localNode,
            @Reference(name = "rpcEndpoint") RpcEndpoint rpcEndpoint,
            @Reference(name = "routingPlane") RoutingPlane routingPlane,
            HolderConfiguration configuration) {
        super(environment, localNode, rpcEndpoint, routingPlane, settings(configuration), HolderDefences.ALL);
        start();
    }

    @Deactivate
    void deactivate() {
        stop();
    }

    private static HolderSettings settings(HolderConfiguration c) {
        return new HolderSettings(
                c.ipv6(),
                c.nonces_max(),
                c.peer_nonces_max(),
                Duration.ofSeconds(c.proven_time_s()),
                c.proven_max(),
                c.dial_backs_max(),
                Duration.ofSeconds(c.dial_back_every_s()),
                Duration.ofMillis(c.reach_retry_min_ms()),
                Duration.ofSeconds(c.reach_retry_max_s()),
                Duration.ofSeconds(c.lookup_time_s()),
                c.lookups_max());
    }
}
