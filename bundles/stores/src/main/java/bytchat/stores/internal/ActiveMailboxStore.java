package bytchat.stores.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.api.keyspace.Key;
import bytchat.api.store.MailboxStore;
import bytchat.api.store.Stores.Kind;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The mailbox store that serves now. */
final class ActiveMailboxStore extends ActiveStore<MailboxStore, MailboxStore.Content> implements MailboxStore {
    ActiveMailboxStore(Environment environment, StoresSettings settings, NodeStores.ActiveLedger ledger, Safeguards safeguards) {
        super(Kind.MAILBOX, environment, settings, ledger, safeguards);
    }

    @Override
    public CompletionStage<PutOutcome> put(StoredEnvelope envelope) {
        return gate.write(envelope.bytes().length, Set.of(LastArrival.PLACE,
                Held.placeOf(envelope.keySpace(), envelope.to(), envelope.id())), store -> store.put(envelope));
    }

    @Override
    public CompletionStage<List<StoredEnvelope>> waiting(String keySpace, Key to, BBytes device, long after, int limit) {
        return gate.read(store -> store.waiting(keySpace, to, device, after, limit));
    }

    @Override
    public CompletionStage<Optional<StoredEnvelope>> get(String keySpace, Key to, BBytes id) {
        return gate.read(store -> store.get(keySpace, to, id));
    }

    @Override
    public CompletionStage<AckOutcome> acknowledge(
            String keySpace, Key to, BBytes id, BBytes device, byte[] acknowledgement, Set<BBytes> required) {
        Set<BBytes> all = Set.copyOf(required);
        return gate.write(acknowledgement.length, Set.of(Held.placeOf(keySpace, to, id)),
                store -> store.acknowledge(keySpace, to, id, device, acknowledgement, all));
    }

    @Override
    public CompletionStage<Void> putDevices(String keySpace, Key uid, byte[] devices) {
        return gate.write(devices.length, Set.of(Devices.placeOf(keySpace, uid)), store -> store.putDevices(keySpace, uid, devices));
    }

    @Override
    public CompletionStage<Optional<byte[]>> devices(String keySpace, Key uid) {
        return gate.read(store -> store.devices(keySpace, uid));
    }

    @Override
    public CompletionStage<Integer> expire(long nowMillis, int limit) {
        return expire(store -> store.expire(nowMillis, limit));
    }

    @Override
    public Stats stats() {
        return now(MailboxStore::stats, new Stats(0, 0, 0));
    }

    @Override
    String holds() {
        return stats().envelopes() + " envelopes";
    }
}
