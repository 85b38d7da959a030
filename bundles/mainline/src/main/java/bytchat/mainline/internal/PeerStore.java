package bytchat.mainline.internal;

import bytchat.api.env.Environment;
import bytchat.api.keyspace.Key;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who announced themselves for which file (BEP 5), in memory. */
final class PeerStore {
    /** When each peer of one file expires, the earliest announced first. */
    private static final class Swarm extends LinkedHashMap<InetSocketAddress, Long> {
        private static final long serialVersionUID = 1L;
    }

    private final MainlineSettings settings;
    private final Environment environment;
    private final Sources sources;
    private final Shelf<Swarm> shelf;
    private volatile int peers;

    PeerStore(MainlineSettings settings, MainlineDefences defences, Environment environment, Key self) {
        this.settings = settings;
        this.environment = environment;
        this.sources = new Sources(defences.sourceLimits() ? settings.sourcePeersMax() : settings.peersMax());
        this.shelf = new Shelf<>(self, defences.nearestStay());
    }

    /**
     * Holds a peer, or holds it for its full time again.
     *
     * @return whether there was room for it
     */
    boolean announce(Key infoHash, InetSocketAddress peer) {
        Swarm swarm = shelf.get(infoHash).orElseGet(Swarm::new);
        boolean known = swarm.containsKey(peer);
        if (!known) {
            if (!sources.take(peer.getAddress())) {
                return false;
            }
            if (!makeRoom(infoHash, swarm)) {
                sources.release(peer.getAddress());
                return false;
            }
            peers++;
        }
        swarm.remove(peer);
        swarm.put(peer, environment.clock().nanoTime() + settings.peerTime().toNanos());
        shelf.put(infoHash, swarm);
        return true;
    }

    /** In a full swarm the earliest announced gives way; among swarms, the farthest. */
    private boolean makeRoom(Key infoHash, Swarm swarm) {
        if (swarm.size() >= settings.infoHashPeersMax()) {
            InetSocketAddress earliest = swarm.keySet().iterator().next();
            swarm.remove(earliest);
            leaves(earliest);
            return true;
        }
        while (peers >= settings.peersMax() || swarm.isEmpty() && shelf.size() >= settings.infoHashesMax()) {
            Optional<Key> farthest = shelf.fartherThan(infoHash);
            if (farthest.isEmpty()) {
                return false;
            }
            shelf.get(farthest.get()).orElseThrow().keySet().forEach(this::leaves);
            shelf.remove(farthest.get());
        }
        return true;
    }

    private void leaves(InetSocketAddress peer) {
        sources.release(peer.getAddress());
        peers--;
    }

    /** At most {@code max} peers of one address family: of more, some that follow each other, from anywhere. */
    List<InetSocketAddress> peers(Key infoHash, boolean ipv6, int max) {
        long now = environment.clock().nanoTime();
        List<InetSocketAddress> alive = new ArrayList<>();
        shelf.get(infoHash).ifPresent(swarm -> swarm.forEach((peer, expires) -> {
            if (now - expires < 0 && peer.getAddress() instanceof Inet6Address == ipv6) {
                alive.add(peer);
            }
        }));
        if (alive.size() > max) {
            Collections.rotate(alive, environment.random().nextInt(alive.size()));
        }
        return alive.subList(0, Math.min(max, alive.size()));
    }

    void expire() {
        long now = environment.clock().nanoTime();
        shelf.removeIf((infoHash, swarm) -> {
            swarm.entrySet().removeIf((Map.Entry<InetSocketAddress, Long> entry) -> {
                boolean gone = now - entry.getValue() >= 0;
                if (gone) {
                    leaves(entry.getKey());
                }
                return gone;
            });
            return swarm.isEmpty();
        });
    }

    void moved(Key id) {
        shelf.moved(id);
    }

    int size() {
        return peers;
    }

    int infoHashes() {
        return shelf.size();
    }

    int sources() {
        return sources.size();
    }
}
