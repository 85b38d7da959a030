package bytchat.itests.simulation;

import bytchat.accounts.internal.AccountFiles;
import bytchat.accounts.internal.MemoryAccountFiles;
import bytchat.api.env.Clock;
import bytchat.api.env.Environment;
import bytchat.api.env.EventLoop;
import bytchat.api.env.Registration;
import bytchat.api.env.WorkerPool;
import bytchat.api.keyspace.Contact;
import bytchat.api.store.ChatStore;
import bytchat.api.store.MailboxStore;
import bytchat.api.store.MetaStore;
import bytchat.api.store.TrackerStore;
import bytchat.planes.internal.PlanesSettings;
import bytchat.routing.kademlia.internal.KnownContacts;
import bytchat.store.memory.internal.MemoryChatStore;
import bytchat.store.memory.internal.MemoryMailboxStore;
import bytchat.store.memory.internal.MemoryMetaStore;
import bytchat.store.memory.internal.MemoryTrackerStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** What of a node outlives a crash: its stores and key files. What was not completed by then may be there or not. */
final class SimDisk {
    private static final int RECORDS_MAX = 100_000;
    private static final long BYTES_MAX = 64L << 20;

    private final Reattachable environment = new Reattachable();
    private final TrackerStore trackers = new MemoryTrackerStore(environment, RECORDS_MAX);
    private final MailboxStore mailboxes = new MemoryMailboxStore(environment, RECORDS_MAX, BYTES_MAX);
    private final MetaStore metas = new MemoryMetaStore(environment, RECORDS_MAX, BYTES_MAX);
    private final ChatStore chats = new MemoryChatStore(environment, RECORDS_MAX);
    private final MemoryAccountFiles accounts = new MemoryAccountFiles();
    private PlanesSettings planes = PlanesSettings.DEFAULTS;
    private final KnownContacts contacts = new KnownContacts() {
        private List<Contact> saved = List.of();

        @Override
        public List<Contact> load() {
            return saved;
        }

        @Override
        public void save(List<Contact> contacts) {
            saved = contacts;
        }
    };

    /** The node runs again, on this loop. */
    void attach(Environment now) {
        environment.current = now;
    }

    TrackerStore trackers() {
        return trackers;
    }

    MailboxStore mailboxes() {
        return mailboxes;
    }

    MetaStore metas() {
        return metas;
    }

    ChatStore chats() {
        return chats;
    }

    AccountFiles accounts() {
        return accounts;
    }

    boolean hasNoAccount() {
        return accounts.names().isEmpty();
    }

    /** Configuration of the planes. */
    PlanesSettings planes() {
        return planes;
    }

    /** Which plane is active, from the next start too. */
    CompletionStage<Void> keep(String active) {
        return environment.workers().submit(() -> {
            planes = planes.withActive(active);
            return null;
        });
    }

    KnownContacts contacts() {
        return contacts;
    }

    /** The environment of the node's present process. */
    private static final class Reattachable implements Environment, EventLoop {
        private Environment current;

        @Override
        public Clock clock() {
            return current.clock();
        }

        @Override
        public EventLoop loop() {
            return this;
        }

        @Override
        public WorkerPool workers() {
            return current.workers();
        }

        @Override
        public SecureRandom random() {
            return current.random();
        }

        @Override
        public void execute(Runnable task) {
            current.loop().execute(task);
        }

        @Override
        public Registration schedule(Duration delay, Runnable task) {
            return current.loop().schedule(delay, task);
        }

        @Override
        public boolean inLoop() {
            return current.loop().inLoop();
        }
    }
}
