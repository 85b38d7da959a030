package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.RoutingPlane.TableEntry;
import bytchat.api.status.State;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.routing.kademlia.internal.KademliaTestNet.Router;
import bytchat.transport.memory.SimulatedWorld;
import bytchat.transport.memory.SimulationOptions;
import bytchat.wire.CompactNodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KademliaTest {
    private static final int K = TableSettings.BUCKET_SIZE;

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10, 60})
    void lookupsFindTheTrueNearest(int nodes) {
        KademliaTestNet net = new KademliaTestNet(nodes).grow(nodes);
        for (int i = 0; i < 20; i++) {
            Router from = net.routers.get(i % nodes);
            Key target = net.key("target " + i);
            LookupResult result = net.lookup(from, target, K);
            assertThat(result).isInstanceOf(LookupResult.Converged.class);
            assertThat(result.nearest()).as(net.world.describe()).isEqualTo(net.nearest(target, K, from));
            assertThat(result.effort().queries()).isLessThanOrEqualTo(30);
        }
    }

    @Test
    void lookupsFindThemInAKeySpaceOf160BitsWithLossToo() {
        KademliaTestNet net = new KademliaTestNet(
                new SimulatedWorld(3, SimulationOptions.CLEAN.withLoss(0.05).withReordering(0.1).withDuplication(0.05)),
                new Sha1()).grow(40);
        int found = 0;
        for (int i = 0; i < 40; i++) {
            Router from = net.routers.get(i);
            Key target = net.key("target " + i);
            List<Contact> truth = net.nearest(target, 5, from);
            found += (int) net.lookup(from, target, 5).nearest().stream().filter(truth::contains).count();
        }
        assertThat(found).as(net.world.describe()).isGreaterThanOrEqualTo(190);
    }

    @Test
    void afterHalfOfTheNodesDiedLookupsStillFindTheNearestLiving() {
        KademliaTestNet net = new KademliaTestNet(9).grow(60);
        for (int i = 0; i < 60; i += 2) {
            net.routers.get(i).host().crash();
        }
        int found = 0;
        for (int i = 1; i < 60; i += 2) {
            Router from = net.routers.get(i);
            Key target = net.key("target " + i);
            List<Contact> truth = net.nearest(target, 5, from);
            found += (int) net.lookup(from, target, 5).nearest().stream().filter(truth::contains).count();
        }
        assertThat(found).as(net.world.describe()).isGreaterThanOrEqualTo(148);
    }

    @Test
    void theSameSeedGivesTheSameTrace() {
        assertThat(new KademliaTestNet(5).grow(10).world.traceHash())
                .isEqualTo(new KademliaTestNet(5).grow(10).world.traceHash());
    }

    // ---- joining

    @Test
    void aNodeWithoutBootstrapIsReadyAtOnceAndSaysThatItIsAlone() {
        KademliaTestNet net = new KademliaTestNet(1);
        Router alone = net.router(0);
        net.world.run(Duration.ofMillis(1));
        assertThat(alone.kademlia().status().state()).isEqualTo(State.READY);
        assertThat(alone.kademlia().status().facts()).containsEntry("alone", true);
        LookupResult result = net.lookup(alone, net.key("x"), K);
        assertThat(result).isInstanceOfSatisfying(LookupResult.Failed.class,
                failed -> assertThat(failed.reason()).isEqualTo("no other node is known"));
    }

    @Test
    void aNodeWhoseBootstrapIsSilentSaysSoAndJoinsWhenItAppears() {
        KademliaTestNet net = new KademliaTestNet(1);
        Router early = net.router(1, 0);
        net.world.run(Duration.ofMinutes(3));
        assertThat(early.kademlia().status().state()).isEqualTo(State.JOINING);
        assertThat(early.kademlia().status().reason()).contains("none of 1 bootstrap addresses");
        Router late = net.router(0);
        net.world.run(Duration.ofSeconds(90));
        assertThat(early.kademlia().status().state()).isEqualTo(State.READY);
        assertThat(late.kademlia().closest(early.node().id(), K)).containsExactly(early.contact());
    }

    @Test
    void aBootstrapNodeThatRestartsComesBackToItsNetwork() {
        assertThat(contactsAfterARestartOfTheFirst(true)).isGreaterThanOrEqualTo(8);
    }

    @Test
    void twin_withoutMemoryItBeginsANetworkOfItsOwn() {
        assertThat(contactsAfterARestartOfTheFirst(false)).isZero();
    }

    private static int contactsAfterARestartOfTheFirst(boolean remembers) {
        KademliaTestNet net = new KademliaTestNet(4).grow(10);
        Router first = net.routers.get(0);
        first.host().crash();
        if (!remembers) {
            net.memories.clear();
        }
        Router again = net.router(0, first.node().nodeKey());
        net.world.run(Duration.ofSeconds(20));
        assertThat(again.kademlia().status().state()).isEqualTo(State.READY);
        return again.kademlia().table().size();
    }

    @Test
    void aNodeWhoseKnownNodesAreAllGoneSaysSoAndGoesOnTrying() {
        KademliaTestNet net = new KademliaTestNet(4).grow(3);
        net.routers.forEach(router -> router.host().crash());
        Router first = net.router(0, net.routers.get(0).node().nodeKey());
        net.world.run(Duration.ofMinutes(3));
        assertThat(first.kademlia().status().state()).isEqualTo(State.WAITING);
        assertThat(first.kademlia().status().reason()).contains("cut off").contains("2 nodes known before");
        // The other one's bootstrap address is that of a third, who is gone.
        Router second = net.router(1, net.routers.get(1).node().nodeKey(), 99);
        net.memories.clear();
        net.world.run(Duration.ofMinutes(2));
        assertThat(first.kademlia().table()).extracting(TableEntry::contact).containsExactly(second.contact());
        assertThat(first.kademlia().status().state()).isEqualTo(State.READY);
        assertThat(first.kademlia().status().reason()).isEmpty();
    }

    @Test
    void isolationIsNoticedAndMended() {
        KademliaTestNet net = new KademliaTestNet(2).grow(5);
        Router cut = net.routers.get(4);
        net.world.partition(List.of(cut.host()));
        for (int i = 0; i < 4; i++) {
            net.lookup(cut, net.key("lost " + i), K);
        }
        net.world.run(Duration.ofMinutes(2));
        assertThat(cut.kademlia().status().state()).isEqualTo(State.JOINING);
        net.world.heal();
        net.world.run(Duration.ofMinutes(3));
        assertThat(cut.kademlia().status().state()).isEqualTo(State.READY);
        assertThat(cut.kademlia().table()).hasSize(4);
    }

    @Test
    void idleNodesForgetTheDeadAndKeepTheLiving() {
        KademliaTestNet net = new KademliaTestNet(4).grow(10);
        net.routers.get(3).host().crash();
        net.world.run(Duration.ofHours(3));
        for (Router router : net.routers) {
            if (router.host().alive()) {
                assertThat(router.kademlia().table()).extracting(TableEntry::contact)
                        .containsExactlyInAnyOrderElementsOf(net.nearest(router.node().id(), 10, router));
            }
        }
    }

    @Test
    void aNodeThatTakesANewIdIsFoundUnderIt() {
        KademliaTestNet net = new KademliaTestNet(6).grow(10);
        Router moved = net.routers.get(7);
        byte[] id = moved.node().id().toArray();
        id[id.length - 1]++;
        net.run(moved, () -> moved.node().id(Key.of(id)));
        net.world.run(Duration.ofSeconds(30));
        assertThat(net.lookup(net.routers.get(2), Key.of(id), 1).nearest()).containsExactly(moved.contact());
        assertThat(net.routers.get(2).kademlia().table()).extracting(TableEntry::contact).hasSize(9);
    }

    // ---- who is in the table

    @Test
    void aReadOnlyNodeUsesTheNetworkAndIsInNobodysTable() {
        KademliaTestNet net = new KademliaTestNet(8).grow(10);
        Router reader = net.router(20, 0);
        reader.node().readOnly(true);
        net.world.run(Duration.ofSeconds(30));
        Key target = net.key("x");
        assertThat(net.lookup(reader, target, 5).nearest()).isEqualTo(net.nearest(target, 5, reader));
        assertThat(net.routers).filteredOn(router -> router != reader).allSatisfy(router ->
                assertThat(router.kademlia().closest(reader.node().id(), 20)).doesNotContain(reader.contact()));
    }

    @Test
    void aRejectedContactLeavesTableAndLookupsForAWhile() {
        KademliaTestNet net = new KademliaTestNet(8).grow(10);
        Router from = net.routers.get(0);
        Contact rejected = net.routers.get(4).contact();
        net.run(from, () -> from.kademlia().reject(rejected));
        assertThat(net.lookup(from, rejected.id(), 3).nearest()).doesNotContain(rejected);
        assertThat(from.kademlia().table()).extracting(TableEntry::contact).doesNotContain(rejected);
        net.world.run(KademliaSettings.DEFAULTS.rejectedTime());
        assertThat(net.lookup(from, rejected.id(), 3).nearest()).contains(rejected);
    }

    @Test
    void ofTwoNodesOneFindsTheOtherAgainAfterARejectionOrARestart() {
        KademliaTestNet net = new KademliaTestNet(8);
        Router a = net.router(0);
        Router b = net.router(1, 0);
        net.world.run(Duration.ofSeconds(20));
        net.run(a, () -> a.kademlia().reject(b.contact()));
        net.world.run(KademliaSettings.DEFAULTS.rejectedTime().plusSeconds(1));
        assertThat(a.kademlia().closest(b.node().id(), 1)).containsExactly(b.contact());

        b.host().crash();
        net.lookup(a, b.node().id(), 1);
        assertThat(a.kademlia().closest(b.node().id(), 1)).isEmpty();
        Router again = net.router(1, b.node().nodeKey(), 0);
        net.world.run(Duration.ofSeconds(1));
        assertThat(a.kademlia().closest(b.node().id(), 1)).containsExactly(again.contact());
    }

    @Test
    void aLinkEndsARejectionAtOnce() {
        KademliaTestNet net = new KademliaTestNet(8);
        Router a = net.router(0);
        Router b = net.router(1, 0);
        net.world.run(Duration.ofSeconds(20));
        net.run(a, () -> a.kademlia().reject(b.contact()));
        net.world.await(b.host().call(() -> b.rpc().connect(a.contact())), Duration.ofSeconds(5));
        net.world.run(Duration.ofSeconds(1));
        assertThat(a.kademlia().closest(b.node().id(), 1)).containsExactly(b.contact());
    }

    @Test
    void suggestedContactsAreAskedBeforeTheyAreBelieved() {
        KademliaTestNet net = new KademliaTestNet(8);
        Router a = net.router(0);
        Router b = net.router(1);
        Contact invented = new Contact(net.key("nobody"), KademliaTestNet.address(99));
        net.run(a, () -> a.kademlia().suggest(List.of(b.contact(), invented)));
        net.world.run(Duration.ofSeconds(5));
        assertThat(a.kademlia().table()).extracting(TableEntry::contact).containsExactly(b.contact());
    }

    @Test
    void theTableTellsRoundTrips() {
        KademliaTestNet net = new KademliaTestNet(8).grow(3);
        assertThat(net.routers.get(0).kademlia().table()).hasSize(2).allSatisfy(entry -> {
            assertThat(entry.roundTripNanos()).isBetween(10_000_000L, 80_000_000L);
            assertThat(entry.lastHeardNanos()).isNotNegative();
            assertThat(entry.failures()).isZero();
        });
    }

    // ---- the protocol

    @Test
    void anAnswerHasTheNearestOfTheWantedFamily() {
        KademliaTestNet net = new KademliaTestNet(8).grow(20);
        Router from = net.routers.get(3);
        Router asked = net.routers.get(0);
        Key target = net.key("x");
        BDict arguments = BDict.builder().put("target", target.unsafeArray()).build();
        BDict result = net.world.await(
                from.host().call(() -> from.rpc().query(asked.contact(), "find_node", arguments)),
                Duration.ofSeconds(5)).result();
        List<Contact> nodes = CompactNodes.decode(result.requireBytes("nodes"), 64, false);
        assertThat(nodes).isEqualTo(asked.kademlia().closest(target, K + 1).stream()
                .filter(contact -> !contact.equals(from.contact())).limit(K).toList());
        assertThat(result.get("nodes6")).isEmpty();
    }

    @Test
    void lookupsUnderWayAreBoundedAndTheOthersWait() {
        KademliaTestNet net = new KademliaTestNet(8).grow(10);
        Router from = net.routers.get(3);
        List<CompletableFuture<LookupResult>> results = new ArrayList<>();
        net.run(from, () -> {
            for (int i = 0; i < LookupSettings.UNDER_WAY_MAX + LookupSettings.WAITING_MAX + 1; i++) {
                results.add(from.kademlia().lookup(net.key("x" + i), K).toCompletableFuture());
            }
        });
        assertThat(results.get(results.size() - 1).join()).isInstanceOf(LookupResult.Failed.class);
        net.world.run(Duration.ofMinutes(5));
        assertThat(results.subList(0, results.size() - 1)).allSatisfy(
                result -> assertThat(result.join()).isInstanceOf(LookupResult.Converged.class));
    }

    @Test
    void stoppingEndsLookupsWithWhatTheyHave() {
        KademliaTestNet net = new KademliaTestNet(8).grow(10);
        Router from = net.routers.get(3);
        var result = from.host().call(() -> from.kademlia().lookup(net.key("x"), K));
        from.kademlia().stop();
        assertThat(net.world.await(result, Duration.ofMillis(1))).isInstanceOf(LookupResult.Failed.class);
    }

    @Test
    void keySpacesOfAnyWidthUseTheSameClasses() {
        SimulatedWorld world = new SimulatedWorld(12);
        KademliaTestNet narrow = new KademliaTestNet(world, new Sha1());
        assertThat(narrow.grow(5).lookup(narrow.routers.get(1), narrow.key("x"), 3).nearest()).hasSize(3);
        KademliaTestNet wide = new KademliaTestNet(new SimulatedWorld(12), new Sha512());
        assertThat(wide.grow(5).lookup(wide.routers.get(1), wide.key("x"), 3).nearest()).hasSize(3);
    }
}
