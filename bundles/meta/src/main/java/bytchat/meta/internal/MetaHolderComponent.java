package bytchat.meta.internal;

import bytchat.api.env.Environment;
import bytchat.api.holder.Holders;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.api.store.MetaStore;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Verifier;
import java.time.Duration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** Holds the meta of one key space, where there is a store for it. */
@Component(service = StatusSource.class, immediate = true,
        configurationPid = "bytchat.meta", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = MetaConfiguration.class, factory = true)
public final class MetaHolderComponent implements StatusSource {
    private final Environment environment;
    private final MetaHolder holder;

    @Activate
    public MetaHolderComponent(
            MetaConfiguration configuration,
            @Reference(name = "environment") Environment environment,
            @Reference(name = "keySpace") KeySpace keySpace,
            @Reference(name = "rpcEndpoint") RpcEndpoint rpcEndpoint,
            @Reference(name = "holders") Holders holders,
            @Reference(name = "metaStore", target = "(bytchat.store=active)") MetaStore metaStore) {
        this.environment = environment;
        MetaSettings settings = new MetaSettings(
                configuration.records_max(), configuration.bytes_max(), Duration.ofDays(configuration.ttl_days()));
        this.holder = new MetaHolder(settings, environment, keySpace, rpcEndpoint, holders, metaStore,
                new Verifier(SignatureCheck.BOUNCY_CASTLE, environment.clock()));
        environment.loop().execute(holder::start);
    }

    @Deactivate
    void deactivate() {
        environment.loop().execute(holder::close);
    }

    @Override
    public String part() {
        return holder.part();
    }

    @Override
    public Status status() {
        return holder.status();
    }
}
