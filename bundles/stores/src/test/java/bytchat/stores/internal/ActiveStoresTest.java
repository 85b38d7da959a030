package bytchat.stores.internal;

import bytchat.api.store.ChatStore;
import bytchat.api.store.MailboxStore;
import bytchat.api.store.MetaStore;
import bytchat.api.store.Stores.Kind;
import bytchat.api.store.TrackerStore;
import bytchat.store.memory.internal.MemoryChatStore;
import bytchat.store.memory.internal.MemoryMailboxStore;
import bytchat.store.memory.internal.MemoryMetaStore;
import bytchat.store.memory.internal.MemoryTrackerStore;
import bytchat.tck.ChatStoreContract;
import bytchat.tck.MailboxStoreContract;
import bytchat.tck.MetaStoreContract;
import bytchat.tck.StoreContract;
import bytchat.tck.TestEnvironment;
import bytchat.tck.TrackerStoreContract;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;

/** The active store keeps the contract of the one behind it. */
class ActiveStoresTest {
    private static final long BYTES_MAX = 64L * 1024 * 1024;

    @Nested
    class Tracker extends TrackerStoreContract {
        @Override
        protected TrackerStore open(TestEnvironment environment, int recordsMax) {
            NodeStores stores = stores(environment);
            stores.addTracker(installed(new MemoryTrackerStore(environment, recordsMax)));
            return opened(environment, stores, NodeStores::tracker);
        }

        @Override
        protected void close(TrackerStore store) {
            ((ActiveTrackerStore) store).close();
        }
    }

    @Nested
    class Mailbox extends MailboxStoreContract {
        @Override
        protected MailboxStore open(TestEnvironment environment, int recordsMax) {
            NodeStores stores = stores(environment);
            stores.addMailbox(installed(new MemoryMailboxStore(environment, recordsMax, BYTES_MAX)));
            return opened(environment, stores, NodeStores::mailbox);
        }

        @Override
        protected void close(MailboxStore store) {
            ((ActiveMailboxStore) store).close();
        }
    }

    @Nested
    class Meta extends MetaStoreContract {
        @Override
        protected MetaStore open(TestEnvironment environment, int recordsMax) {
            NodeStores stores = stores(environment);
            stores.addMeta(installed(new MemoryMetaStore(environment, recordsMax, BYTES_MAX)));
            return opened(environment, stores, NodeStores::meta);
        }

        @Override
        protected void close(MetaStore store) {
            ((ActiveMetaStore) store).close();
        }
    }

    @Nested
    class Chat extends ChatStoreContract {
        @Override
        protected ChatStore open(TestEnvironment environment, int recordsMax) {
            NodeStores stores = stores(environment);
            stores.addChat(installed(new MemoryChatStore(environment, recordsMax)));
            return opened(environment, stores, NodeStores::chat);
        }

        @Override
        protected void close(ChatStore store) {
            ((ActiveChatStore) store).close();
        }
    }

    private static NodeStores stores(TestEnvironment environment) {
        Map<Kind, String> wanted = Arrays.stream(Kind.values()).collect(Collectors.toMap(kind -> kind, kind -> "memory"));
        return new NodeStores(environment, new StoresSettings(wanted, Duration.ofSeconds(15)), new NodeStores.ActiveLedger() {
            @Override
            public Optional<String> active(Kind kind) {
                return Optional.of("memory");
            }

            @Override
            public CompletionStage<Void> activate(Kind kind, String name) {
                return CompletableFuture.completedFuture(null);
            }
        });
    }

    /** Once it serves: until then calls wait. */
    private static <S> S opened(TestEnvironment environment, NodeStores stores, Function<NodeStores, S> which) {
        S store = which.apply(stores);
        ActiveStore<?, ?> active = (ActiveStore<?, ?>) store;
        CompletableFuture<Void> serves = new CompletableFuture<>();
        environment.loop().execute(() -> look(environment, active, serves));
        StoreContract.await(serves);
        return store;
    }

    private static void look(TestEnvironment environment, ActiveStore<?, ?> active, CompletableFuture<Void> serves) {
        if (active.gate.serving().isPresent()) {
            serves.complete(null);
        } else {
            environment.loop().schedule(Duration.ofMillis(1), () -> look(environment, active, serves));
        }
    }

    private static <S> InstalledStore<S> installed(S store) {
        return new InstalledStore<>() {
            @Override
            public String name() {
                return "memory";
            }

            @Override
            public boolean durable() {
                return false;
            }

            @Override
            public String bundle() {
                return "bytchat.store.memory";
            }

            @Override
            public S open() {
                return store;
            }

            @Override
            public void close() {
                // it is gone with the test
            }
        };
    }
}
