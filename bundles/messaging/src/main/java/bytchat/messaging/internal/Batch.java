package bytchat.messaging.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.store.ChatRecord;
import bytchat.api.store.ChatStore.Change;
import java.util.ArrayList;
import java.util.List;

/** Changes that are made durable together, and what follows in memory once they are: memory never runs ahead of the disk. */
final class Batch {
    private final List<Change> changes = new ArrayList<>();
    private final List<Runnable> afterwards = new ArrayList<>();

    Batch put(ChatRecord record) {
        changes.add(new Change.Put(record));
        return this;
    }

    Batch remove(Class<? extends ChatRecord> type, BBytes key) {
        changes.add(new Change.Remove(type, key));
        return this;
    }

    Batch then(Runnable action) {
        afterwards.add(action);
        return this;
    }

    List<Change> changes() {
        return changes;
    }

    void committed() {
        afterwards.forEach(Runnable::run);
    }
}
