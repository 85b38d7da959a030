package bytchat.store.memory.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.api.store.ChatRecord;
import bytchat.api.store.ChatStore;
import bytchat.api.store.StoreContents;
import bytchat.api.store.StoreException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/** {@link ChatStore} in memory; what it holds is gone with the process. */
public class MemoryChatStore extends LoopStore implements ChatStore, StoreContents<ChatStore.Entry> {
    private static final int LIST_MAX = 1_024;

    private final int recordsMax;
    private final TreeMap<BBytes, Entry> entries = new TreeMap<>();
    private volatile long records;

    /** @param recordsMax records of all accounts together */
    public MemoryChatStore(Environment environment, int recordsMax) {
        super("store.memory.chat", environment.loop());
        this.recordsMax = recordsMax;
    }

    @Override
    public CompletionStage<Void> commit(BBytes account, List<Change> changes) {
        if (changes.size() > CHANGES_MAX) {
            throw new IllegalArgumentException("a commit has at most " + CHANGES_MAX + " changes, not "
                    + changes.size());
        }
        Map<BBytes, Optional<Entry>> last = new HashMap<>();
        for (Change change : changes) {
            if (change instanceof Change.Put put) {
                Entry entry = new Entry(account, put.record());
                last.put(entry.place(), Optional.of(entry));
            } else if (change instanceof Change.Remove remove) {
                last.put(Entry.placeOf(account, remove.type(), remove.key()), Optional.empty());
            }
        }
        return onLoop(() -> apply(last));
    }

    /** @param last by place, what lies there afterwards */
    private Void apply(Map<BBytes, Optional<Entry>> last) throws StoreException {
        long growth = last.entrySet().stream().mapToInt(change ->
                (change.getValue().isPresent() ? 1 : 0) - (entries.containsKey(change.getKey()) ? 1 : 0)).sum();
        if (growth > 0 && entries.size() + growth > recordsMax) {
            throw full("records", recordsMax, "records.max");
        }
        last.forEach((place, entry) -> entry.ifPresentOrElse(put -> entries.put(place, put), () -> entries.remove(place)));
        records = entries.size();
        return null;
    }

    @Override
    public <T extends ChatRecord> CompletionStage<Optional<T>> get(BBytes account, Class<T> type, BBytes key) {
        BBytes place = Entry.placeOf(account, type, key);
        return onLoop(() -> Optional.ofNullable(entries.get(place)).map(Entry::record).map(type::cast));
    }

    @Override
    public <T extends ChatRecord> CompletionStage<List<T>> list(
            BBytes account, Class<T> type, BBytes prefix, Optional<BBytes> from, boolean descending, int limit) {
        if (limit < 1 || limit > LIST_MAX) {
            throw new IllegalArgumentException("limit is 1 to " + LIST_MAX + ", not " + limit);
        }
        BBytes places = Entry.placeOf(account, type, prefix);
        Optional<BBytes> start = from.map(key -> Entry.placeOf(account, type, key));
        return onLoop(() -> Ordered.range(entries, places, start, descending).values().stream().limit(limit)
                .map(Entry::record).<T>map(type::cast).toList());
    }

    @Override
    public CompletionStage<List<Entry>> page(BBytes prefix, Optional<BBytes> after, int limit) {
        Ordered.check(limit);
        return onLoop(() -> Ordered.page(entries, prefix, after, limit));
    }

    @Override
    public CompletionStage<Void> restore(List<Entry> items) {
        Ordered.check(items.size());
        Map<BBytes, Optional<Entry>> last = new HashMap<>();
        items.forEach(entry -> last.put(entry.place(), Optional.of(entry)));
        return onLoop(() -> apply(last));
    }

    @Override
    public CompletionStage<Void> erase(List<BBytes> places) {
        Ordered.check(places.size());
        Map<BBytes, Optional<Entry>> last = new HashMap<>();
        places.forEach(place -> last.put(place, Optional.empty()));
        return onLoop(() -> apply(last));
    }

    @Override
    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("records", records);
        facts.put("records_max", recordsMax);
        return facts;
    }
}
