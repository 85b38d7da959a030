package bytchat.tracker.internal;

import bytchat.api.env.Environment;
import bytchat.api.holder.Challenges;
import bytchat.api.holder.Holders;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.api.store.TrackerStore;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Verifier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** The tracker of one key space. */
@Component(service = StatusSource.class, immediate = true,
        configurationPid = "bytchat.tracker", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = TrackerConfiguration.class, factory = true)
public final class TrackerComponent implements StatusSource {
    private final Environment environment;
    private final Tracker tracker;

    @Activate
    public TrackerComponent(
            TrackerConfiguration configuration,
            @Reference(name = "environment") Environment environment,
            @Reference(name = "localNode") LocalNode localNode,
            @Reference(name = "rpcEndpoint") RpcEndpoint rpcEndpoint,
            @Reference(name = "holders") Holders holders,
            @Reference(name = "challenges") Challenges challenges,
            @Reference(name = "trackerStore", target = "(bytchat.store=active)") TrackerStore trackerStore) {
        this.environment = environment;
        this.tracker = new Tracker(new TrackerSettings(configuration.bindings_max()), environment, localNode,
                rpcEndpoint,
                holders, challenges, trackerStore, new Verifier(SignatureCheck.BOUNCY_CASTLE, environment.clock()));
        environment.loop().execute(tracker::start);
    }

    @Deactivate
    void deactivate() {
        environment.loop().execute(tracker::close);
    }

    @Override
    public String part() {
        return tracker.part();
    }

    @Override
    public Status status() {
        return tracker.status();
    }
}
