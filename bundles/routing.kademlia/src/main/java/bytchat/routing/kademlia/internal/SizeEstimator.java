package bytchat.routing.kademlia.internal;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.NetworkSize;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How many nodes the network has, from how far the nearest k to the keys looked up lately are: the order statistics of n
 * points strewn evenly over the ring, as go-libp2p-kad-dht's {@code netsize} uses. The distance of the k-th, as a share of
 * the key space, is distributed like a Gamma variable of shape k with rate n, whose median is near k - 1/3.
 *
 * <p>Threat: nodes close together around one key, or liars that hide the true ones, make one lookup see another network.
 * Answer: the median over many keys, one sample for each region of the key space, in which a minority counts for nothing.
 */
final class SizeEstimator {
    /** Samples kept, one for each of so many parts of the key space. */
    private static final int SAMPLES = 64;
    private static final int SAMPLES_MIN = 4;
    private static final double MEDIAN_OF_GAMMA = 1 / 3.0;
    /** Standard error of a median over that of a mean, for a normal variable: the root of pi / 2. */
    private static final double MEDIAN_ERROR = 1.2533;
    private static final double NORMAL_95_PERCENT = 1.96;

    private final int rank;
    private float[] distances;
    /** The nodes of a network that is smaller than a lookup is wide; 0 if it is not. */
    private int counted;

    /** @param rank whose distance is taken: k */
    SizeEstimator(int rank) {
        this.rank = rank;
    }

    /** @param nearest the nearest k of a lookup that converged; all there are, if there are fewer */
    void converged(Key target, List<Contact> nearest) {
        if (nearest.size() < rank) {
            counted = nearest.size() + 1;
            return;
        }
        counted = 0;
        if (distances == null) {
            distances = new float[SAMPLES];
        }
        distances[region(target)] = (float) share(target, nearest.get(rank - 1).id());
    }

    /** The first bits of the key. */
    private static int region(Key key) {
        return (key.unsafeArray()[0] & 0xff) * SAMPLES >> 8;
    }

    /** The distance as a share of the key space. */
    static double share(Key a, Key b) {
        double share = 0;
        double weight = 1 / 256.0;
        for (int i = 0; i < Math.min(16, a.unsafeArray().length); i++) {
            share += ((a.unsafeArray()[i] ^ b.unsafeArray()[i]) & 0xff) * weight;
            weight /= 256;
        }
        return share;
    }

    Optional<NetworkSize> estimate() {
        if (counted > 0) {
            return Optional.of(new NetworkSize(counted, counted, counted, 1));
        }
        double[] known = known();
        return known.length < SAMPLES_MIN ? Optional.empty() : Optional.of(from(known));
    }

    /**
     * How many there are at the least: the lower end of the estimate.
     *
     * @param self   this node
     * @param around the nearest k that its table has: while there are too few samples, they are the only one
     * @return 0 if nothing is known
     */
    double atLeast(Key self, List<Contact> around) {
        return estimate().map(NetworkSize::low).orElseGet(() -> around.size() < rank
                ? 0
                : from(new double[] {share(self, around.get(rank - 1).id())}).low());
    }

    private NetworkSize from(double[] sorted) {
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : Math.sqrt(sorted[middle] * sorted[middle - 1]);
        double nodes = Math.max(1, (rank - MEDIAN_OF_GAMMA) / median);
        double error = Math.exp(NORMAL_95_PERCENT * MEDIAN_ERROR / Math.sqrt((double) rank * sorted.length));
        return new NetworkSize(nodes, Math.max(1, nodes / error), nodes * error, sorted.length);
    }

    private double[] known() {
        if (distances == null) {
            return new double[0];
        }
        double[] known = new double[SAMPLES];
        int count = 0;
        for (float distance : distances) {
            if (distance > 0) {
                known[count++] = distance;
            }
        }
        double[] sorted = Arrays.copyOf(known, count);
        Arrays.sort(sorted);
        return sorted;
    }
}
