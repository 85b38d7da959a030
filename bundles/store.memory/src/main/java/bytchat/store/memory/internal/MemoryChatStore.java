package bytchat.store.memory.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.api.store.ChatRecord;
import bytchat.api.store.ChatStore;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/** {@link ChatStore} in memory; what it holds is gone with the process. */
public class MemoryChatStore extends LoopStore implements ChatStore {
    private static final int LIST_MAX = 1_024;

    private final int recordsMax;
    private final Map<Kind, TreeMap<BBytes, ChatRecord>> kinds = new HashMap<>();
    private volatile long records;

    /** @param recordsMax records of all accounts together */
    public MemoryChatStore(Environment environment, int recordsMax) {
        super("store.memory.chat", environment.loop());
        this.recordsMax = recordsMax;
    }

    private record Kind(BBytes account, Class<? extends ChatRecord> type) {
    }

    private record Place(Kind kind, BBytes key) {
    }

    @Override
    public CompletionStage<Void> commit(BBytes account, List<Change> changes) {
        if (changes.size() > CHANGES_MAX) {
            throw new IllegalArgumentException("a commit has at most " + CHANGES_MAX + " changes, not "
                    + changes.size());
        }
        List<Change> all = List.copyOf(changes);
        return onLoop(() -> {
            long after = records + growth(account, all);
            if (after > recordsMax && after > records) {
                throw full("records", recordsMax, "records.max");
            }
            for (Change change : all) {
                Place place = place(account, change);
                TreeMap<BBytes, ChatRecord> kind = kinds.computeIfAbsent(place.kind(), k -> new TreeMap<>());
                if (change instanceof Change.Put put) {
                    kind.put(place.key(), put.record());
                } else {
                    kind.remove(place.key());
                }
            }
            records = after;
            return null;
        });
    }

    @Override
    public <T extends ChatRecord> CompletionStage<Optional<T>> get(BBytes account, Class<T> type, BBytes key) {
        return onLoop(() -> Optional.ofNullable(kind(account, type).get(key)).map(type::cast));
    }

    @Override
    public <T extends ChatRecord> CompletionStage<List<T>> list(
            BBytes account, Class<T> type, BBytes prefix, Optional<BBytes> from, boolean descending, int limit) {
        if (limit < 1 || limit > LIST_MAX) {
            throw new IllegalArgumentException("limit is 1 to " + LIST_MAX + ", not " + limit);
        }
        return onLoop(() -> {
            NavigableMap<BBytes, ChatRecord> range = range(kind(account, type), prefix);
            if (descending) {
                range = range.descendingMap();
            }
            if (from.isPresent()) {
                range = behind(range, from.get());
            }
            return range.values().stream().limit(limit).<T>map(type::cast).toList();
        });
    }

    @Override
    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("records", records);
        facts.put("records_max", recordsMax);
        return facts;
    }

    /** How many more records there are after the changes. */
    private int growth(BBytes account, List<Change> changes) {
        Set<Place> added = new HashSet<>();
        Set<Place> removed = new HashSet<>();
        for (Change change : changes) {
            Place place = place(account, change);
            boolean there = kind(account, place.kind().type()).containsKey(place.key());
            boolean put = change instanceof Change.Put;
            if (put && !there) {
                added.add(place);
            } else if (!put && !there) {
                added.remove(place);
            } else if (put) {
                removed.remove(place);
            } else {
                removed.add(place);
            }
        }
        return added.size() - removed.size();
    }

    private TreeMap<BBytes, ChatRecord> kind(BBytes account, Class<? extends ChatRecord> type) {
        TreeMap<BBytes, ChatRecord> kind = kinds.get(new Kind(account, type));
        return kind == null ? new TreeMap<>() : kind;
    }

    private static Place place(BBytes account, Change change) {
        if (change instanceof Change.Put put) {
            return new Place(new Kind(account, put.record().getClass()), put.record().key());
        }
        Change.Remove remove = (Change.Remove) change;
        return new Place(new Kind(account, remove.type()), remove.key());
    }

    private static NavigableMap<BBytes, ChatRecord> range(TreeMap<BBytes, ChatRecord> kind, BBytes prefix) {
        NavigableMap<BBytes, ChatRecord> upward = kind.tailMap(prefix, true);
        return successor(prefix).map(end -> (NavigableMap<BBytes, ChatRecord>) kind.subMap(prefix, true, end, false))
                .orElse(upward);
    }

    /**
     * What lies strictly behind the key in the map's order; a key outside the map's range is behind all of it or before
     * all.
     */
    private static NavigableMap<BBytes, ChatRecord> behind(NavigableMap<BBytes, ChatRecord> range, BBytes from) {
        if (range.isEmpty() || compare(range, from, range.lastKey()) >= 0) {
            return new TreeMap<>();
        }
        return compare(range, from, range.firstKey()) < 0 ? range : range.tailMap(from, false);
    }

    private static int compare(NavigableMap<BBytes, ChatRecord> order, BBytes a, BBytes b) {
        return order.comparator() == null ? a.compareTo(b) : order.comparator().compare(a, b);
    }

    /** The first key that is greater than every key with this prefix; none if the prefix is all 0xff. */
    private static Optional<BBytes> successor(BBytes prefix) {
        byte[] bytes = prefix.toArray();
        for (int i = bytes.length - 1; i >= 0; i--) {
            if (bytes[i] != -1) {
                bytes[i]++;
                return Optional.of(BBytes.wrap(Arrays.copyOf(bytes, i + 1)));
            }
        }
        return Optional.empty();
    }
}
