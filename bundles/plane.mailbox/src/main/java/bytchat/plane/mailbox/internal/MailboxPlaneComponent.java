package bytchat.plane.mailbox.internal;

import bytchat.api.account.Account;
import bytchat.api.env.Environment;
import bytchat.api.holder.Holders;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.plane.DeliveryPlane;
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

/** Offers the mailbox plane of a key space as a service. */
@Component(configurationPid = "bytchat.plane.mailbox", configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = {DeliveryPlane.class, StatusSource.class}, immediate = true,
        property = {DeliveryPlane.PROPERTY + "=" + MailboxPlane.NAME})
@Designate(ocd = MailboxPlaneConfiguration.class, factory = true)
public final class MailboxPlaneComponent implements DeliveryPlane, StatusSource {
    private final Environment environment;
    private final MailboxPlane plane;

    @Activate
    public MailboxPlaneComponent(
            MailboxPlaneConfiguration config,
            @Reference(name = "environment") Environment environment,
            @Reference(name = "keySpace") KeySpace keySpace,
            @Reference(name = "rpcEndpoint") RpcEndpoint rpcEndpoint,
            @Reference(name = "holders") Holders holders) {
        this.environment = environment;
        this.plane = new MailboxPlane(environment, keySpace, rpcEndpoint, holders, new MailboxPlaneSettings(
                Duration.ofSeconds(config.refresh_seconds()), Duration.ofMillis(config.retry_millis_min()),
                Duration.ofMillis(config.retry_millis_max()), config.pushes_in_flight_max(), config.pushes_done_max(),
                config.subscriptions_max()));
        environment.loop().execute(plane::start);
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
