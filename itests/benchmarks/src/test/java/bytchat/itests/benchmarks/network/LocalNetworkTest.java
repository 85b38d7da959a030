package bytchat.itests.benchmarks.network;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.itests.benchmarks.network.LocalNetwork.Member;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the figures rest on: real sockets, an oracle that agrees with the lookups, and nodes that die when they are killed. */
class LocalNetworkTest {
    private static final int NODES = 24;
    private static final int LOOKUPS = 20;
    private static final int WANTED = 8;

    @ParameterizedTest
    @ValueSource(strings = {"sha-1", "sha-512"})
    void lookupsOnSocketsFindTheTruth_andOnlyTheLivingOnceHalfAreKilled(String hash) throws Exception {
        Shape shape = new Shape();
        shape.hash = hash;
        shape.settleSeconds = 1;
        Random random = shape.random();
        try (LocalNetwork network = LocalNetwork.start(shape, NODES, UnaryOperator.identity())) {
            long sent = network.sentDatagrams();
            for (LookupFigures.Outcome outcome : LookupFigures.run(network, random, LOOKUPS)) {
                assertThat(outcome.result().nearest()).isEqualTo(network.nearest(outcome.key(), WANTED, outcome.from()));
            }
            assertThat(network.sentDatagrams() - sent).isGreaterThanOrEqualTo(2L * LOOKUPS * WANTED);

            List<Member> victims = network.some(random, 0.5);
            Set<Key> dead = victims.stream().map(victim -> victim.node().id()).collect(Collectors.toSet());
            network.kill(victims);
            assertThat(network.alive()).hasSize(NODES - dead.size());
            for (LookupFigures.Outcome outcome : LookupFigures.run(network, random, LOOKUPS)) {
                assertThat(outcome.result().nearest()).isNotEmpty().extracting(Contact::id).doesNotContainAnyElementsOf(dead);
            }
        }
    }
}
