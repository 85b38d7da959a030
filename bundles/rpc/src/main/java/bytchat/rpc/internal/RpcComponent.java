package bytchat.rpc.internal;

import bytchat.api.env.Environment;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.status.StatusSource;
import bytchat.api.transport.DatagramTransport;
import bytchat.api.transport.LinkTransport;
import java.time.Duration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** Offers {@link Rpc} in each key space. */
@Component(
        immediate = true,
        configurationPid = "bytchat.rpc",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = {RpcEndpoint.class, StatusSource.class},
        property = StatusSource.PROPERTY + "=rpc")
@Designate(ocd = RpcConfiguration.class, factory = true)
public final class RpcComponent extends Rpc {
    @Activate
    public RpcComponent(
            @Reference(name = "environment") Environment environment,
            @Reference(name = "localNode") LocalNode localNode,
            @Reference(name = "datagramTransport") DatagramTransport datagramTransport,
            @Reference(name = "linkTransport") LinkTransport linkTransport,
            RpcConfiguration configuration) {
        super(environment, localNode, datagramTransport, linkTransport, settings(configuration), RpcDefences.ALL);
        start();
    }

    @Deactivate
    void deactivate() {
        stop();
    }

    private static RpcSettings settings(RpcConfiguration c) {
        return new RpcSettings(
                Duration.ofMillis(c.query_timeout_ms()),
                c.queries_max(),
                c.requests_per_second(),
                c.source_requests_per_second(),
                c.sources_max(),
                c.errors_per_second(),
                c.amplification_max(),
                Duration.ofSeconds(c.proof_time_s()),
                c.proven_max(),
                c.proofs_max(),
                c.links_max(),
                c.calls_max(),
                c.calls_waiting_max(),
                Duration.ofSeconds(c.keep_alive_after_s()),
                c.keep_alive_misses_max(),
                Duration.ofSeconds(c.idle_close_s()));
    }
}
