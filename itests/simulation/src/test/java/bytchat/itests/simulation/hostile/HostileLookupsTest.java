package bytchat.itests.simulation.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.routing.kademlia.internal.KademliaDefences;
import bytchat.routing.kademlia.internal.KademliaSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Small networks in each build; the figures of large ones: {@code hostile.sh}. */
class HostileLookupsTest {
    private static final HostileOptions SMALL =
            HostileOptions.DEFAULTS.sized(250, Duration.ofMinutes(10), 40).paths(List.of(8));
    /** Large enough that a lookup takes several steps, on each of which it may ask a liar. */
    private static final HostileOptions LARGER =
            HostileOptions.DEFAULTS.sized(700, Duration.ofMinutes(6), 60).paths(List.of(8));

    private static Map<Integer, HostileFigures> measured(HostileNetwork network) {
        network.grow();
        Map<Integer, HostileFigures> byPaths = new TreeMap<>();
        network.measure().forEach(figures -> byPaths.put(figures.paths(), figures));
        byPaths.values().forEach(System.out::println);
        return byPaths;
    }

    @Test
    void colludersDoNotHideTheTrueNodesFromEightPaths() {
        HostileNetwork network = new HostileNetwork(SMALL.with(0.2, Lie.COLLUDERS), new Sha1());
        Map<Integer, HostileFigures> figures = measured(network);
        assertThat(figures.get(8).found()).as("%s", figures).isGreaterThanOrEqualTo(0.95);
        assertThat(network.eclipsed()).isLessThanOrEqualTo(1);
    }

    @Test
    void thirtyPercentDoNotEither() {
        HostileNetwork network = new HostileNetwork(LARGER.with(0.3, Lie.COLLUDERS), new Sha1());
        assertThat(measured(network).get(8).found()).isGreaterThanOrEqualTo(0.95);
    }

    @Test
    void twin_onOnePathThatIsNeverDoubtedTheyHideMany() {
        HostileNetwork network = new HostileNetwork(LARGER.with(0.3, Lie.COLLUDERS), new Sha1(),
                KademliaSettings.DEFAULTS, KademliaDefences.without("disjointPaths", "plausibleDensity"));
        assertThat(measured(network).get(8).found()).isLessThan(0.93);
    }

    @Test
    void nodesWithoutAnyoneThereAndSilentOnesOnlyCostTime() {
        for (Lie lie : List.of(Lie.DEAD, Lie.SILENT)) {
            HostileOptions options = SMALL.with(0.2, lie).sized(150, Duration.ofMinutes(6), 12);
            Map<Integer, HostileFigures> figures = measured(new HostileNetwork(options, new Sha512()));
            assertThat(figures.get(8).found()).as("%s", figures).isGreaterThanOrEqualTo(0.9);
        }
    }

    @Test
    void whoIsNamedAsAVictimIsAskedOncePerLookupAtMost() {
        HostileOptions options = SMALL.with(0.3, Lie.VICTIM).sized(150, Duration.ofMinutes(6), 20);
        HostileNetwork network = new HostileNetwork(options, new Sha1());
        network.grow();
        long before = network.victimReceived();
        network.measure();
        long asked = network.victimReceived() - before;
        System.out.println("a victim named by 30 % in 20 lookups of 8 paths received " + asked + " datagrams");
        // A question, and once more when it stalls; what the nodes do on the side comes on top.
        assertThat(asked).isLessThanOrEqualTo(2 * 20 + 150);
    }
}
