package bytchat.store.memory.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.store.StoreContents;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Ranges of ordered maps. */
final class Ordered {
    private Ordered() {
    }

    /** As {@link StoreContents#page}. */
    static <T> List<T> page(TreeMap<BBytes, T> map, BBytes prefix, Optional<BBytes> after, int limit) {
        return range(map, prefix, after, false).values().stream().limit(limit).toList();
    }

    static void check(int items) {
        if (items < 1 || items > StoreContents.ITEMS_MAX) {
            throw new IllegalArgumentException("1 to " + StoreContents.ITEMS_MAX + " items, not " + items);
        }
    }

    /**
     * What lies under a prefix.
     *
     * @param from strictly behind this key, in the direction asked; a key outside the range is behind all of it or before all
     */
    static <T> NavigableMap<BBytes, T> range(TreeMap<BBytes, T> map, BBytes prefix, Optional<BBytes> from, boolean descending) {
        NavigableMap<BBytes, T> upward = successor(prefix).map(end -> map.subMap(prefix, true, end, false))
                .orElseGet(() -> map.tailMap(prefix, true));
        NavigableMap<BBytes, T> range = descending ? upward.descendingMap() : upward;
        return from.isPresent() ? behind(range, from.get()) : range;
    }

    private static <T> NavigableMap<BBytes, T> behind(NavigableMap<BBytes, T> range, BBytes from) {
        if (range.isEmpty() || compare(range, from, range.lastKey()) >= 0) {
            return new TreeMap<>();
        }
        return compare(range, from, range.firstKey()) < 0 ? range : range.tailMap(from, false);
    }

    private static int compare(NavigableMap<BBytes, ?> order, BBytes a, BBytes b) {
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
