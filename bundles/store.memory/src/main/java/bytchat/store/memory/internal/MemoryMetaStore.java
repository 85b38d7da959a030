package bytchat.store.memory.internal;

import bytchat.api.env.Environment;
import bytchat.api.keyspace.Key;
import bytchat.api.store.MetaStore;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;

/** {@link MetaStore} in memory; what it holds is gone with the process. */
public class MemoryMetaStore extends LoopStore implements MetaStore {
    private final int recordsMax;
    private final long bytesMax;
    private final Map<Place, StoredMeta> records = new HashMap<>();
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

    private record Place(String keySpace, Key uid) {
    }

    @Override
    public CompletionStage<Void> put(StoredMeta meta) {
        return onLoop(() -> {
            StoredMeta earlier = records.get(place(meta));
            if (earlier == null && records.size() >= recordsMax) {
                throw full("records", recordsMax, "records.max");
            }
            if (bytes - length(earlier) + length(meta) > bytesMax) {
                throw full("bytes", bytesMax, "bytes.max.mib");
            }
            drop(earlier);
            records.put(place(meta), meta);
            byExpiry.add(meta);
            bytes += length(meta);
            count();
            return null;
        });
    }

    @Override
    public CompletionStage<Optional<StoredMeta>> get(String keySpace, Key uid) {
        return onLoop(() -> Optional.ofNullable(records.get(new Place(keySpace, uid))));
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
            records.remove(place(meta));
            byExpiry.remove(meta);
            bytes -= length(meta);
        }
    }

    private void count() {
        stats = new Stats(records.size(), bytes);
    }

    private static Place place(StoredMeta meta) {
        return new Place(meta.keySpace(), meta.uid());
    }

    private static long length(StoredMeta meta) {
        return meta == null ? 0 : meta.bytes().length;
    }
}
