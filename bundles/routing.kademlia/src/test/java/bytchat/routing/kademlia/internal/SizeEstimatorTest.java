package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.NetworkSize;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizeEstimatorTest {
    private static final int K = 8;

    private final Random random = new Random(5);
    private final SizeEstimator estimator = new SizeEstimator(K);

    private Contact node(int bits) {
        byte[] id = new byte[bits / 8];
        random.nextBytes(id);
        return new Contact(Key.of(id), new InetSocketAddress("10.0.0.1", 1));
    }

    private static List<Contact> nearest(List<Contact> nodes, Key target) {
        return nodes.stream().sorted((a, b) -> target.compareDistance(a.id(), b.id())).limit(K).toList();
    }

    private List<Contact> network(int nodes, int bits) {
        List<Contact> network = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            network.add(node(bits));
        }
        return network;
    }

    @ParameterizedTest
    @CsvSource({"50, 160", "1000, 160", "1000, 512", "20000, 160", "20000, 512"})
    void theTrueSizeIsInTheInterval(int nodes, int bits) {
        List<Contact> network = network(nodes, bits);
        for (int i = 0; i < 200; i++) {
            Key target = node(bits).id();
            estimator.converged(target, nearest(network, target));
        }
        NetworkSize size = estimator.estimate().orElseThrow();
        assertThat(size.low()).as(size.toString()).isLessThanOrEqualTo(nodes);
        assertThat(size.high()).as(size.toString()).isGreaterThanOrEqualTo(nodes);
        assertThat(size.nodes()).isBetween(0.7 * nodes, 1.4 * nodes);
        assertThat(size.samples()).isBetween(55, 64);
    }

    /** 95 of 100 intervals hold the truth; tried on 300 networks, with as few samples as do. */
    @Test
    void theIntervalMeansWhatItSays() {
        int held = 0;
        for (int run = 0; run < 300; run++) {
            SizeEstimator fresh = new SizeEstimator(K);
            List<Contact> network = network(500, 160);
            for (int i = 0; i < 12; i++) {
                Key target = node(160).id();
                fresh.converged(target, nearest(network, target));
            }
            NetworkSize size = fresh.estimate().orElseThrow();
            held += size.low() <= 500 && 500 <= size.high() ? 1 : 0;
        }
        assertThat(held).isBetween(270, 298);
    }

    @Test
    void aSmallNetworkIsCounted() {
        List<Contact> network = network(5, 160);
        estimator.converged(node(160).id(), network);
        assertThat(estimator.estimate()).contains(new NetworkSize(6, 6, 6, 1));
    }

    @Test
    void nothingIsSaidOfTooFewLookups() {
        List<Contact> network = network(1_000, 160);
        estimator.converged(node(160).id(), nearest(network, node(160).id()));
        assertThat(estimator.estimate()).isEmpty();
        Key self = node(160).id();
        assertThat(estimator.atLeast(self, List.of())).isZero();
        assertThat(estimator.atLeast(self, nearest(network, self))).isBetween(50.0, 1_500.0);
    }

    /** Ids packed around one key, looked up again and again, are one sample; a third of captured lookups moves little. */
    @Test
    void liarsMoveTheMedianLittle() {
        List<Contact> network = network(2_000, 160);
        for (int i = 0; i < 300; i++) {
            Key target = node(160).id();
            List<Contact> nearest = nearest(network, target);
            boolean captured = (target.unsafeArray()[0] & 0xff) >> 2 < 21;
            estimator.converged(target, captured ? sybils(target) : nearest);
        }
        NetworkSize size = estimator.estimate().orElseThrow();
        assertThat(size.nodes()).isBetween(1_400.0, 4_000.0);
    }

    private List<Contact> sybils(Key target) {
        List<Contact> sybils = new ArrayList<>();
        for (int i = 1; i <= K; i++) {
            byte[] id = target.toArray();
            id[id.length - 1] ^= (byte) i;
            sybils.add(new Contact(Key.of(id), new InetSocketAddress("10.0.0.2", i)));
        }
        return sybils;
    }
}
