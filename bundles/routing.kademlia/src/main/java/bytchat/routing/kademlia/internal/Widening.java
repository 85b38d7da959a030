package bytchat.routing.kademlia.internal;

import bytchat.api.keyspace.Key;
import bytchat.routing.kademlia.internal.Candidate.Progress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks past the dead. An answer names the k nearest that its giver knows. Where many have died at once most of those are
 * dead, everybody near the key names the same ones, and the living that come next are named by nobody. So the subtrees in
 * which these must be are asked for: each has a key, the target with one bit turned, whose nearest nodes are the target's
 * nearest in that subtree. Just so, those beyond the k-th are found when more than k are wanted.
 */
final class Widening {
    /** Subtrees of a lookup. */
    private static final int SUBTREES_MAX = 8;

    private final Key target;
    private final int named;
    private final int width;
    private final Set<Integer> asked = new HashSet<>();

    /**
     * @param named nodes in an answer
     * @param width living nodes wanted
     */
    Widening(Key target, int named, int width) {
        this.target = target;
        this.named = named;
        this.width = width;
    }

    /** The keys to ask for next, if not all that are wanted can have been named. Who stalls is taken for dead. */
    List<Key> next(Collection<Candidate> nearestFirst) {
        int living = 0;
        int all = 0;
        int deepest = target.bits();
        int shallowest = target.bits();
        for (Candidate candidate : nearestFirst) {
            if (living == width) {
                break;
            }
            living += candidate.is(Progress.ANSWERED) ? 1 : 0;
            all++;
            shallowest = target.commonPrefixBits(candidate.contact().id());
            deepest = all <= named ? shallowest : deepest;
        }
        List<Key> keys = new ArrayList<>();
        boolean allNamed = all <= named || (living == all && width <= named);
        if (allNamed) {
            return keys;
        }
        for (int bit = deepest; bit >= shallowest && asked.size() < SUBTREES_MAX; bit--) {
            if (bit < target.bits() && asked.add(bit)) {
                keys.add(beside(target, bit));
            }
        }
        return keys;
    }

    /** The key with this bit turned: the nearest to it are, in the subtree that branches off there, the nearest to the key. */
    static Key beside(Key key, int bit) {
        byte[] bytes = key.toArray();
        bytes[bit >> 3] ^= (byte) (0x80 >> (bit & 7));
        return Key.of(bytes);
    }
}
