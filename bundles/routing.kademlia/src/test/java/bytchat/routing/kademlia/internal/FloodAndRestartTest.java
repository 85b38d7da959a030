package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.RoutingPlane.TableEntry;
import bytchat.routing.kademlia.internal.KademliaTestNet.Router;
import bytchat.transport.memory.SimulatedHost;
import bytchat.wire.KrpcMessage;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Two addresses pose as thousands of nodes, all of which answer; then the victim restarts. (The whole number of 100,000
 * ids is sent in itests/simulation.) The limits bind the simulated network's private addresses too here.
 */
class FloodAndRestartTest {
    private static final int HONEST = 60;
    private static final int IDS = 3_000;

    private final KademliaTestNet net = new KademliaTestNet(41);

    private static boolean hostile(Contact contact) {
        return contact.address().getHostString().startsWith("10.20");
    }

    private static long hostileEntries(Router router) {
        return router.kademlia().table().stream().map(TableEntry::contact).filter(FloodAndRestartTest::hostile).count();
    }

    @Test
    void theyHaveFewPlacesAndNoneAmongTheAnchorsThatCount() {
        Outcome outcome = attack(TableSettings.DEFAULTS.withGroups(
                TableSettings.GROUP_BUCKET_MAX, TableSettings.GROUP_TABLE_MAX, true));
        assertThat(outcome.before).isLessThanOrEqualTo(10);
        assertThat(outcome.afterRestart).isLessThanOrEqualTo(10);
        assertThat(outcome.honestAmongTenRemembered).isGreaterThanOrEqualTo(8);
    }

    @Test
    void twin_withoutLimitsTheyHaveManyPlaces() {
        Outcome outcome = attack(TableSettings.DEFAULTS);
        assertThat(outcome.before).isGreaterThan(20);
    }

    private record Outcome(long before, long afterRestart, long honestAmongTenRemembered) {
    }

    private Outcome attack(TableSettings table) {
        net.settings = KademliaSettings.DEFAULTS.withTable(table);
        net.router(0);
        for (int i = 1; i < HONEST; i++) {
            net.router("10." + i + ".0.1", KademliaDefences.ALL, 0);
            net.world.run(Duration.ofMillis(200));
        }
        Router victim = net.router("10.250.0.1", KademliaDefences.ALL, 0);
        net.world.run(Duration.ofMinutes(1));
        for (int i = 0; i < IDS; i++) {
            SimulatedHost attacker = net.world.host("10.20" + i % 2 + ".0.9", 1_024 + i);
            Key id = net.key("attacker " + i);
            attacker.datagrams().receive((from, payload) -> answer(attacker, id, from, payload));
            attacker.datagrams().send(victim.host().address(), ping(id));
            net.world.run(Duration.ofMillis(100));
        }
        net.world.run(Duration.ofMinutes(1));
        final long before = hostileEntries(victim);
        List<Contact> remembered;
        try {
            remembered = net.memories.get(victim.host().address()).load();
        } catch (java.io.IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        victim.host().crash();
        net.world.run(Duration.ofSeconds(1));
        Router again = net.router(net.world.host("10.250.0.1", 4000), victim.node().nodeKey(), KademliaDefences.ALL);
        net.world.run(Duration.ofMinutes(2));
        long honest = remembered.stream().limit(10).filter(contact -> !hostile(contact)).count();
        return new Outcome(before, hostileEntries(again), honest);
    }

    private static byte[] ping(Key id) {
        return new KrpcMessage.Query(new byte[] {1}, "ping", BDict.builder().put("id", id.unsafeArray()).build(), false,
                Optional.of("bytchat"), Optional.empty()).encode();
    }

    private static void answer(SimulatedHost attacker, Key id, InetSocketAddress from, byte[] payload) {
        if (KrpcMessage.parse(payload, 1232) instanceof KrpcMessage.Query query) {
            BDict result = BDict.builder().put("id", id.unsafeArray()).put("nodes", new byte[0]).build();
            attacker.datagrams().send(from, new KrpcMessage.Response(
                    query.t(), result, Optional.empty(), Optional.empty(), Optional.of("bytchat")).encode());
        }
    }
}
