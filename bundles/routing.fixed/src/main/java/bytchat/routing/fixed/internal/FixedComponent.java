package bytchat.routing.fixed.internal;

import bytchat.api.env.Environment;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.routing.RoutingPlanes;
import bytchat.api.rpc.RpcEndpoint;
import java.time.Duration;
import java.util.Arrays;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** Offers {@link FixedRouting} in each key space. Not immediate: it is made when it is chosen, and goes when another one is. */
@Component(
        configurationPid = "bytchat.routing.fixed",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = RoutingPlane.class,
        property = RoutingPlanes.PROPERTY + "=" + FixedRouting.NAME)
@Designate(ocd = FixedConfiguration.class, factory = true)
public final class FixedComponent extends FixedRouting {
    @Activate
    public FixedComponent(
            @Reference(name = "environment") Environment environment,
            @Reference(name = "localNode") LocalNode localNode,
            @Reference(name = "rpcEndpoint") RpcEndpoint rpcEndpoint,
            FixedConfiguration configuration) {
        super(environment, localNode, rpcEndpoint, settings(configuration));
        start();
    }

    @Deactivate
    void deactivate() {
        stop();
    }

    private static FixedSettings settings(FixedConfiguration c) {
        return new FixedSettings(
                Arrays.stream(c.nodes()).flatMap(entry -> Arrays.stream(entry.split(","))).filter(entry -> !entry.isBlank())
                        .map(FixedSettings::address).toList(),
                Duration.ofSeconds(c.look_every_s()),
                Duration.ofSeconds(c.silent_s()),
                c.dead_failures(),
                Duration.ofSeconds(c.rejected_time_s()),
                c.parallel(),
                Duration.ofSeconds(c.search_time_s()),
                c.searches_max());
    }
}
