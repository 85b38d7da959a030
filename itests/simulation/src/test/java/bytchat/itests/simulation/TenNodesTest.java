package bytchat.itests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.LookupResult;
import bytchat.api.status.State;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.transport.memory.SimulationOptions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Ten nodes look each other up in virtual time. */
class TenNodesTest {
    static Stream<Arguments> runs() {
        return Stream.of(new Sha1(), new Sha512())
                .flatMap(hash -> Stream.of(1L, 2L, Long.getLong("simulation.seed", 3L))
                        .map(seed -> Arguments.of(hash, seed)));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void eachFindsEachOtherAndTheTrueNearestToAnyKey(HashAlgorithm hash, long seed) {
        SimNetwork.run(seed, SimulationOptions.CLEAN, hash, network -> {
            network.grow(10);
            assertThat(network.nearest(network.key("all"), 10)).hasSize(10);
            for (SimNode from : network.nodes()) {
                assertThat(from.parts().plane().status().status().state()).isEqualTo(State.READY);
                for (SimNode to : network.nodes()) {
                    if (from != to) {
                        assertThat(lookup(network, from, to.contact().id(), 1).nearest()).containsExactly(to.contact());
                    }
                }
                Key key = network.key("key of " + from);
                List<Contact> truth = network.nearest(key, 10).stream()
                        .filter(contact -> !contact.equals(from.contact())).limit(5).toList();
                LookupResult result = lookup(network, from, key, 5);
                assertThat(result).isInstanceOf(LookupResult.Converged.class);
                assertThat(result.nearest()).isEqualTo(truth);
            }
        });
    }

    @Test
    void theSameSeedGivesTheSameTraceAndAnotherSeedAnother() {
        assertThat(trace(7)).isEqualTo(trace(7)).isNotEqualTo(trace(8));
    }

    private static String trace(long seed) {
        SimulationOptions rough = SimulationOptions.CLEAN.withLoss(0.02).withDuplication(0.02).withReordering(0.05);
        return SimNetwork.run(seed, rough, new Sha512(), network -> {
            network.grow(10);
            network.nodes().forEach(node -> lookup(network, node, network.key("x"), 5));
        }).world().traceHash();
    }

    private static LookupResult lookup(SimNetwork network, SimNode from, Key key, int count) {
        return network.on(from, () -> from.parts().routing().lookup(key, count));
    }
}
