package bytchat.store.xodus.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.api.keyspace.Key;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.api.store.MetaStore;
import bytchat.api.store.StoreContents;
import bytchat.api.store.StoreException;
import bytchat.records.RecordCodec;
import bytchat.records.Sealer;
import bytchat.store.xodus.internal.PendingWrite.Effect;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** {@link MetaStore} on disk. Tables: {@code metas} user → record; {@code expiries}, see {@link ExpiryIndex}. */
public class XodusMetaStore implements MetaStore, StoreContents<MetaStore.StoredMeta>, StatusSource, AutoCloseable {
    static final String NAME = "store.xodus.meta";

    private static final String METAS = "metas";
    private static final ExpiryIndex EXPIRIES = new ExpiryIndex("expiries");
    private static final byte META = 0;
    private static final List<Class<?>> RECORDS = List.of(StoredMeta.class);

    private final int recordsMax;
    private final long bytesMax;
    private final Disk<Stats> disk;
    private volatile Table<StoredMeta> metas;

    /**
     * @param recordsMax records
     * @param bytesMax   bytes of all records together
     */
    public XodusMetaStore(Environment environment, DiskOptions options, int recordsMax, long bytesMax) {
        this.recordsMax = recordsMax;
        this.bytesMax = bytesMax;
        Schema schema = new Schema(List.of(METAS, EXPIRIES.table()), RECORDS);
        this.disk = new Disk<>(NAME, options, schema, environment.loop(), new Stats(0, 0), this::open);
    }

    private Stats open(Sealer sealer, Txn txn) throws StoreException {
        metas = new Table<>(METAS, new RecordCodec<>(sealer, NAME + "/" + METAS, StoredMeta.class, RECORDS));
        ExpiryIndex.Sum sum = EXPIRIES.sum(txn, META);
        return new Stats(sum.entries(), sum.bytes());
    }

    @Override
    public CompletionStage<Void> put(StoredMeta meta) {
        return restore(List.of(meta));
    }

    @Override
    public CompletionStage<Void> restore(List<StoredMeta> items) {
        Contents.check(items.size());
        List<StoredMeta> all = List.copyOf(items);
        return disk.write(Effect.ADDS, bytes(all), change -> {
            List<StoredMeta> earlier = all.stream().flatMap(meta -> metas.find(change, key(meta)).stream()).toList();
            long more = all.size() - earlier.size();
            if (more > 0 && change.state().records() + more > recordsMax) {
                throw disk.full("records", recordsMax, "records.max");
            }
            if (change.state().bytes() - bytes(earlier) + bytes(all) > bytesMax) {
                throw disk.full("bytes", bytesMax, "bytes.max.mib");
            }
            earlier.forEach(meta -> drop(change, key(meta), meta));
            for (StoredMeta meta : all) {
                metas.put(change, key(meta), meta);
                EXPIRIES.add(change, meta.expiryMillis(), META, key(meta), meta.bytes().length);
            }
            change.update(stats -> new Stats(stats.records() + all.size(), stats.bytes() + bytes(all)));
            return null;
        });
    }

    @Override
    public CompletionStage<List<StoredMeta>> page(BBytes prefix, Optional<BBytes> after, int limit) {
        Contents.check(limit);
        return disk.read(txn -> {
            List<StoredMeta> found = new ArrayList<>();
            Contents.ascend(txn, METAS, prefix, after, (key, sealed) -> {
                metas.open(txn, key, sealed).ifPresent(found::add);
                return found.size() < limit;
            });
            return found;
        });
    }

    @Override
    public CompletionStage<Void> erase(List<BBytes> places) {
        Contents.check(places.size());
        List<BBytes> all = List.copyOf(places);
        return disk.write(Effect.FREES, 0, change -> {
            all.forEach(place -> metas.find(change, place.unsafeArray())
                    .ifPresent(meta -> drop(change, place.unsafeArray(), meta)));
            return null;
        });
    }

    @Override
    public CompletionStage<Optional<StoredMeta>> get(String keySpace, Key uid) {
        byte[] key = Keys.user(keySpace, uid);
        return disk.read(txn -> metas.get(txn, key));
    }

    @Override
    public CompletionStage<Integer> expire(long nowMillis, int limit) {
        return disk.write(Effect.FREES, 0, change -> {
            int gone = 0;
            for (ExpiryIndex.Due due : EXPIRIES.due(change, nowMillis, limit)) {
                Optional<StoredMeta> meta = metas.find(change, due.key());
                if (meta.isPresent() && meta.get().expiryMillis() == due.atMillis()) {
                    drop(change, due.key(), meta.get());
                    gone++;
                } else {
                    // its record was damaged and set aside, and is counted until now
                    EXPIRIES.remove(change, due);
                    change.update(stats -> new Stats(stats.records() - 1, stats.bytes() - due.bytes()));
                }
            }
            return gone;
        });
    }

    @Override
    public Stats stats() {
        return disk.state();
    }

    @Override
    public String part() {
        return NAME;
    }

    @Override
    public Status status() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("records", stats().records());
        figures.put("records_max", recordsMax);
        figures.put("stored_bytes", stats().bytes());
        figures.put("stored_bytes_max", bytesMax);
        return disk.status(figures);
    }

    @Override
    public void close() {
        disk.close();
    }

    private void drop(Change<Stats> change, byte[] key, StoredMeta meta) {
        metas.remove(change, key);
        EXPIRIES.remove(change, meta.expiryMillis(), META, key);
        change.update(stats -> new Stats(stats.records() - 1, stats.bytes() - meta.bytes().length));
    }

    private static byte[] key(StoredMeta meta) {
        return Keys.user(meta.keySpace(), meta.uid());
    }

    private static long bytes(List<StoredMeta> metas) {
        return metas.stream().mapToLong(meta -> meta.bytes().length).sum();
    }
}
