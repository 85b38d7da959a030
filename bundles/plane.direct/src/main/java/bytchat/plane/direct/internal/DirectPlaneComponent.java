package bytchat.plane.direct.internal;

import bytchat.api.account.Account;
import bytchat.api.env.Environment;
import bytchat.api.holder.Challenges;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.plane.DeliveryPlane;
import bytchat.api.presence.Presence;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import java.time.Duration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** Offers the direct plane of a key space as a service. */
@Component(configurationPid = "bytchat.plane.direct", configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = {DeliveryPlane.class, StatusSource.class}, immediate = true,
        property = {DeliveryPlane.PROPERTY + "=" + DirectPlane.NAME})
@Designate(ocd = DirectPlaneConfiguration.class, factory = true)
public final class DirectPlaneComponent implements DeliveryPlane, StatusSource {
    private final Environment environment;
    private final DirectPlane plane;

    @Activate
    public DirectPlaneComponent(
            DirectPlaneConfiguration config,
            @Reference(name = "environment") Environment environment,
            @Reference(name = "localNode") LocalNode localNode,
            @Reference(name = "rpcEndpoint") RpcEndpoint rpcEndpoint,
            @Reference(name = "presence") Presence presence,
            @Reference(name = "challenges") Challenges challenges) {
        this.environment = environment;
        this.plane = new DirectPlane(environment, localNode, rpcEndpoint, presence, challenges, settings(config));
        environment.loop().execute(plane::start);
    }

    private static DirectPlaneSettings settings(DirectPlaneConfiguration config) {
        return new DirectPlaneSettings(
                Duration.ofSeconds(config.find_cache_seconds()), Duration.ofSeconds(config.find_cache_empty_seconds()),
                config.recipients_max(), Duration.ofSeconds(config.dial_pause_seconds()),
                Duration.ofMillis(config.reach_millis()), Duration.ofMillis(config.settle_millis()),
                Duration.ofSeconds(config.look_out_seconds_min()),
                Duration.ofSeconds(config.look_out_seconds_max()), Duration.ofSeconds(config.conversation_seconds()),
                config.conversations_max(), Duration.ofSeconds(config.refresh_seconds()),
                Duration.ofMillis(config.retry_millis_min()), Duration.ofMillis(config.retry_millis_max()),
                Duration.ofMillis(config.answer_millis_max()), config.in_flight_max(), config.peer_in_flight_max(),
                config.peer_per_second_max(), config.taken_max(), config.handed_max());
    }

    @Deactivate
    public void deactivate() {
        environment.loop().execute(plane::close);
    }

    @Override
    public String name() {
        return plane.name();
    }

    @Override
    public KeySpace keySpace() {
        return plane.keySpace();
    }

    @Override
    public Attachment attach(Account account, Inbound inbound) {
        return plane.attach(account, inbound);
    }

    @Override
    public String part() {
        return plane.part();
    }

    @Override
    public Status status() {
        return plane.status();
    }
}
