package bytchat.itests.simulation.routing;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.hash.HashAlgorithm;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.transport.memory.SimulationOptions;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks of nodes that only route, with an oracle. {@code -Dsimulation.runs=N} and {@code -Dsimulation.seed=S} choose how many random
 * ones and from which seed.
 */
class RoutingSwarmTest {
    private static final int RUNS = Integer.getInteger("simulation.runs", 4);
    private static final long FIRST = Long.getLong("simulation.seed", 2_000);
    private static final int NODES_MAX = 300;

    static LongStream seeds() {
        return LongStream.range(FIRST, FIRST + RUNS);
    }

    /** Whatever happens to the network, lookups end, nobody throws, and nearly all true nodes are found. */
    @ParameterizedTest
    @MethodSource("seeds")
    void lookupsFindTheTrueNodesWhateverHappens(long seed) {
        HashAlgorithm hash = seed % 2 == 0 ? new Sha1() : new Sha512();
        RoutingOptions options = RoutingOptions.swarm(seed, NODES_MAX);
        LookupFigures figures = RoutingSimulation.run(options, hash, Misbehaviour.NONE, report -> {
            LookupFigures found = report.lookups().get(0);
            assertThat(found.lookups() + found.askersLeft()).isEqualTo(options.lookups());
            assertThat(found.recall()).as(report.text()).isGreaterThan(0.95);
            assertThat(found.foundNearest()).as(report.text()).isGreaterThan(0.9);
            assertThat(report.failures()).isZero();
        }).lookups().get(0);
        assertThat(figures.queries().getMaxValue()).isLessThanOrEqualTo(options.settings().lookup().queriesMax() + 8);
    }

    @Test
    void onACleanNetworkEveryLookupFindsEveryTrueNode() {
        RoutingOptions options = RoutingOptions.DEFAULTS.withNodes(300).withLookups(200)
                .withWire(SimulationOptions.CLEAN.withWideArea(Duration.ofMillis(100)));
        RoutingReport report = RoutingSimulation.run(options, new Sha1(), Misbehaviour.NONE);
        assertThat(report.lookups().get(0).foundAll()).as(report.text()).isGreaterThan(0.99);
        assertThat(report.lookups().get(0).converged()).isEqualTo(1);
    }

    /** Churn as in IPFS for two hours: tables stay clean and neighbours known. */
    @Test
    void tablesStayGoodUnderChurn() {
        RoutingOptions options = RoutingOptions.DEFAULTS.withNodes(200).withSessions(Sessions.IPFS).withDead(0.5)
                .withTime(Duration.ofHours(2)).withLookups(100);
        RoutingReport report = RoutingSimulation.run(options, new Sha1(), Misbehaviour.NONE);
        TableQuality first = report.quality().get(0);
        TableQuality last = report.quality().get(report.quality().size() - 1);
        assertThat(report.network().departures()).isGreaterThan(30);
        assertThat(report.network().returns()).isGreaterThan(5);
        assertThat(first.dead()).isGreaterThan(0.2);
        assertThat(last.dead()).as(report.text()).isLessThan(0.15);
        assertThat(last.missing()).as(report.text()).isLessThan(0.1);
    }

    /** The oracle is not fooled: lies that capture lookups show. */
    @Test
    void theOracleSeesWhenLookupsAreLedAstray() {
        RoutingOptions options = RoutingOptions.DEFAULTS.withNodes(200).withHostile(0.5).withLookups(100)
                .withPaths(List.of(1));
        // Half of the network swallows whatever it is sent: then nobody is found who stands behind it.
        Misbehaviour deaf = (wire, self) -> new Deaf(wire);
        LookupFigures figures = RoutingSimulation.run(options, new Sha1(), deaf).lookups().get(0);
        assertThat(figures.foundAll()).isBetween(0.5, 1.0);
        assertThat(figures.firstMicros().getTotalCount()).isPositive();
        LookupFigures honest = RoutingSimulation.run(options.withHostile(0), new Sha1(), Misbehaviour.NONE).lookups().get(0);
        assertThat(honest.endMicros().getMean()).isLessThan(figures.endMicros().getMean());
    }

    @Test
    void theSameSeedGivesTheSameTraceAndAnotherSeedAnother() {
        assertThat(trace(7)).isEqualTo(trace(7)).isNotEqualTo(trace(8));
    }

    private static String trace(long seed) {
        RoutingOptions options = RoutingOptions.DEFAULTS.withSeed(seed).withNodes(100).withSessions(Sessions.IPFS).withNat(0.2)
                .withDead(0.3).withTime(Duration.ofHours(1)).withLookups(50);
        return RoutingSimulation.run(options, new Sha1(), Misbehaviour.NONE).network().world().traceHash();
    }

    @Test
    void aFailureSaysHowToRepeatIt() {
        RoutingOptions options = RoutingOptions.DEFAULTS.withSeed(4_711).withNodes(50).withLookups(1);
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> RoutingSimulation.run(options, new Sha1(), Misbehaviour.NONE, report -> {
                            throw new IllegalStateException("broken");
                        }))
                .hasMessageContaining("seed 4711")
                .hasMessageContaining("sha-1")
                .hasMessageContaining("nodes=50")
                .hasMessageContaining("broken");
    }
}
