package bytchat.store.memory.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.api.keyspace.Key;
import bytchat.api.store.StoreContents;
import bytchat.api.store.StoreException;
import bytchat.api.store.TrackerStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;

/** {@link TrackerStore} in memory; what it holds is gone with the process. */
public class MemoryTrackerStore extends LoopStore implements TrackerStore, StoreContents<TrackerStore.StoredBinding> {
    static final int BINDINGS_PER_USER_MAX = 32;

    private static final Comparator<StoredBinding> LONGEST_AGO_FIRST =
            Comparator.comparingLong(StoredBinding::seenMillis)
            .thenComparing(StoredBinding::keySpace).thenComparing(StoredBinding::uid)
            .thenComparing(StoredBinding::device);

    private final int recordsMax;
    private final Map<User, Map<BBytes, StoredBinding>> users = new HashMap<>();
    private final TreeMap<BBytes, StoredBinding> byPlace = new TreeMap<>();
    private final TreeSet<StoredBinding> bySighting = new TreeSet<>(LONGEST_AGO_FIRST);
    private volatile Stats stats = new Stats(0, 0);

    /** @param recordsMax bindings of all users together */
    public MemoryTrackerStore(Environment environment, int recordsMax) {
        super("store.memory.tracker", environment.loop());
        this.recordsMax = recordsMax;
    }

    private record User(String keySpace, Key uid) {
    }

    @Override
    public CompletionStage<Void> put(StoredBinding binding) {
        return onLoop(() -> {
            add(binding);
            count();
            return null;
        });
    }

    private void add(StoredBinding binding) throws StoreException {
        User user = new User(binding.keySpace(), binding.uid());
        Map<BBytes, StoredBinding> devices = users.getOrDefault(user, Map.of());
        boolean known = devices.containsKey(binding.device());
        if (!known && devices.size() >= BINDINGS_PER_USER_MAX) {
            drop(devices.values().stream().min(LONGEST_AGO_FIRST).orElseThrow());
        } else if (!known && bySighting.size() >= recordsMax) {
            throw full("bindings", recordsMax, "records.max");
        }
        StoredBinding earlier = users.computeIfAbsent(user, u -> new HashMap<>()).put(binding.device(), binding);
        if (earlier != null) {
            bySighting.remove(earlier);
        }
        bySighting.add(binding);
        byPlace.put(binding.place(), binding);
    }

    @Override
    public CompletionStage<List<StoredBinding>> find(String keySpace, Key uid) {
        return onLoop(() -> users.getOrDefault(new User(keySpace, uid), Map.of()).values().stream()
                .sorted(LONGEST_AGO_FIRST.reversed()).toList());
    }

    @Override
    public CompletionStage<Void> remove(String keySpace, Key uid, BBytes device) {
        return onLoop(() -> {
            StoredBinding binding = users.getOrDefault(new User(keySpace, uid), Map.of()).get(device);
            if (binding != null) {
                drop(binding);
                count();
            }
            return null;
        });
    }

    @Override
    public CompletionStage<Integer> expire(long seenBeforeMillis, int limit) {
        return onLoop(() -> {
            List<StoredBinding> stale = new ArrayList<>();
            for (StoredBinding binding : bySighting) {
                if (binding.seenMillis() >= seenBeforeMillis || stale.size() >= limit) {
                    break;
                }
                stale.add(binding);
            }
            stale.forEach(this::drop);
            count();
            return stale.size();
        });
    }

    @Override
    public CompletionStage<List<StoredBinding>> page(BBytes prefix, Optional<BBytes> after, int limit) {
        Ordered.check(limit);
        return onLoop(() -> Ordered.page(byPlace, prefix, after, limit));
    }

    @Override
    public CompletionStage<Void> restore(List<StoredBinding> items) {
        Ordered.check(items.size());
        List<StoredBinding> all = List.copyOf(items);
        return onLoop(() -> {
            long more = all.stream().filter(binding -> !byPlace.containsKey(binding.place())).count();
            if (more > 0 && bySighting.size() + more > recordsMax) {
                throw full("bindings", recordsMax, "records.max");
            }
            for (StoredBinding binding : all) {
                add(binding);
            }
            count();
            return null;
        });
    }

    @Override
    public CompletionStage<Void> erase(List<BBytes> places) {
        Ordered.check(places.size());
        return onLoop(() -> {
            places.stream().map(byPlace::get).filter(Objects::nonNull).toList().forEach(this::drop);
            count();
            return null;
        });
    }

    @Override
    public Stats stats() {
        return stats;
    }

    @Override
    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("users", stats.users());
        facts.put("bindings", stats.bindings());
        facts.put("bindings_max", recordsMax);
        return facts;
    }

    private void drop(StoredBinding binding) {
        bySighting.remove(binding);
        byPlace.remove(binding.place());
        User user = new User(binding.keySpace(), binding.uid());
        Map<BBytes, StoredBinding> devices = users.get(user);
        devices.remove(binding.device());
        if (devices.isEmpty()) {
            users.remove(user);
        }
    }

    private void count() {
        stats = new Stats(users.size(), bySighting.size());
    }
}
