package bytchat.mailbox.internal;

import bytchat.api.env.Environment;
import bytchat.api.holder.Challenges;
import bytchat.api.holder.Holders;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.api.store.MailboxStore;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Verifier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** The mailbox of one key space. */
@Component(service = StatusSource.class, immediate = true,
        configurationPid = "bytchat.mailbox", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = MailboxConfiguration.class, factory = true)
public final class MailboxComponent implements StatusSource {
    private final Environment environment;
    private final Mailbox mailbox;

    @Activate
    public MailboxComponent(
            MailboxConfiguration configuration,
            @Reference(name = "environment") Environment environment,
            @Reference(name = "localNode") LocalNode localNode,
            @Reference(name = "rpcEndpoint") RpcEndpoint rpcEndpoint,
            @Reference(name = "holders") Holders holders,
            @Reference(name = "challenges") Challenges challenges,
            @Reference(name = "mailboxStore", target = "(bytchat.store=active)") MailboxStore mailboxStore) {
        this.environment = environment;
        MailboxSettings settings = new MailboxSettings(configuration.envelopes_max(), configuration.bytes_max(),
                configuration.recipient_bytes_per_day(), configuration.sender_bytes_per_day(),
                configuration.strangers_bytes_per_day(), configuration.address_block_bytes_per_day(),
                configuration.contacts_block_bytes_per_day(),
                configuration.subscribers_max());
        this.mailbox = new Mailbox(settings, environment, localNode, rpcEndpoint, holders, challenges, mailboxStore,
                new Verifier(SignatureCheck.BOUNCY_CASTLE, environment.clock()));
        environment.loop().execute(mailbox::start);
    }

    @Deactivate
    void deactivate() {
        environment.loop().execute(mailbox::close);
    }

    @Override
    public String part() {
        return mailbox.part();
    }

    @Override
    public Status status() {
        return mailbox.status();
    }
}
