package bytchat.store.xodus.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.api.store.ChatRecord;
import bytchat.api.store.ChatRecord.MessageRecord;
import bytchat.api.store.ChatRecord.OutboundRecord;
import bytchat.api.store.ChatStore;
import bytchat.api.store.StoreContents;
import bytchat.api.store.StoreException;
import bytchat.records.RecordCodec;
import bytchat.records.Sealer;
import bytchat.store.xodus.internal.PendingWrite.Effect;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** {@link ChatStore} on disk. One table: {@code records} account ‖ kind ‖ key → record. */
public class XodusChatStore implements ChatStore, StoreContents<ChatStore.Entry>, StatusSource, AutoCloseable {
    static final String NAME = "store.xodus.chat";
    private static final int LIST_MAX = 1_024;
    private static final String RECORDS = "records";
    /** What a record without a body is taken to need while it waits for the disk. */
    private static final int BYTES_USUAL = 2_048;

    private final int recordsMax;
    private final Disk<Long> disk;
    private volatile Table<ChatRecord> records;

    /** @param recordsMax records of all accounts together */
    public XodusChatStore(Environment environment, DiskOptions options, int recordsMax) {
        this.recordsMax = recordsMax;
        this.disk = new Disk<>(NAME, options, new Schema(List.of(RECORDS), List.copyOf(KINDS)), environment.loop(), 0L,
                this::open);
    }

    private long open(Sealer sealer, Txn txn) {
        List<Class<?>> types = new ArrayList<>(KINDS);
        types.add(ChatRecord.State.class);
        records = new Table<>(RECORDS, new RecordCodec<>(sealer, NAME + "/" + RECORDS, ChatRecord.class, types));
        return txn.count(RECORDS);
    }

    @Override
    public CompletionStage<Void> commit(BBytes account, List<Change> changes) {
        if (changes.size() > CHANGES_MAX) {
            throw new IllegalArgumentException("a commit has at most " + CHANGES_MAX + " changes, not "
                    + changes.size());
        }
        // by key, so that of two changes to one record only the later is left
        Map<BBytes, Optional<ChatRecord>> last = new LinkedHashMap<>();
        for (Change change : changes) {
            if (change instanceof Change.Put put) {
                last.put(Entry.placeOf(account, put.record().getClass(), put.record().key()), Optional.of(put.record()));
            } else if (change instanceof Change.Remove remove) {
                last.put(Entry.placeOf(account, remove.type(), remove.key()), Optional.empty());
            }
        }
        long bytes = bytes(last);
        return write(last, bytes);
    }

    /** @param last by place, what lies there afterwards */
    private CompletionStage<Void> write(Map<BBytes, Optional<ChatRecord>> last, long bytes) {
        return disk.write(bytes > 0 ? Effect.ADDS : Effect.FREES, bytes, txn -> {
            int growth = 0;
            for (Map.Entry<BBytes, Optional<ChatRecord>> change : last.entrySet()) {
                int before = records.contains(txn, change.getKey().unsafeArray()) ? 1 : 0;
                growth += (change.getValue().isPresent() ? 1 : 0) - before;
            }
            if (growth > 0 && txn.count(RECORDS) + growth > recordsMax) {
                throw disk.full("records", recordsMax, "records.max");
            }
            last.forEach((key, record) -> record.ifPresentOrElse(
                    added -> records.put(txn, key.unsafeArray(), added), () -> records.remove(txn, key.unsafeArray())));
            txn.update(before -> txn.count(RECORDS));
            return null;
        });
    }

    @Override
    public <T extends ChatRecord> CompletionStage<Optional<T>> get(BBytes account, Class<T> type, BBytes key) {
        byte[] place = Entry.placeOf(account, type, key).unsafeArray();
        return disk.read(txn -> records.get(txn, place).map(type::cast));
    }

    @Override
    public <T extends ChatRecord> CompletionStage<List<T>> list(
            BBytes account, Class<T> type, BBytes prefix, Optional<BBytes> from, boolean descending, int limit) {
        if (limit < 1 || limit > LIST_MAX) {
            throw new IllegalArgumentException("limit is 1 to " + LIST_MAX + ", not " + limit);
        }
        byte[] range = Entry.placeOf(account, type, prefix).unsafeArray();
        Optional<byte[]> start = from.map(key -> Entry.placeOf(account, type, key).unsafeArray());
        return disk.read(txn -> {
            List<T> found = new ArrayList<>();
            Txn.Visitor visitor = (key, sealed) -> {
                if (!Keys.startsWith(key, range) || found.size() >= limit) {
                    return false;
                }
                records.open(txn, key, sealed).map(type::cast).ifPresent(found::add);
                return true;
            };
            if (descending) {
                txn.descend(RECORDS, Stream.concat(start.stream(), Keys.behindAll(range).stream())
                        .min(Arrays::compareUnsigned), visitor);
            } else {
                txn.ascend(RECORDS, start.map(Keys::next).filter(key -> Arrays.compareUnsigned(key, range) > 0)
                        .orElse(range), visitor);
            }
            return found;
        });
    }

    @Override
    public CompletionStage<List<Entry>> page(BBytes prefix, Optional<BBytes> after, int limit) {
        Contents.check(limit);
        return disk.read(txn -> {
            List<Entry> found = new ArrayList<>();
            Contents.ascend(txn, RECORDS, prefix, after, (place, sealed) -> {
                Contents.account(place).ifPresent(account ->
                        records.open(txn, place, sealed).map(record -> new Entry(account, record)).ifPresent(found::add));
                return found.size() < limit;
            });
            return found;
        });
    }

    @Override
    public CompletionStage<Void> restore(List<Entry> items) {
        Contents.check(items.size());
        Map<BBytes, Optional<ChatRecord>> last = new LinkedHashMap<>();
        items.forEach(entry -> last.put(entry.place(), Optional.of(entry.record())));
        return write(last, bytes(last));
    }

    @Override
    public CompletionStage<Void> erase(List<BBytes> places) {
        Contents.check(places.size());
        Map<BBytes, Optional<ChatRecord>> last = new LinkedHashMap<>();
        places.forEach(place -> last.put(place, Optional.empty()));
        return write(last, 0);
    }

    @Override
    public String part() {
        return NAME;
    }

    @Override
    public Status status() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("records", disk.state());
        figures.put("records_max", recordsMax);
        return disk.status(figures);
    }

    @Override
    public void close() {
        disk.close();
    }

    private static long bytes(Map<BBytes, Optional<ChatRecord>> last) {
        return last.values().stream().flatMap(Optional::stream).mapToLong(XodusChatStore::bytes).sum();
    }

    private static long bytes(ChatRecord record) {
        if (record instanceof MessageRecord message) {
            return BYTES_USUAL + message.data().length;
        } else if (record instanceof OutboundRecord outbound) {
            return BYTES_USUAL + outbound.envelope().length;
        }
        return BYTES_USUAL;
    }
}
