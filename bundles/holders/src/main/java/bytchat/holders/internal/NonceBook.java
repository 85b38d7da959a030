package bytchat.holders.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.api.holder.Challenges;
import bytchat.api.keyspace.Key;
import bytchat.api.rpc.Peer;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Nonces that were given out.
 *
 * <p>Threat: a signed binding or subscription that is played again later, to another holder, or by another node.
 * Answer: it contains a nonce that is good once, for a minute, on the link that it was given on and for one target.
 * Nonces are bounded for each peer, and all together. When all are given out, the peer that holds most loses its
 * oldest: pushing out another's takes as many links as there are nonces.
 */
final class NonceBook implements Challenges {
    private final Environment environment;
    private final HolderSettings settings;
    private final HolderDefences defences;
    /** Oldest first. */
    private final Map<BBytes, Given> given = new LinkedHashMap<>();

    NonceBook(Environment environment, HolderSettings settings, HolderDefences defences) {
        this.environment = environment;
        this.settings = settings;
        this.defences = defences;
    }

    byte[] give(Peer peer, Key target) {
        long now = environment.clock().nanoTime();
        given.values().removeIf(g -> defences.expiry() && expired(g, now));
        dropOldestOf(peer);
        if (given.size() >= settings.noncesMax()) {
            dropOneOfTheGreediest();
        }
        byte[] nonce = new byte[NONCE_BYTES];
        environment.random().nextBytes(nonce);
        given.put(BBytes.of(nonce), new Given(peer, target, now));
        return nonce;
    }

    private void dropOldestOf(Peer peer) {
        long own = given.values().stream().filter(g -> g.peer == peer).count();
        if (own >= settings.peerNoncesMax()) {
            dropOldest(g -> g.peer == peer);
        }
    }

    /** Of those that hold equally many, the one whose nonce is oldest. */
    private void dropOneOfTheGreediest() {
        Map<Peer, Integer> held = new LinkedHashMap<>();
        given.values().forEach(g -> held.merge(g.peer, 1, Integer::sum));
        int most = Collections.max(held.values());
        dropOldest(g -> held.get(g.peer) == most);
    }

    private void dropOldest(Predicate<Given> which) {
        for (Iterator<Given> i = given.values().iterator(); i.hasNext(); ) {
            if (which.test(i.next())) {
                i.remove();
                return;
            }
        }
    }

    @Override
    public boolean redeem(Peer peer, Key target, byte[] nonce) {
        BBytes key = BBytes.of(nonce);
        Given found = given.get(key);
        if (found == null || (defences.boundToPeer() && found.peer != peer)) {
            // Left in place: another peer must not be able to use it up.
            return false;
        }
        if (defences.singleUse()) {
            given.remove(key);
        }
        return !(defences.expiry() && expired(found, environment.clock().nanoTime()))
                && !(defences.boundToTarget() && !found.target.equals(target));
    }

    private static boolean expired(Given g, long nowNanos) {
        return nowNanos - g.atNanos > Duration.ofSeconds(NONCE_SECONDS).toNanos();
    }

    void forget(Peer peer) {
        given.values().removeIf(g -> g.peer == peer);
    }

    int size() {
        return given.size();
    }

    private record Given(Peer peer, Key target, long atNanos) {
    }
}
