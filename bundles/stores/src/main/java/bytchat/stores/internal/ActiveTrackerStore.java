package bytchat.stores.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.api.keyspace.Key;
import bytchat.api.store.Stores.Kind;
import bytchat.api.store.TrackerStore;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The tracker store that serves now. */
final class ActiveTrackerStore extends ActiveStore<TrackerStore, TrackerStore.StoredBinding> implements TrackerStore {
    ActiveTrackerStore(Environment environment, StoresSettings settings, NodeStores.ActiveLedger ledger, Safeguards safeguards) {
        super(Kind.TRACKER, environment, settings, ledger, safeguards);
    }

    /** The whole user: a new device may take the place of another. */
    @Override
    public CompletionStage<Void> put(StoredBinding binding) {
        return gate.write(binding.bytes().length, Set.of(StoredBinding.placeOf(binding.keySpace(), binding.uid())),
                store -> store.put(binding));
    }

    @Override
    public CompletionStage<List<StoredBinding>> find(String keySpace, Key uid) {
        return gate.read(store -> store.find(keySpace, uid));
    }

    @Override
    public CompletionStage<Void> remove(String keySpace, Key uid, BBytes device) {
        return gate.write(0, Set.of(StoredBinding.placeOf(keySpace, uid)), store -> store.remove(keySpace, uid, device));
    }

    @Override
    public CompletionStage<Integer> expire(long seenBeforeMillis, int limit) {
        return expire(store -> store.expire(seenBeforeMillis, limit));
    }

    @Override
    public Stats stats() {
        return now(TrackerStore::stats, new Stats(0, 0));
    }

    @Override
    String holds() {
        return stats().bindings() + " bindings";
    }
}
