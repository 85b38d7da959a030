package bytchat.presence.internal;

import bytchat.api.account.Account;
import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.holder.Holders;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.presence.Presence;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Verifier;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** The presence of one key space. */
@Component(service = {Presence.class, StatusSource.class},
        configurationPid = "bytchat.presence", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = PresenceConfiguration.class, factory = true)
public final class PresenceComponent implements Presence, StatusSource {
    private final PresenceClient client;

    @Activate
    public PresenceComponent(
            PresenceConfiguration configuration,
            @Reference(name = "environment") Environment environment,
            @Reference(name = "localNode") LocalNode localNode,
            @Reference(name = "holders") Holders holders) {
        PresenceSettings settings = PresenceSettings.of(configuration.refresh_s(), configuration.refresh_sparse_s(),
                configuration.retry_min_ms(), configuration.retry_max_ms());
        this.client = new PresenceClient(settings, environment, localNode, holders,
                new Verifier(SignatureCheck.BOUNCY_CASTLE, environment.clock()));
    }

    @Deactivate
    void deactivate() {
        client.close();
    }

    @Override
    public Registration announce(Account account) {
        return client.announce(account);
    }

    @Override
    public CompletionStage<List<Sighting>> find(Key uid) {
        return client.find(uid);
    }

    @Override
    public String part() {
        return client.part();
    }

    @Override
    public Status status() {
        return client.status();
    }
}
