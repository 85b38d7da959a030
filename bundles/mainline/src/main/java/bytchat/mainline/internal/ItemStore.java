package bytchat.mainline.internal;

import bytchat.api.env.Clock;
import bytchat.api.keyspace.Key;
import java.net.InetAddress;
import java.util.Optional;

/** Values held for others (BEP 44), in memory. Whether they are what they should be is checked before they come here. */
final class ItemStore {
    /**
     * A value, as bytes: as parts it could take twenty times the room.
     *
     * @param value in bencode
     * @param signed of a mutable item
     */
    record Item(byte[] value, Optional<Signed> signed) {
    }

    /** What makes a value a mutable item. The salt is known to who looks for it. */
    record Signed(byte[] publicKey, long sequence, byte[] signature) {
    }

    private record Held(Item item, InetAddress source, long expiresNanos) {
    }

    private final MainlineSettings settings;
    private final Clock clock;
    private final Sources sources;
    private final Shelf<Held> shelf;
    private volatile long bytes;

    ItemStore(MainlineSettings settings, MainlineDefences defences, Clock clock, Key self) {
        this.settings = settings;
        this.clock = clock;
        this.sources = new Sources(defences.sourceLimits() ? settings.sourceItemsMax() : settings.itemsMax());
        this.shelf = new Shelf<>(self, defences.nearestStay());
    }

    Optional<Item> get(Key target) {
        return shelf.get(target).filter(this::alive).map(Held::item);
    }

    /**
     * Holds an item, in the place of an older one of that target, for its full time.
     *
     * @return whether there was room for it
     */
    boolean put(Key target, Item item, InetAddress source) {
        Optional<Held> old = shelf.get(target);
        boolean sameSource = old.isPresent() && Sources.same(old.get().source, source);
        if (!sameSource && !sources.take(source)) {
            return false;
        }
        if (old.isEmpty() && !makeRoom(target)) {
            sources.release(source);
            return false;
        }
        if (old.isPresent() && !sameSource) {
            sources.release(old.get().source);
        }
        bytes += item.value.length - old.map(held -> held.item.value.length).orElse(0);
        shelf.put(target, new Held(item, source, clock.nanoTime() + settings.itemTime().toNanos()));
        return true;
    }

    private boolean makeRoom(Key target) {
        if (shelf.size() < settings.itemsMax()) {
            return true;
        }
        Optional<Key> farthest = shelf.fartherThan(target);
        farthest.ifPresent(key -> {
            leaves(shelf.get(key).orElseThrow());
            shelf.remove(key);
        });
        return farthest.isPresent();
    }

    void expire() {
        shelf.removeIf((target, held) -> {
            boolean gone = !alive(held);
            if (gone) {
                leaves(held);
            }
            return gone;
        });
    }

    private boolean alive(Held held) {
        return clock.nanoTime() - held.expiresNanos < 0;
    }

    private void leaves(Held held) {
        sources.release(held.source);
        bytes -= held.item.value.length;
    }

    void moved(Key id) {
        shelf.moved(id);
    }

    int size() {
        return shelf.size();
    }

    /** Bytes of the values alone. */
    long bytes() {
        return bytes;
    }

    int sources() {
        return sources.size();
    }
}
