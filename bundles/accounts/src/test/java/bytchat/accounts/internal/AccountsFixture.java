package bytchat.accounts.internal;

import bytchat.api.account.Account;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedWorld;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A node in virtual time with a keystore in memory that outlives its restarts, and whose disk can fail. */
final class AccountsFixture implements LocalAccounts.Listener {
    static final AccountSettings SETTINGS = AccountSettings.DEFAULTS.withRsaBits(2048).withArgon2(64, 1);
    static final Duration LIMIT = Duration.ofMinutes(1);

    final SimulatedWorld world;
    final FailingFiles files = new FailingFiles();
    final List<LocalAccount> added = new ArrayList<>();
    final List<LocalAccount> changed = new ArrayList<>();
    PassphraseSource passphrase = PassphraseSource.NONE;
    SimulatedHost host;
    LocalAccounts accounts;

    AccountsFixture() {
        this(7);
    }

    /** Another node: what is random there is different. */
    AccountsFixture(long seed) {
        world = new SimulatedWorld(seed);
        start();
    }

    AccountsFixture(PassphraseSource passphrase) {
        this.world = new SimulatedWorld(7);
        this.passphrase = passphrase;
        start();
    }

    /** Starts the node, the earlier one crashing. */
    LocalAccounts start() {
        if (host != null) {
            host.crash();
        }
        added.clear();
        changed.clear();
        host = world.host("10.0.0.1", 4000);
        accounts = new LocalAccounts(host.environment(), files, passphrase, SETTINGS, this);
        await(accounts.start());
        return accounts;
    }

    Account create(String name) {
        return await(accounts.create(name));
    }

    <T> T await(CompletionStage<T> stage) {
        return world.await(stage, LIMIT);
    }

    @Override
    public void added(LocalAccount account) {
        added.add(account);
    }

    @Override
    public void changed(LocalAccount account) {
        changed.add(account);
    }

    /** Memory that can be full. */
    static final class FailingFiles implements AccountFiles {
        private final MemoryAccountFiles files = new MemoryAccountFiles();
        boolean full;

        @Override
        public List<String> names() {
            return files.names();
        }

        @Override
        public Optional<byte[]> read(String name) {
            return files.read(name);
        }

        @Override
        public void write(String name, byte[] content) throws IOException {
            if (full) {
                throw new IOException("No space left on device");
            }
            files.write(name, content);
        }

        @Override
        public String describe(String name) {
            return files.describe(name);
        }

        String accountFile() {
            return names().stream().filter(name -> name.endsWith(Keystore.ACCOUNT_SUFFIX)).findFirst().orElseThrow();
        }
    }
}
