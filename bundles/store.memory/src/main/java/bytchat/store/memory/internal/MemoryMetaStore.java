package bytchat.store.memory.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.api.keyspace.Key;
import bytchat.api.store.MetaStore;
import bytchat.api.store.StoreContents;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;

/** {@link MetaStore} in memory; what it holds is gone with the process. */
public class MemoryMetaStore extends LoopStore implements MetaStore, StoreContents<MetaStore.StoredMeta> {
    private final int recordsMax;
    private final long bytesMax;
    private final TreeMap<BBytes, StoredMeta> records = new TreeMap<>();
    private final TreeSet<StoredMeta> byExpiry = new TreeSet<>(Comparator.comparingLong(StoredMeta::expiryMillis)
            .thenComparing(StoredMeta::keySpace).thenComparing(StoredMeta::uid));
    private long bytes;
    private volatile Stats stats = new Stats(0, 0);

    /**
     * @param recordsMax records
     * @param bytesMax   bytes of all records together
     */
    public MemoryMetaStore(Environment environment, int recordsMax, long bytesMax) {
        super("store.memory.meta", environment.loop());
        this.recordsMax = recordsMax;
        this.bytesMax = bytesMax;
    }

    @Override
    public CompletionStage<Void> put(StoredMeta meta) {
        return restore(List.of(meta));
    }

    @Override
    public CompletionStage<Void> restore(List<StoredMeta> items) {
        Ordered.check(items.size());
        List<StoredMeta> all = List.copyOf(items);
        return onLoop(() -> {
            List<StoredMeta> earlier = all.stream().map(meta -> records.get(meta.place())).filter(Objects::nonNull).toList();
            if (all.size() > earlier.size() && records.size() + all.size() - earlier.size() > recordsMax) {
                throw full("records", recordsMax, "records.max");
            }
            if (bytes - length(earlier) + length(all) > bytesMax) {
                throw full("bytes", bytesMax, "bytes.max.mib");
            }
            earlier.forEach(this::drop);
            for (StoredMeta meta : all) {
                records.put(meta.place(), meta);
                byExpiry.add(meta);
            }
            bytes += length(all);
            count();
            return null;
        });
    }

    @Override
    public CompletionStage<List<StoredMeta>> page(BBytes prefix, Optional<BBytes> after, int limit) {
        Ordered.check(limit);
        return onLoop(() -> Ordered.page(records, prefix, after, limit));
    }

    @Override
    public CompletionStage<Void> erase(List<BBytes> places) {
        Ordered.check(places.size());
        return onLoop(() -> {
            places.forEach(place -> drop(records.get(place)));
            count();
            return null;
        });
    }

    @Override
    public CompletionStage<Optional<StoredMeta>> get(String keySpace, Key uid) {
        return onLoop(() -> Optional.ofNullable(records.get(StoredMeta.placeOf(keySpace, uid))));
    }

    @Override
    public CompletionStage<Integer> expire(long nowMillis, int limit) {
        return onLoop(() -> {
            int gone = 0;
            while (gone < limit && !byExpiry.isEmpty() && byExpiry.first().expiryMillis() <= nowMillis) {
                drop(byExpiry.first());
                gone++;
            }
            count();
            return gone;
        });
    }

    @Override
    public Stats stats() {
        return stats;
    }

    @Override
    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("records", stats.records());
        facts.put("records_max", recordsMax);
        facts.put("stored_bytes", stats.bytes());
        facts.put("stored_bytes_max", bytesMax);
        return facts;
    }

    private void drop(StoredMeta meta) {
        if (meta != null) {
            records.remove(meta.place());
            byExpiry.remove(meta);
            bytes -= meta.bytes().length;
        }
    }

    private void count() {
        stats = new Stats(records.size(), bytes);
    }

    private static long length(List<StoredMeta> metas) {
        return metas.stream().mapToLong(meta -> meta.bytes().length).sum();
    }
}
