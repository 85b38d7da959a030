package bytchat.stores.internal;

import bytchat.api.env.Environment;
import bytchat.api.keyspace.Key;
import bytchat.api.store.MetaStore;
import bytchat.api.store.Stores.Kind;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The meta store that serves now. */
final class ActiveMetaStore extends ActiveStore<MetaStore, MetaStore.StoredMeta> implements MetaStore {
    ActiveMetaStore(Environment environment, StoresSettings settings, NodeStores.ActiveLedger ledger, Safeguards safeguards) {
        super(Kind.META, environment, settings, ledger, safeguards);
    }

    @Override
    public CompletionStage<Void> put(StoredMeta meta) {
        return gate.write(meta.bytes().length, Set.of(meta.place()), store -> store.put(meta));
    }

    @Override
    public CompletionStage<Optional<StoredMeta>> get(String keySpace, Key uid) {
        return gate.read(store -> store.get(keySpace, uid));
    }

    @Override
    public CompletionStage<Integer> expire(long nowMillis, int limit) {
        return expire(store -> store.expire(nowMillis, limit));
    }

    @Override
    public Stats stats() {
        return now(MetaStore::stats, new Stats(0, 0));
    }

    @Override
    String holds() {
        return stats().records() + " records";
    }
}
