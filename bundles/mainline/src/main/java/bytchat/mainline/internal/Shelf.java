package bytchat.mainline.internal;

import bytchat.api.keyspace.Key;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/**
 * Records by key, and which of them is the farthest from this node's id.
 *
 * <p>Threat: whoever has many addresses fills the room with records of no use, and what belongs here finds none. Answer: when it is
 * full, the farthest record gives way to a nearer one. People ask a node for what is near it; a flooder would have to find keys nearer
 * to this very node than those.
 */
final class Shelf<V> {
    private final boolean nearestStay;
    private final Map<Key, V> records = new HashMap<>();
    private NavigableSet<Key> nearestFirst;
    private Key self;

    Shelf(Key self, boolean nearestStay) {
        this.nearestStay = nearestStay;
        moved(self);
    }

    /** This node has another id. */
    void moved(Key id) {
        if (!id.equals(self)) {
            self = id;
            nearestFirst = new TreeSet<>(id::compareDistance);
            nearestFirst.addAll(records.keySet());
        }
    }

    Optional<V> get(Key key) {
        return Optional.ofNullable(records.get(key));
    }

    void put(Key key, V record) {
        records.put(key, record);
        nearestFirst.add(key);
    }

    void remove(Key key) {
        records.remove(key);
        nearestFirst.remove(key);
    }

    /** Whose record would give way to one of that key. */
    Optional<Key> fartherThan(Key key) {
        return nearestStay && !records.isEmpty() && self.compareDistance(key, nearestFirst.last()) < 0
                ? Optional.of(nearestFirst.last())
                : Optional.empty();
    }

    /** Removes those that the test holds for. */
    void removeIf(BiPredicate<Key, V> test) {
        records.entrySet().removeIf(entry -> {
            boolean gone = test.test(entry.getKey(), entry.getValue());
            if (gone) {
                nearestFirst.remove(entry.getKey());
            }
            return gone;
        });
    }

    int size() {
        return records.size();
    }
}
