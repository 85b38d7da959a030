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

    /** Key files of another device of the same person, as an import made them. */
    static MemoryAccountFiles furtherDevice(String name, int device) {
        return copy(FILES.computeIfAbsent(name + " on device " + device, n -> imported(name, device)));
    }

    private static MemoryAccountFiles imported(String name, int device) {
        SimulatedWorld world = new SimulatedWorld(name.hashCode() + device);
        LocalAccounts first = new LocalAccounts(world.host("10.9.9.8", 1).environment(), files(name), PassphraseSource.NONE, SETTINGS,
                listener(() -> { }));
        world.await(first.start(), Duration.ofMinutes(1));
        byte[] words = "a passphrase".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        byte[] file = world.await(first.exportAccount(first.unlocked().get(0).fingerprint(), words), Duration.ofMinutes(1));
        MemoryAccountFiles files = new MemoryAccountFiles();
        LocalAccounts further = new LocalAccounts(world.host("10.9.9.7", 1).environment(), files, PassphraseSource.NONE, SETTINGS,
                listener(() -> { }));
        world.await(further.start(), Duration.ofMinutes(1));
        world.await(further.importAccount(file, words), Duration.ofMinutes(1));
        return files;
    }

    /** @param changed hears of it when the account has changed */
    static Account open(SimulatedWorld world, SimulatedHost host, String name, MemoryAccountFiles files, Runnable changed) {
        LocalAccounts accounts = new LocalAccounts(host.environment(), files, PassphraseSource.NONE, SETTINGS, listener(changed));
        world.await(accounts.start(), Duration.ofMinutes(1));
        return accounts.unlocked().stream().filter(account -> account.name().equals(name)).findFirst().orElseThrow();
    }

    private static MemoryAccountFiles create(String name) {
        SimulatedWorld world = new SimulatedWorld(name.hashCode());
        SimulatedHost host = world.host("10.9.9.9", 1);
        MemoryAccountFiles files = new MemoryAccountFiles();
        LocalAccounts accounts = new LocalAccounts(host.environment(), files, PassphraseSource.NONE, SETTINGS, listener(() -> { }));
        world.await(accounts.start(), Duration.ofMinutes(1));
        world.await(accounts.create(name), Duration.ofMinutes(1));
        return files;
    }

    private static MemoryAccountFiles copy(MemoryAccountFiles files) {
        MemoryAccountFiles copy = new MemoryAccountFiles();
        files.names().forEach(name -> copy.write(name, files.read(name).orElseThrow()));
        return copy;
    }

    private static LocalAccounts.Listener listener(Runnable changed) {
        return new LocalAccounts.Listener() {
            @Override
            public void added(LocalAccount account) {
                // Tests ask for accounts when they need them.
            }

            @Override
            public void changed(LocalAccount account) {
                changed.run();
            }
        };
    }
}
