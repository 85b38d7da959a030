package bytchat.itests.simulation.routing;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Too large for every build: {@code mvn -Psimulation verify} runs them, in a heap of their own. */
@Tag("large")
class LargeNetworksTest {
    private static final RoutingOptions WIDE_AREA = RoutingOptions.DEFAULTS.withSettings(
            RoutingOptions.DEFAULTS.settings().withCheckEvery(Duration.ofSeconds(60)));
    /** All in: host, timers, tables, what is under way. */
    private static final long BYTES_PER_NODE_MAX = 40_000;

    @Test
    void tenThousandNodesHalfOfAllContactsDead() {
        RoutingSimulation.run(WIDE_AREA.withNodes(10_000).withDead(0.5), new Sha1(), Misbehaviour.NONE, report -> {
            LookupFigures figures = report.lookups().get(0);
            assertThat(report.quality().get(0).dead()).as(report.text()).isGreaterThan(0.4);
            assertThat(figures.recall()).as(report.text()).isGreaterThan(0.98);
            assertThat(figures.firstMicros().getValueAtPercentile(50)).as(report.text()).isLessThan(300_000);
            assertThat(figures.firstMicros().getValueAtPercentile(99)).as(report.text()).isLessThan(1_500_000);
        });
    }

    @Test
    void tenThousandNodesOf512BitsUnderChurn() {
        RoutingSimulation.run(WIDE_AREA.withNodes(10_000).withSessions(Sessions.IPFS), new Sha512(), Misbehaviour.NONE,
                report -> assertThat(report.lookups().get(0).recall()).as(report.text()).isGreaterThan(0.99));
    }

    @Test
    void aHundredThousandNodesInOneProcess() {
        RoutingSimulation.run(WIDE_AREA.withNodes(100_000).withSessions(Sessions.IPFS), new Sha1(), Misbehaviour.NONE, report -> {
            assertThat(report.lookups().get(0).recall()).as(report.text()).isGreaterThan(0.98);
            assertThat(report.heapBytesPerNode()).as(report.text()).isLessThan(BYTES_PER_NODE_MAX);
        });
    }
}
