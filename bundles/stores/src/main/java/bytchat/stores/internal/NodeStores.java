package bytchat.stores.internal;

import bytchat.api.env.Environment;
import bytchat.api.features.InUse;
import bytchat.api.status.StatusSource;
import bytchat.api.store.ChatStore;
import bytchat.api.store.MailboxStore;
import bytchat.api.store.MetaStore;
import bytchat.api.store.StoreException;
import bytchat.api.store.Stores;
import bytchat.api.store.TrackerStore;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The four active stores of a node. May be called from any thread. */
public final class NodeStores implements Stores, InUse {
    private final Environment environment;
    private final ActiveTrackerStore tracker;
    private final ActiveMailboxStore mailbox;
    private final ActiveMetaStore meta;
    private final ActiveChatStore chat;
    private final Map<Kind, ActiveStore<?, ?>> all = new EnumMap<>(Kind.class);

    /** @param ledger where it is kept which store is the active one */
    public NodeStores(Environment environment, StoresSettings settings, ActiveLedger ledger) {
        this(environment, settings, ledger, Safeguards.ALL);
    }

    NodeStores(Environment environment, StoresSettings settings, ActiveLedger ledger, Safeguards safeguards) {
        this.environment = environment;
        this.tracker = new ActiveTrackerStore(environment, settings, ledger, safeguards);
        this.mailbox = new ActiveMailboxStore(environment, settings, ledger, safeguards);
        this.meta = new ActiveMetaStore(environment, settings, ledger, safeguards);
        this.chat = new ActiveChatStore(environment, settings, ledger, safeguards);
        for (ActiveStore<?, ?> store : List.of(tracker, mailbox, meta, chat)) {
            all.put(store.kind(), store);
        }
    }

    /** Where it is kept which store is the active one. */
    public interface ActiveLedger {
        /** The store that records of this kind lie in; empty if there never was one. */
        Optional<String> active(Kind kind);

        /**
         * From now on they lie in that one.
         *
         * @return completes on the event loop when that is on disk, and in the configuration; if it fails, nothing has changed
         */
        CompletionStage<Void> activate(Kind kind, String name);
    }

    public TrackerStore tracker() {
        return tracker;
    }

    public MailboxStore mailbox() {
        return mailbox;
    }

    public MetaStore meta() {
        return meta;
    }

    public ChatStore chat() {
        return chat;
    }

    /** What each kind says of itself. */
    public List<StatusSource> statusSources() {
        return List.copyOf(all.values());
    }

    public void addTracker(InstalledStore<TrackerStore> store) {
        environment.loop().execute(() -> tracker.add(store));
    }

    public void addMailbox(InstalledStore<MailboxStore> store) {
        environment.loop().execute(() -> mailbox.add(store));
    }

    public void addMeta(InstalledStore<MetaStore> store) {
        environment.loop().execute(() -> meta.add(store));
    }

    public void addChat(InstalledStore<ChatStore> store) {
        environment.loop().execute(() -> chat.add(store));
    }

    /** A store that was added has gone. */
    public void remove(Kind kind, InstalledStore<?> store) {
        environment.loop().execute(() -> remove(all.get(kind), store));
    }

    @SuppressWarnings("unchecked")
    private static <S> void remove(ActiveStore<S, ?> active, InstalledStore<?> store) {
        active.remove((InstalledStore<S>) store);
    }

    /** Configuration names another store. */
    public void want(Kind kind, String name) {
        environment.loop().execute(() -> all.get(kind).want(name));
    }

    @Override
    public List<StoreInfo> list() {
        return all.values().stream().flatMap(store -> store.list().stream()).toList();
    }

    @Override
    public CompletionStage<Moved> switchTo(Kind kind, String name) {
        CompletableFuture<Moved> result = new CompletableFuture<>();
        environment.loop().execute(() -> all.get(kind).switchTo(name).whenComplete((moved, failure) -> {
            if (failure == null) {
                result.complete(moved);
            } else {
                result.completeExceptionally(failure);
            }
        }));
        return result;
    }

    @Override
    public List<String> cutOffBy(Set<String> symbolicNames) {
        return all.values().stream().flatMap(store -> store.cutOffBy(symbolicNames).stream()).toList();
    }

    /** Ends them: what waits fails with {@link StoreException}. */
    public void close() {
        all.values().forEach(ActiveStore::close);
    }
}
