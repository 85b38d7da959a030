package bytchat.meta.internal;

import bytchat.api.account.Account;
import bytchat.api.env.Environment;
import bytchat.api.holder.Holders;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.meta.MetaDirectory;
import bytchat.api.meta.MetaRecord;
import bytchat.api.session.SessionSuite;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Verifier;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Publishes and fetches meta in one key space. It needs no store: a node that holds nothing for others has one, too.
 */
@Component(configurationPid = "bytchat.meta", configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class MetaDirectoryComponent implements MetaDirectory {
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private final List<SessionSuite> sessionSuites = new CopyOnWriteArrayList<>();

    private final MetaClient client;

    @Activate
    public MetaDirectoryComponent(
            @Reference(name = "environment") Environment environment,
            @Reference(name = "keySpace") KeySpace keySpace,
            @Reference(name = "holders") Holders holders) {
        this.client = new MetaClient(environment, keySpace, holders,
                new Verifier(SignatureCheck.BOUNCY_CASTLE, environment.clock()),
                () -> sessionSuites.stream().map(SessionSuite::number).sorted().toList());
    }

    @Override
    public CompletionStage<Published> publish(Account account) {
        return client.publish(account);
    }

    @Override
    public CompletionStage<Optional<MetaRecord>> fetch(Key uid) {
        return client.fetch(uid);
    }
}
