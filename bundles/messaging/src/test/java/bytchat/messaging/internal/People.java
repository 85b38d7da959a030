package bytchat.messaging.internal;

import bytchat.accounts.internal.AccountSettings;
import bytchat.accounts.internal.LocalAccount;
import bytchat.accounts.internal.LocalAccounts;
import bytchat.accounts.internal.MemoryAccountFiles;
import bytchat.accounts.internal.PassphraseSource;
import bytchat.api.account.Account;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedWorld;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Real accounts, made once for all tests: each test opens its copy of their key files, on its own simulated host. */
final class People {
    private static final AccountSettings SETTINGS = AccountSettings.DEFAULTS.withRsaBits(2048).withArgon2(64, 1);
    private static final Map<String, MemoryAccountFiles> FILES = new ConcurrentHashMap<>();

    private People() {
    }

    /** Key files as they were made at the beginning of time. */
    static MemoryAccountFiles files(String name) {
        return copy(FILES.computeIfAbsent(name, People::create));
    }

    static Account open(SimulatedWorld world, SimulatedHost host, String name, MemoryAccountFiles files) {
        LocalAccounts accounts = new LocalAccounts(host.environment(), files, PassphraseSource.NONE, SETTINGS, SILENT);
        world.await(accounts.start(), Duration.ofMinutes(1));
        return accounts.unlocked().stream().filter(account -> account.name().equals(name)).findFirst().orElseThrow();
    }

    private static MemoryAccountFiles create(String name) {
        SimulatedWorld world = new SimulatedWorld(name.hashCode());
        SimulatedHost host = world.host("10.9.9.9", 1);
        MemoryAccountFiles files = new MemoryAccountFiles();
        LocalAccounts accounts = new LocalAccounts(host.environment(), files, PassphraseSource.NONE, SETTINGS, SILENT);
        world.await(accounts.start(), Duration.ofMinutes(1));
        world.await(accounts.create(name), Duration.ofMinutes(1));
        return files;
    }

    private static MemoryAccountFiles copy(MemoryAccountFiles files) {
        MemoryAccountFiles copy = new MemoryAccountFiles();
        files.names().forEach(name -> copy.write(name, files.read(name).orElseThrow()));
        return copy;
    }

    private static final LocalAccounts.Listener SILENT = new LocalAccounts.Listener() {
        @Override
        public void added(LocalAccount account) {
            // Tests ask for accounts when they need them.
        }

        @Override
        public void changed(LocalAccount account) {
            // As above.
        }
    };
}
