package bytchat.itests.simulation;

import bytchat.accounts.internal.AccountSettings;
import bytchat.accounts.internal.LocalAccount;
import bytchat.accounts.internal.LocalAccounts;
import bytchat.accounts.internal.PassphraseSource;
import bytchat.api.account.Account;
import bytchat.api.env.Environment;
import bytchat.api.messaging.Messenger.MessageView;
import bytchat.messaging.internal.AccountMessenger;
import bytchat.messaging.internal.MessagingSettings;
import bytchat.messaging.internal.Network;
import bytchat.messaging.internal.Suites;
import bytchat.meta.internal.MetaClient;
import bytchat.plane.direct.internal.DirectPlane;
import bytchat.plane.direct.internal.DirectPlaneSettings;
import bytchat.plane.mailbox.internal.MailboxPlane;
import bytchat.plane.mailbox.internal.MailboxPlaneSettings;
import bytchat.planes.internal.Switchboard;
import bytchat.presence.internal.PresenceClient;
import bytchat.presence.internal.PresenceSettings;
import bytchat.session.cbc.internal.CbcSuite;
import bytchat.wire.sign.Verifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An account with its messenger, assembled from the production classes. */
public final class SimPerson {
    /** Small, because the simulation measures protocols and not the making of keys. */
    private static final AccountSettings ACCOUNT = AccountSettings.DEFAULTS.withRsaBits(2048).withArgon2(64, 1);

    static final byte[] PASSPHRASE = "correct horse battery staple".getBytes(StandardCharsets.US_ASCII);

    private final SimDisk disk;
    private final Environment environment;
    private final Suites suites = new Suites();
    private final Switchboard planes;
    private final LocalAccounts accounts;
    private final Network network;
    private final List<MessageView> heard = new ArrayList<>();
    private final CompletableFuture<AccountMessenger> messenger = new CompletableFuture<>();

    /** @param exported what another node of the same person exported; empty makes a person, unless there is one on the disk */
    SimPerson(String name, Optional<byte[]> exported, NodeParts parts, SimDisk disk, Verifier verifier) {
        this.disk = disk;
        this.environment = parts.environment();
        CbcSuite suite = new CbcSuite(environment.workers(), environment.random());
        suites.add(suite);
        MetaClient meta = new MetaClient(environment, parts.local().keySpace(), parts.holders(), verifier,
                () -> List.of(suite.number()));
        PresenceClient presence = new PresenceClient(
                PresenceSettings.DEFAULT, environment, parts.local(), parts.holders(), verifier);
        MailboxPlane mailbox = new MailboxPlane(environment, parts.local().keySpace(), parts.rpc(), parts.holders(),
                MailboxPlaneSettings.DEFAULTS);
        DirectPlane direct = new DirectPlane(environment, parts.local(), parts.rpc(), presence, parts.holders(),
                DirectPlaneSettings.DEFAULTS);
        planes = new Switchboard(environment, disk.planes(), disk::keep);
        network = new Network(
                Optional.of(parts.local().keySpace()), Optional.of(planes), Optional.of(meta), Optional.of(presence));
        environment.loop().execute(() -> {
            mailbox.start();
            planes.add(mailbox, "bytchat.plane.mailbox");
            direct.start();
            planes.add(direct, "bytchat.plane.direct");
        });
        accounts = new LocalAccounts(environment, disk.accounts(), PassphraseSource.NONE, ACCOUNT,
                new LocalAccounts.Listener() {
                    @Override
                    public void added(LocalAccount account) {
                        unlocked(account);
                    }

                    @Override
                    public void changed(LocalAccount account) {
                        messenger.thenAccept(AccountMessenger::accountChanged);
                    }
                });
        accounts.start();
        if (exported.isEmpty()) {
            accounts.createIfMissing(name);
        } else if (disk.hasNoAccount()) {
            accounts.importAccount(exported.get(), PASSPHRASE);
        }
    }

    private void unlocked(Account account) {
        AccountMessenger made = new AccountMessenger(
                account, environment, disk.chats(), suites, MessagingSettings.DEFAULTS);
        made.onMessage(heard::add);
        made.start();
        made.network(network);
        messenger.complete(made);
    }

    /** Completes when the account is there. */
    public CompletableFuture<AccountMessenger> messenger() {
        return messenger;
    }

    /** The account of this node. */
    public Account account() {
        return accounts.unlocked().get(0);
    }

    /** What another node of this person imports. */
    public CompletionStage<byte[]> export() {
        return accounts.exportAccount(account().fingerprint(), PASSPHRASE);
    }

    /** Which plane sends, and the change to another. */
    public Switchboard planes() {
        return planes;
    }

    /** What the messenger has told its listener since the node started. */
    public List<MessageView> heard() {
        return heard;
    }
}
