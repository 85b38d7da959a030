package bytchat.messaging.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.store.ChatRecord;
import bytchat.api.store.ChatStore;
import bytchat.api.store.StoreException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** One account's records. */
final class Ledger {
    private static final BBytes ALL = BBytes.of(new byte[0]);

    private final ChatStore store;
    private final BBytes account;
    private boolean closed;

    Ledger(ChatStore store, BBytes account) {
        this.store = store;
        this.account = account;
    }

    /** Completes when the changes are durable and what follows from them has been done. */
    CompletionStage<Void> commit(Batch batch) {
        if (closed) {
            return Stages.failed(new StoreException(StoreException.Reason.UNAVAILABLE, "the account has been closed", null));
        }
        if (batch.changes().isEmpty()) {
            batch.committed();
            return Stages.done();
        }
        return store.commit(account, List.copyOf(batch.changes())).thenRun(batch::committed);
    }

    /** Nothing is written from now on: another messenger of this account may be reading. */
    void close() {
        closed = true;
    }

    <T extends ChatRecord> CompletionStage<Optional<T>> get(Class<T> type, BBytes key) {
        return store.get(account, type, key);
    }

    <T extends ChatRecord> CompletionStage<List<T>> newest(Class<T> type, BBytes prefix, int limit) {
        return store.list(account, type, prefix, Optional.empty(), true, limit);
    }

    /** The newest of those that come before a key. */
    <T extends ChatRecord> CompletionStage<List<T>> before(Class<T> type, BBytes prefix, BBytes key, int limit) {
        return store.list(account, type, prefix, Optional.of(key), true, limit);
    }

    /** The oldest of those that come after a key. */
    <T extends ChatRecord> CompletionStage<List<T>> after(Class<T> type, BBytes prefix, BBytes key, int limit) {
        return store.list(account, type, prefix, Optional.of(key), false, limit);
    }

    /** The next page of all records of a type, in the order of their keys. */
    <T extends ChatRecord> CompletionStage<List<T>> page(Class<T> type, Optional<BBytes> from, int limit) {
        return store.list(account, type, ALL, from, false, limit);
    }

    /** Reads every record of a type, so many at a time. */
    <T extends ChatRecord> CompletionStage<Void> each(Class<T> type, int pageSize, Consumer<T> reader) {
        return each(type, ALL, pageSize, reader);
    }

    /** Those whose key begins with a prefix. */
    <T extends ChatRecord> CompletionStage<Void> each(Class<T> type, BBytes prefix, int pageSize, Consumer<T> reader) {
        return each(type, prefix, Optional.empty(), pageSize, reader);
    }

    private <T extends ChatRecord> CompletionStage<Void> each(
            Class<T> type, BBytes prefix, Optional<BBytes> from, int pageSize, Consumer<T> reader) {
        return store.list(account, type, prefix, from, false, pageSize).thenCompose(page -> {
            page.forEach(reader);
            return page.size() < pageSize
                    ? Stages.done()
                    : each(type, prefix, Optional.of(page.get(page.size() - 1).key()), pageSize, reader);
        });
    }
}
