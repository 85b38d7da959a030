package bytchat.stores.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.api.status.StatusSource;
import bytchat.api.store.ChatRecord;
import bytchat.api.store.ChatStore;
import bytchat.api.store.Stores.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The chat store that serves now. */
final class ActiveChatStore extends ActiveStore<ChatStore, ChatStore.Entry> implements ChatStore {
    /** What a record is taken to need while it waits. */
    private static final int BYTES_USUAL = 512;

    ActiveChatStore(Environment environment, StoresSettings settings, NodeStores.ActiveLedger ledger, Safeguards safeguards) {
        super(Kind.CHAT, environment, settings, ledger, safeguards);
    }

    @Override
    public CompletionStage<Void> commit(BBytes account, List<Change> changes) {
        List<Change> all = List.copyOf(changes);
        Set<BBytes> touches = new HashSet<>();
        long bytes = 0;
        for (Change change : all) {
            if (change instanceof Change.Put put) {
                touches.add(new Entry(account, put.record()).place());
                bytes += BYTES_USUAL + (put.record() instanceof ChatRecord.MessageRecord message ? message.data().length
                        : put.record() instanceof ChatRecord.OutboundRecord outbound ? outbound.envelope().length : 0);
            } else if (change instanceof Change.Remove remove) {
                touches.add(Entry.placeOf(account, remove.type(), remove.key()));
            }
        }
        return gate.write(bytes, touches, store -> store.commit(account, all));
    }

    @Override
    public <T extends ChatRecord> CompletionStage<Optional<T>> get(BBytes account, Class<T> type, BBytes key) {
        return gate.read(store -> store.get(account, type, key));
    }

    @Override
    public <T extends ChatRecord> CompletionStage<List<T>> list(
            BBytes account, Class<T> type, BBytes prefix, Optional<BBytes> from, boolean descending, int limit) {
        return gate.read(store -> store.list(account, type, prefix, from, descending, limit));
    }

    @Override
    String holds() {
        Object records = now(store -> store instanceof StatusSource source ? source.status().facts().get("records") : null, null);
        return records == null ? "the contacts and conversations of this node" : records + " records of contacts and conversations";
    }
}
