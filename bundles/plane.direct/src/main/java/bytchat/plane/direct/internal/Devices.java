package bytchat.plane.direct.internal;

import bytchat.api.account.DeviceList;
import bytchat.api.bencode.BBytes;
import bytchat.api.env.Failures;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Key;
import bytchat.api.presence.Presence.Sighting;
import bytchat.api.rpc.Peer;
import bytchat.api.transport.LinkException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * People's devices and the links to them. Used on the event loop.
 *
 * <p>Threat: trackers are strangers. They show an endpoint where another node sits, to read who writes to whom or to say "taken" and
 * keep nothing. Answer: the link must prove the node key that the device itself has signed into its binding.
 */
final class Devices {
    private static final Duration TEND_EVERY = Duration.ofSeconds(30);
    private static final int NODES_MAX = 1_024;

    private final Parts parts;
    private final Map<Key, Found> found;
    private final Map<Key, CompletableFuture<List<Sighting>>> finding = new HashMap<>();
    private final Map<Place, Pause> pauses = new Recent<>(NODES_MAX);
    private final Map<BBytes, Key> owners = new Recent<>(NODES_MAX);
    /** The longest silent first. */
    private final Map<Peer, Talk> talks = new LinkedHashMap<>();
    private Registration tending = () -> { };

    /** A node at an address: one that has moved is worth a try at once. */
    private record Place(BBytes node, InetSocketAddress endpoint) {
        private static Place of(Sighting device) {
            return new Place(BBytes.of(device.nodeKey()), device.endpoint());
        }
    }

    private record Found(List<Sighting> sightings, long untilNanos) {
    }

    private record Pause(LinkException why, long untilNanos) {
    }

    private record Talk(Registration hanging, long untilNanos) {
    }

    Devices(Parts parts) {
        this.parts = parts;
        this.found = new Recent<>(parts.settings().recipientsMax());
    }

    void start() {
        tending = parts.environment().loop().every(TEND_EVERY, this::tend);
    }

    void close() {
        tending.close();
        talks.values().forEach(talk -> talk.hanging().close());
        talks.clear();
    }

    /**
     * Where a user's devices are, as found lately. Whose listed devices are all linked is not kept waiting while the trackers are asked
     * again: a device that has joined the list since gets what comes next.
     */
    CompletionStage<List<Sighting>> of(Key uid) {
        Found lately = found.get(uid);
        if (lately == null) {
            return find(uid);
        }
        if (parts.nanos() < lately.untilNanos()) {
            return CompletableFuture.completedFuture(lately.sightings());
        }
        CompletionStage<List<Sighting>> now = find(uid);
        return allLinked(lately.sightings()) ? CompletableFuture.completedFuture(lately.sightings()) : now;
    }

    private boolean allLinked(List<Sighting> sightings) {
        Set<BBytes> linked = parts.rpc().peers().stream().map(peer -> BBytes.of(peer.nodeKey())).collect(Collectors.toSet());
        return !sightings.isEmpty() && listed(sightings) == sightings.size() && sightings.stream().allMatch(sighting -> linked.contains(BBytes.of(sighting.nodeKey())));
    }

    /** How many devices the newest list among the bindings has, announced or not; at least those that are seen. */
    static int listed(List<Sighting> sightings) {
        return sightings.stream().map(s -> s.binding().credentials().devices())
                .max(Comparator.comparingLong(DeviceList::number))
                .map(list -> (int) list.devices().stream().filter(id -> list.allows(id.unsafeArray())).count())
                .map(number -> Math.max(number, sightings.size())).orElse(0);
    }

    /** Where a user's devices are, as trackers say now. Never fails. */
    CompletionStage<List<Sighting>> find(Key uid) {
        CompletableFuture<List<Sighting>> underWay = finding.get(uid);
        if (underWay != null) {
            return underWay;
        }
        CompletableFuture<List<Sighting>> result = new CompletableFuture<>();
        finding.put(uid, result);
        parts.presence().find(uid).whenComplete((sightings, failure) -> {
            finding.remove(uid);
            List<Sighting> now = failure == null ? sightings : List.of();
            Duration valid = now.isEmpty() ? parts.settings().findCacheEmpty() : parts.settings().findCache();
            found.put(uid, new Found(now, parts.nanos() + valid.toNanos()));
            now.forEach(sighting -> owners.put(BBytes.of(sighting.nodeKey()), uid));
            result.complete(now);
        });
        return result;
    }

    /** Whose device is, by its own signed word, on this node. */
    Optional<Key> owner(Peer peer) {
        return Optional.ofNullable(owners.get(BBytes.of(peer.nodeKey())));
    }

    /** A link to the device; fails at once if it could not be reached a moment ago. */
    CompletionStage<Peer> link(Sighting device) {
        Place place = Place.of(device);
        Pause pause = pauses.get(place);
        boolean paused = pause != null && parts.nanos() < pause.untilNanos()
                && parts.rpc().peers().stream().noneMatch(peer -> BBytes.of(peer.nodeKey()).equals(place.node()));
        return paused ? CompletableFuture.failedFuture(pause.why()) : dial(device);
    }

    /** A link to the device, dialled if there is none. */
    CompletionStage<Peer> dial(Sighting device) {
        Place place = Place.of(device);
        CompletionStage<Peer> link = parts.defends(Defence.NODE_KEY)
                ? parts.rpc().connect(device.nodeKey(), device.endpoint())
                : parts.rpc().dial(device.endpoint());
        return link.whenComplete((peer, failure) -> {
            if (failure == null) {
                pauses.remove(place);
            } else if (Failures.cause(failure) instanceof LinkException why) {
                found.remove(owners.get(place.node()));
                pauses.put(place, new Pause(why, parts.nanos() + parts.settings().dialPause().toNanos()));
            }
        });
    }

    /** An envelope has passed: the link is kept open for a while. */
    void talked(Peer peer) {
        if (peer.isSelf() || !peer.open()) {
            return;
        }
        Talk before = talks.remove(peer);
        if (before == null) {
            peer.closed().thenRun(() -> end(peer));
        }
        talks.put(peer, new Talk(before == null ? peer.hang() : before.hanging(),
                parts.nanos() + parts.settings().conversation().toNanos()));
        if (talks.size() > parts.settings().conversationsMax()) {
            end(talks.keySet().iterator().next());
        }
    }

    int talks() {
        return talks.size();
    }

    private void tend() {
        long now = parts.nanos();
        List.copyOf(talks.entrySet()).stream().filter(talk -> now >= talk.getValue().untilNanos())
                .forEach(talk -> end(talk.getKey()));
    }

    private void end(Peer peer) {
        Talk over = talks.remove(peer);
        if (over != null) {
            over.hanging().close();
        }
    }
}
