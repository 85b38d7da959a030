package bytchat.holders.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BDict;
import bytchat.api.holder.Holders;
import bytchat.api.holder.Replies;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.rpc.RpcException;
import bytchat.holders.internal.HolderTestNet.Member;
import bytchat.routing.kademlia.internal.Kademlia;
import bytchat.rpc.internal.Rpc;
import bytchat.transport.memory.SimulatedNode;
import bytchat.wire.CompactNodes;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HoldersTest {
    @Test
    void theFiveNearestAreAskedInParallelWhoeverAsks() {
        HolderTestNet net = new HolderTestNet(1).grow(12);
        Key key = net.key("a");
        List<Key> truth = net.nearest(key, Holders.COUNT);
        for (Member from : net.members) {
            Replies<BDict> replies = net.ask(from, key);
            assertThat(HolderTestNet.ids(replies)).containsExactlyInAnyOrderElementsOf(truth);
            assertThat(replies.reason()).isEmpty();
            assertThat(HolderTestNet.hasSelf(replies)).isEqualTo(truth.contains(from.node().id()));
            assertThat(replies.others()).isEqualTo(truth.contains(from.node().id()) ? 4 : 5);
        }
    }

    @Test
    void aReceiverAsksMoreThanHold() {
        HolderTestNet net = new HolderTestNet(1).grow(12);
        Key key = net.key("a");
        Replies<BDict> replies = net.ask(net.members.get(3), key, Holders.RECEIVE_COUNT);
        assertThat(HolderTestNet.ids(replies)).containsExactlyInAnyOrderElementsOf(net.nearest(key, Holders.RECEIVE_COUNT));
    }

    @Test
    void aNodeAloneIsItsOwnHolderAndThatIsNobodyElse() {
        HolderTestNet net = new HolderTestNet(2).grow(1);
        Replies<BDict> replies = net.ask(net.members.get(0), net.key("a"));
        assertThat(HolderTestNet.hasSelf(replies)).isTrue();
        assertThat(replies.others()).isZero();
        assertThat(replies.reason()).isEqualTo("only 1 node of the network can hold this key");
    }

    @Test
    void aReadOnlyNodeAloneFindsNobodyAndSaysWhy() {
        HolderTestNet net = new HolderTestNet(2).grow(1);
        net.members.get(0).node().readOnly(true);
        Replies<BDict> replies = net.ask(net.members.get(0), net.key("a"));
        assertThat(replies.replies()).isEmpty();
        assertThat(replies.reason()).isEqualTo("no other node is known");
    }

    @Test
    void twoNodesHoldForEachOther() {
        HolderTestNet net = new HolderTestNet(2).grow(2);
        assertThat(net.ask(net.members.get(0), net.key("a")).others()).isEqualTo(1);
        assertThat(net.ask(net.members.get(1), net.key("a")).others()).isEqualTo(1);
    }

    @Test
    void whoAnswers204IsPassedOver() {
        HolderTestNet net = new HolderTestNet(3).grow(12);
        Key key = net.key("a");
        Member nearest = net.byId(net.nearest(key, 1).get(0));
        nearest.serve(request -> CompletableFuture.failedFuture(
                RpcException.answered(RpcException.METHOD_UNKNOWN, "method unknown")));
        List<Key> expected = net.nearest(key, Holders.COUNT + 1).subList(1, Holders.COUNT + 1);
        Member from = net.byId(net.nearest(key, 12).get(11));
        assertThat(HolderTestNet.ids(net.ask(from, key))).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void whoCannotBeLinkedIsPassedOverAndRejected() {
        HolderTestNet net = new HolderTestNet(3).grow(12);
        Key key = net.key("a");
        Member nearest = net.byId(net.nearest(key, 1).get(0));
        Member from = net.byId(net.nearest(key, 12).get(11));
        // It answers datagrams of those it has spoken to, and no links.
        nearest.host().behindNat();
        net.members.forEach(member -> net.on(nearest, () -> nearest.rpc()
                .query(member.host().address(), "ping", BDict.EMPTY).handle((answer, failure) -> true)));
        from.rpc().peers().forEach(peer -> net.on(from, () -> {
            peer.close();
            return CompletableFuture.completedFuture(true);
        }));
        List<Key> expected = net.nearest(key, Holders.COUNT + 1).subList(1, Holders.COUNT + 1);
        assertThat(HolderTestNet.ids(net.ask(from, key))).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(from.kademlia().closest(key, 1)).doesNotContain(nearest.contact());
    }

    @Test
    void aDeadNodeIsPassedOver() {
        HolderTestNet net = new HolderTestNet(4).grow(12);
        Key key = net.key("a");
        List<Key> nearest = net.nearest(key, 12);
        net.byId(nearest.get(0)).host().crash();
        net.byId(nearest.get(2)).host().crash();
        Replies<BDict> replies = net.ask(net.byId(nearest.get(11)), key);
        assertThat(HolderTestNet.ids(replies)).containsExactlyInAnyOrderElementsOf(net.nearest(key, Holders.COUNT));
    }

    @Test
    void otherFailuresAreThatHoldersAnswer() {
        HolderTestNet net = new HolderTestNet(5).grow(12);
        Key key = net.key("a");
        net.byId(net.nearest(key, 1).get(0)).serve(request -> CompletableFuture.failedFuture(
                RpcException.answered(RpcException.QUOTA, "full")));
        Member from = net.byId(net.nearest(key, 12).get(11));
        Replies<BDict> replies = net.ask(from, key);
        assertThat(replies.replies()).hasSize(4);
        assertThat(replies.failures()).singleElement().satisfies(failure ->
                assertThat(((RpcException) failure.cause()).code()).isEqualTo(RpcException.QUOTA));
        assertThat(replies.others()).isEqualTo(5);
    }

    @Test
    void aCallThatThrowsIsThatHoldersFailure() {
        HolderTestNet net = new HolderTestNet(5).grow(3);
        Member from = net.members.get(0);
        Replies<BDict> replies = net.on(from, () -> from.holders().ask(net.key("a"), peer -> {
            throw new IllegalStateException("no");
        }));
        assertThat(replies.failures()).hasSize(3);
    }

    @Test
    void theNearerNodesThatA404NamesAreTriedToo() {
        HolderTestNet net = new HolderTestNet(6).grow(12);
        Key key = net.key("a");
        List<Key> nearest = net.nearest(key, 12);
        Member from = net.byId(nearest.get(11));
        Member second = net.byId(nearest.get(1));
        Member hidden = net.byId(nearest.get(0));
        // The asker's lookup does not find the nearest one, but the second nearest knows it.
        net.on(from, () -> {
            from.kademlia().reject(hidden.contact());
            return CompletableFuture.completedFuture(true);
        });
        second.serve(request -> CompletableFuture.failedFuture(RpcException.answered(
                RpcException.NOT_A_HOLDER, "not a holder",
                BDict.builder().put("nodes", CompactNodes.encode(List.of(hidden.contact()), false)).build())));
        assertThat(HolderTestNet.ids(net.ask(from, key)))
                .contains(hidden.node().id()).doesNotContain(second.node().id());
    }

    @Test
    void a404ThatNamesFartherOrGarbledNodesLeadsNowhere() {
        HolderTestNet net = new HolderTestNet(6).grow(12);
        Key key = net.key("a");
        List<Key> nearest = net.nearest(key, 12);
        Contact victim = new Contact(net.key("far"), HolderTestNet.address(200));
        AtomicInteger liars = new AtomicInteger();
        for (Key id : nearest.subList(0, 2)) {
            byte[] nodes = liars.getAndIncrement() == 0 ? CompactNodes.encode(List.of(victim), false) : new byte[69];
            net.byId(id).serve(request -> CompletableFuture.failedFuture(RpcException.answered(
                    RpcException.NOT_A_HOLDER, "not a holder", BDict.builder().put("nodes", nodes).build())));
        }
        assertThat(HolderTestNet.ids(net.ask(net.byId(nearest.get(11)), key)))
                .containsExactlyInAnyOrderElementsOf(nearest.subList(2, 7));
    }

    @Test
    void atMost32CandidatesAreTried() {
        HolderTestNet net = new HolderTestNet(7).grow(45);
        AtomicInteger asked = new AtomicInteger();
        net.members.forEach(member -> member.serve(request -> {
            asked.incrementAndGet();
            return CompletableFuture.failedFuture(RpcException.answered(RpcException.METHOD_UNKNOWN, "method unknown"));
        }));
        Replies<BDict> replies = net.ask(net.members.get(0), net.key("a"));
        assertThat(asked.get()).isLessThanOrEqualTo(Holders.CANDIDATES_MAX).isGreaterThan(20);
        assertThat(replies.replies()).isEmpty();
        assertThat(replies.reason()).isNotEmpty();
    }

    // ---- one place for one key

    @Test
    void aNodeKeyWithManyIdsIsOneHolder() {
        assertThat(placesOfOneKey(HolderDefences.ALL)).isEqualTo(1);
    }

    @Test
    void twin_otherwiseOneNodeTakesSeveralPlaces() {
        assertThat(placesOfOneKey(new HolderDefences(true, true, true, true, false, true, true, true))).isEqualTo(2);
    }

    private long placesOfOneKey(HolderDefences defences) {
        HolderTestNet net = new HolderTestNet(8).grow(6);
        Member asker = net.member(20, defences);
        Member many = net.member(21, HolderDefences.ALL);
        net.world.run(Duration.ofSeconds(30));
        // The same key at a second address under a second id that it may have: only the last byte differs.
        Member second = secondIdOf(net, many);
        net.world.run(Duration.ofSeconds(30));
        Key key = many.node().id();
        Replies<BDict> replies = net.ask(asker, key);
        assertThat(asker.kademlia().closest(key, 2)).contains(many.contact(), second.contact());
        return replies.replies().stream()
                .filter(reply -> Arrays.equals(reply.peer().nodeKey(), many.node().nodeKey().publicKey()))
                .count();
    }

    private static Member secondIdOf(HolderTestNet net, Member many) {
        var host = net.world.host("10.0.0.99", 4000);
        var node = new SimulatedNode(
                host, many.node().keySpace(), many.node().nodeKey(), List.of(HolderTestNet.address(0)));
        byte[] id = node.id().toArray();
        id[id.length - 1]++;
        node.id(Key.of(id));
        var rpc = new Rpc(
                host.environment(), node, host.datagrams(), host.links(node.nodeKey()));
        var kademlia = new Kademlia(host.environment(), node, rpc);
        var holders = new HolderPart(host.environment(), node, rpc, kademlia);
        rpc.start();
        kademlia.start();
        holders.start();
        Member member = new Member(host, node, rpc, kademlia, holders);
        member.serve(request -> CompletableFuture.completedFuture(BDict.EMPTY));
        return member;
    }

    // ---- who is a holder

    @Test
    void aNodeRefusesOnlyWhatItKnowsEightNearerProvenNodesFor() {
        HolderTestNet net = new HolderTestNet(9).grow(14);
        Key key = net.key("a");
        List<Key> nearest = net.nearest(key, 14);
        Member far = net.byId(nearest.get(13));
        assertThat(far.holders().nearerThanUs(key)).isEmpty();
        // Once it has linked the others, it knows better.
        net.members.stream().filter(member -> member != far)
                .forEach(member -> net.on(far, () -> far.rpc().connect(member.contact())));
        assertThat(far.holders().nearerThanUs(key).orElseThrow()).hasSize(HolderPart.NEARER_TO_REFUSE)
                .extracting(Contact::id).containsExactlyElementsOf(nearest.subList(0, 8));
        assertThat(net.byId(nearest.get(0)).holders().nearerThanUs(key)).isEmpty();
        net.world.run(HolderSettings.DEFAULTS.provenTime());
        assertThat(far.holders().nearerThanUs(key)).isEmpty();
    }

    @Test
    void aReadOnlyNodeIsNoHolder() {
        HolderTestNet net = new HolderTestNet(9).grow(3);
        net.members.get(1).node().readOnly(true);
        assertThat(net.members.get(1).holders().nearerThanUs(net.key("a")).orElseThrow()).hasSize(2);
    }

    @Test
    void challengesAreServedOnLinksOnly() {
        HolderTestNet net = new HolderTestNet(9).grow(2);
        Member from = net.members.get(0);
        BDict arguments = BDict.builder().put("target", net.key("a").unsafeArray()).build();
        assertThat(net.errorCode(from, () -> from.rpc().query(net.members.get(1).contact(), "challenge", arguments)))
                .isEqualTo(RpcException.METHOD_UNKNOWN);
    }
}
