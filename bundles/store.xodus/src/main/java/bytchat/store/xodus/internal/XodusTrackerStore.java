package bytchat.store.xodus.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.api.keyspace.Key;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.api.store.StoreContents;
import bytchat.api.store.StoreException;
import bytchat.api.store.TrackerStore;
import bytchat.records.RecordCodec;
import bytchat.records.Sealer;
import bytchat.store.xodus.internal.PendingWrite.Effect;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * {@link TrackerStore} on disk. Tables: {@code bindings} user ‖ device → binding; {@code sightings} seen ‖ user ‖
 * device → nothing, the index by which bindings expire.
 */
public class XodusTrackerStore implements TrackerStore, StoreContents<TrackerStore.StoredBinding>, StatusSource, AutoCloseable {
    static final String NAME = "store.xodus.tracker";
    static final int BINDINGS_PER_USER_MAX = 32;

    private static final String BINDINGS = "bindings";
    private static final String SIGHTINGS = "sightings";
    private static final List<Class<?>> RECORDS = List.of(StoredBinding.class);
    private static final Comparator<Found> SEEN_LAST_FIRST =
            Comparator.<Found>comparingLong(found -> found.binding().seenMillis()).reversed();

    private final int recordsMax;
    private final Disk<Stats> disk;
    private volatile Table<StoredBinding> bindings;

    /** @param recordsMax bindings of all users together */
    public XodusTrackerStore(Environment environment, DiskOptions options, int recordsMax) {
        this.recordsMax = recordsMax;
        this.disk = new Disk<>(NAME, options, new Schema(List.of(BINDINGS, SIGHTINGS), RECORDS), environment.loop(),
                new Stats(0, 0), this::open);
    }

    private record Found(byte[] key, StoredBinding binding) {
    }

    private Stats open(Sealer sealer, Txn txn) throws StoreException {
        bindings = new Table<>(BINDINGS, new RecordCodec<>(sealer, NAME + "/" + BINDINGS, StoredBinding.class,
                RECORDS));
        long[] users = new long[1];
        byte[][] last = {new byte[0]};
        txn.withPrefix(BINDINGS, new byte[0], (key, value) -> {
            byte[] user = Arrays.copyOf(key, Keys.userLength(key));
            if (!Arrays.equals(user, last[0])) {
                users[0]++;
                last[0] = user;
            }
            return true;
        });
        return new Stats(users[0], txn.count(BINDINGS));
    }

    @Override
    public CompletionStage<Void> put(StoredBinding binding) {
        return restore(List.of(binding));
    }

    @Override
    public CompletionStage<Void> restore(List<StoredBinding> items) {
        Contents.check(items.size());
        List<StoredBinding> all = List.copyOf(items);
        return disk.write(Effect.ADDS, all.stream().mapToLong(binding -> binding.bytes().length).sum(), change -> {
            long more = all.stream().filter(binding -> !bindings.contains(change, key(binding))).count();
            if (all.size() > 1 && more > 0 && change.state().bindings() + more > recordsMax) {
                throw disk.full("bindings", recordsMax, "records.max");
            }
            for (StoredBinding binding : all) {
                add(change, binding);
            }
            return null;
        });
    }

    private void add(Change<Stats> change, StoredBinding binding) throws StoreException {
        byte[] user = Keys.user(binding.keySpace(), binding.uid());
        byte[] key = key(binding);
        Optional<StoredBinding> earlier = bindings.find(change, key);
        if (earlier.isPresent()) {
            drop(change, key, earlier.get());
        } else {
            makeRoom(change, user);
        }
        boolean first = isUnknown(change, user);
        bindings.put(change, key, binding);
        change.put(SIGHTINGS, sighting(binding.seenMillis(), key), new byte[0]);
        change.update(stats -> new Stats(stats.users() + (first ? 1 : 0), stats.bindings() + 1));
    }

    @Override
    public CompletionStage<List<StoredBinding>> page(BBytes prefix, Optional<BBytes> after, int limit) {
        Contents.check(limit);
        return disk.read(txn -> {
            List<StoredBinding> found = new ArrayList<>();
            Contents.ascend(txn, BINDINGS, prefix, after, (key, sealed) -> {
                bindings.open(txn, key, sealed).ifPresent(found::add);
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
            all.forEach(place -> bindings.find(change, place.unsafeArray())
                    .ifPresent(binding -> drop(change, place.unsafeArray(), binding)));
            return null;
        });
    }

    @Override
    public CompletionStage<List<StoredBinding>> find(String keySpace, Key uid) {
        byte[] user = Keys.user(keySpace, uid);
        return disk.read(txn -> all(txn, user).stream().map(Found::binding).toList());
    }

    @Override
    public CompletionStage<Void> remove(String keySpace, Key uid, BBytes device) {
        byte[] key = Keys.join(Keys.user(keySpace, uid), Keys.part(device));
        return disk.write(Effect.FREES, 0, change -> {
            bindings.find(change, key).ifPresent(binding -> drop(change, key, binding));
            return null;
        });
    }

    @Override
    public CompletionStage<Integer> expire(long seenBeforeMillis, int limit) {
        return disk.write(Effect.FREES, 0, change -> {
            List<byte[]> stale = new ArrayList<>();
            change.withPrefix(SIGHTINGS, new byte[0], (key, value) -> {
                boolean take = stale.size() < limit && seenMillis(key) < seenBeforeMillis;
                return take && stale.add(key);
            });
            int gone = 0;
            for (byte[] sighting : stale) {
                byte[] key = Keys.tail(sighting, Long.BYTES);
                Optional<StoredBinding> binding = bindings.find(change, key);
                if (binding.isPresent() && binding.get().seenMillis() == seenMillis(sighting)) {
                    drop(change, key, binding.get());
                    gone++;
                }
                change.remove(SIGHTINGS, sighting);
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
        figures.put("users", stats().users());
        figures.put("bindings", stats().bindings());
        figures.put("bindings_max", recordsMax);
        return disk.status(figures);
    }

    @Override
    public void close() {
        disk.close();
    }

    private void makeRoom(Change<Stats> change, byte[] user) throws StoreException {
        List<Found> own = all(change, user);
        if (own.size() >= BINDINGS_PER_USER_MAX) {
            Found oldest = own.get(own.size() - 1);
            drop(change, oldest.key(), oldest.binding());
        } else if (change.state().bindings() >= recordsMax) {
            throw disk.full("bindings", recordsMax, "records.max");
        }
    }

    /** Those seen last first. */
    private List<Found> all(Txn txn, byte[] user) throws StoreException {
        List<Found> all = new ArrayList<>();
        txn.withPrefix(BINDINGS, user, (key, sealed) -> {
            bindings.open(txn, key, sealed).ifPresent(binding -> all.add(new Found(key, binding)));
            return true;
        });
        all.sort(SEEN_LAST_FIRST);
        return all;
    }

    private void drop(Change<Stats> change, byte[] key, StoredBinding binding) {
        bindings.remove(change, key);
        change.remove(SIGHTINGS, sighting(binding.seenMillis(), key));
        boolean last = isUnknown(change, Arrays.copyOf(key, Keys.userLength(key)));
        change.update(stats -> new Stats(stats.users() - (last ? 1 : 0), stats.bindings() - 1));
    }

    private static boolean isUnknown(Change<Stats> change, byte[] user) {
        return !change.anyWithPrefix(BINDINGS, user);
    }

    private static byte[] sighting(long seenMillis, byte[] key) {
        return Keys.join(Keys.number(seenMillis), key);
    }

    private static long seenMillis(byte[] sighting) {
        return ByteBuffer.wrap(sighting).getLong();
    }

    private static byte[] key(StoredBinding binding) {
        return Keys.join(Keys.user(binding.keySpace(), binding.uid()), Keys.part(binding.device()));
    }
}
