package bytchat.tracker.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Completions;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Key;
import bytchat.api.rpc.Peer;
import bytchat.api.store.TrackerStore.StoredBinding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Who is present: the devices whose link hangs here. A device is present on the link it bound on last. It is the device
 * that keeps the link open: a tracker that did so, too, would never be rid of one that has moved on to other trackers.
 * Used on the event loop; {@link #size()} from any thread.
 */
final class Attendance {
    /** Devices that may hang on one link: a node's accounts, with room to spare. */
    static final int DEVICES_PER_LINK_MAX = 32;

    private final Consumer<StoredBinding> left;
    private final Map<Device, Place> places = new ConcurrentHashMap<>();
    private final Map<Peer, Set<Device>> links = new HashMap<>();
    private final Map<Peer, Registration> watches = new HashMap<>();

    /** @param left hears of each device whose link has closed */
    Attendance(Consumer<StoredBinding> left) {
        this.left = left;
    }

    boolean hasRoom(Peer peer, Key uid, BBytes device) {
        Set<Device> onLink = links.getOrDefault(peer, Set.of());
        return onLink.size() < DEVICES_PER_LINK_MAX || onLink.contains(new Device(uid, device));
    }

    /** @param peer its link must be open */
    void arrived(Peer peer, StoredBinding binding) {
        Device device = new Device(binding.uid(), binding.device());
        watch(peer, device);
        Place earlier = places.put(device, new Place(peer, binding));
        if (earlier != null && earlier.peer() != peer) {
            links.get(earlier.peer()).remove(device);
        }
    }

    private void watch(Peer peer, Device device) {
        Set<Device> onLink = links.get(peer);
        if (onLink == null) {
            Set<Device> first = new HashSet<>(Set.of(device));
            links.put(peer, first);
            watches.put(peer, Completions.whenDone(peer.closed(), () -> lost(peer, first)));
        } else {
            onLink.add(device);
        }
    }

    /** The device is no longer awaited here. */
    void leave(Device device) {
        Place place = places.remove(device);
        if (place != null) {
            links.get(place.peer()).remove(device);
        }
    }

    private void lost(Peer peer, Set<Device> devices) {
        links.remove(peer);
        watches.remove(peer);
        for (Device device : devices) {
            left.accept(places.remove(device).binding());
        }
    }

    Optional<StoredBinding> find(Key uid, BBytes device) {
        return Optional.ofNullable(places.get(new Device(uid, device))).map(Place::binding);
    }

    /** At most {@code limit} of those present whose binding was last stored before {@code beforeMillis}. */
    List<StoredBinding> storedBefore(long beforeMillis, int limit) {
        return places.values().stream().map(Place::binding)
                .filter(binding -> binding.seenMillis() < beforeMillis).limit(limit).toList();
    }

    /** The binding has been stored again with a later time. */
    void refreshed(StoredBinding binding) {
        places.computeIfPresent(new Device(binding.uid(), binding.device()),
                (device, place) -> new Place(place.peer(), binding));
    }

    int size() {
        return places.size();
    }

    /** Nobody is awaited any more. */
    void close() {
        new ArrayList<>(places.keySet()).forEach(this::leave);
        watches.values().forEach(Registration::close);
        watches.clear();
    }

    /** A device of a user. */
    record Device(Key uid, BBytes id) {
    }

    private record Place(Peer peer, StoredBinding binding) {
    }
}
