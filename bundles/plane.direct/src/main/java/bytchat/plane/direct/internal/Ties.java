package bytchat.plane.direct.internal;

import bytchat.api.env.Registration;
import bytchat.api.keyspace.Key;
import bytchat.api.presence.Presence.Sighting;
import bytchat.api.rpc.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Links that a device which nobody can dial keeps to those it has lately sent something to: what they send comes over these. A device
 * that others can dial needs none. Used on the event loop.
 */
final class Ties {
    /** Users of one account to whom links are kept, the latest. */
    static final int TIES_MAX = 64;
    private static final Duration AFTER_LOSS = Duration.ofSeconds(2);
    private static final Duration KEEP_FOR = Duration.ofDays(1);

    private final Parts parts;
    private final Devices devices;
    private final Map<Key, Tie> ties = new Recent<>(TIES_MAX);
    private boolean needed;
    private boolean closed;

    /** Somebody to stay linked to. */
    private static final class Tie {
        private final Key uid;
        private final Set<Peer> peers = new HashSet<>();
        private Registration next = () -> { };
        private long renewedNanos;
        private int failures;
        private boolean linking;

        private Tie(Key uid) {
            this.uid = uid;
        }
    }

    Ties(Parts parts, Devices devices) {
        this.parts = parts;
        this.devices = devices;
    }

    /** Something was sent to this user. */
    void tie(Key uid) {
        if (closed) {
            return;
        }
        boolean known = ties.containsKey(uid);
        Tie tie = ties.computeIfAbsent(uid, Tie::new);
        tie.renewedNanos = parts.nanos();
        if (!known && needed) {
            link(tie);
        }
    }

    /** Whether nobody can dial this node. */
    void needed(boolean now) {
        boolean before = needed;
        needed = now;
        if (now && !before) {
            List.copyOf(ties.values()).forEach(this::link);
        }
    }

    void close() {
        closed = true;
        ties.values().forEach(tie -> tie.next.close());
        ties.clear();
    }

    private boolean holds(Tie tie) {
        return !closed && needed && ties.get(tie.uid) == tie;
    }

    private void link(Tie tie) {
        tie.next.close();
        if (!holds(tie) || tie.linking) {
            return;
        }
        if (parts.nanos() - tie.renewedNanos > KEEP_FOR.toNanos()) {
            ties.remove(tie.uid);
            return;
        }
        tie.linking = true;
        devices.find(tie.uid).thenAccept(sightings -> link(tie, sightings));
    }

    private void link(Tie tie, List<Sighting> sightings) {
        List<CompletableFuture<Boolean>> links = new ArrayList<>();
        for (Sighting device : sightings) {
            links.add(devices.dial(device).handle((peer, failure) -> {
                if (failure == null) {
                    linked(tie, peer);
                }
                return failure == null;
            }).toCompletableFuture());
        }
        CompletableFuture.allOf(links.toArray(CompletableFuture[]::new)).thenRun(() -> {
            tie.linking = false;
            boolean all = !links.isEmpty() && links.stream().allMatch(CompletableFuture::join);
            tie.failures = all ? 0 : tie.failures + 1;
            Duration refresh = parts.settings().refresh();
            again(tie, all ? refresh : Parts.doubled(parts.settings().lookOutMin(), tie.failures, refresh));
        });
    }

    private void linked(Tie tie, Peer peer) {
        devices.talked(peer);
        if (tie.peers.add(peer)) {
            peer.closed().thenRun(() -> {
                tie.peers.remove(peer);
                if (!tie.linking) {
                    again(tie, AFTER_LOSS);
                }
            });
        }
    }

    private void again(Tie tie, Duration nominal) {
        tie.next.close();
        if (holds(tie)) {
            tie.next = parts.environment().loop().schedule(parts.jittered(nominal), () -> link(tie));
        }
    }
}
