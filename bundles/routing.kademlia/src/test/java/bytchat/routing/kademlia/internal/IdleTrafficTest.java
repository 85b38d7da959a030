package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.routing.RoutingPlane.TableEntry;
import bytchat.routing.kademlia.internal.KademliaTestNet.Router;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a node costs that nobody uses, and what it knows all the same. */
class IdleTrafficTest {
    private static final int NODES = 100;
    private static final int MINUTES = 120;

    @Test
    void aHundredIdleNodesSendAtMostSixDatagramsAMinuteEachAndKnowWhoLives() {
        KademliaTestNet net = new KademliaTestNet(17).grow(NODES);
        net.world.run(Duration.ofMinutes(30));
        long before = sent(net);
        net.world.run(Duration.ofMinutes(MINUTES));
        double perMinute = (sent(net) - before) / (double) NODES / MINUTES;
        assertThat(perMinute).as(net.world.describe()).isPositive().isLessThanOrEqualTo(6);

        for (int i = 0; i < NODES; i += 4) {
            net.routers.get(i).host().crash();
        }
        net.world.run(Duration.ofMinutes(40));
        for (Router router : net.routers) {
            if (router.host().alive()) {
                assertThat(router.kademlia().table()).extracting(TableEntry::contact)
                        .containsAll(net.nearest(router.node().id(), 4, router))
                        .isSubsetOf(net.nearest(router.node().id(), NODES, router));
            }
        }
    }

    private static long sent(KademliaTestNet net) {
        return net.routers.stream().mapToLong(router -> router.host().datagrams().sent()).sum();
    }
}
