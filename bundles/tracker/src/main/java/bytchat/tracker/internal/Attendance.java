package bytchat.tracker.internal;

import bytchat.api.bencode.BBytes;
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
 * Who is present: the devices whose link hangs here. A device is present on the link it bound on last. Used on the event
 * loop; {@link #size()} from any thread.
 */
final class Attendance {
    /** Devices that may hang on one link: a node's accounts, with room to spare. */
    static final int DEVICES_PER_LINK_MAX = 32;

    private final Consumer<StoredBinding> left;
    private final Map<Device, Place> places = new ConcurrentHashMap<>();
    private final Map<Peer, Link> links = new HashMap<>();

    /** @param left hears of each device whose link has closed */
    Attendance(Consumer<StoredBinding> left) {
        this.left = left;
    }

    boolean hasRoom(Peer peer, Key uid, BBytes device) {
        Link link = links.get(peer);
        return link == null || link.devices.size() < DEVICES_PER_LINK_MAX || link.devices.contains(new Device(uid, device));
    }

    void arrived(Peer peer, StoredBinding binding) {
        Device device = new Device(binding.uid(), binding.device());
        leave(device);
        places.put(device, new Place(peer, binding));
        Link link = links.get(peer);
        if (link != null) {
            link.devices.add(device);
            return;
        }
        Link opened = new Link(peer.hang(), new HashSet<>(Set.of(device)));
        links.put(peer, opened);
        peer.closed().thenRun(() -> lost(peer, opened));
    }

    /** The device is no longer awaited here; a link that nothing else hangs on is let go. */
    void leave(Device device) {
        Place place = places.remove(device);
        if (place != null) {
            Link link = links.get(place.peer());
            link.devices.remove(device);
            if (link.devices.isEmpty()) {
                links.remove(place.peer());
                link.hanging.close();
            }
        }
    }

    private void lost(Peer peer, Link link) {
        if (links.remove(peer, link)) {
            link.hanging.close();
            for (Device device : link.devices) {
                left.accept(places.remove(device).binding());
            }
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
        places.computeIfPresent(new Device(binding.uid(), binding.device()), (device, place) -> new Place(place.peer(), binding));
    }

    int size() {
        return places.size();
    }

    /** Lets go of every link. */
    void close() {
        new ArrayList<>(places.keySet()).forEach(this::leave);
    }

    /** A device of a user. */
    record Device(Key uid, BBytes id) {
    }

    private record Place(Peer peer, StoredBinding binding) {
    }

    private record Link(Registration hanging, Set<Device> devices) {
    }
}
