package bytchat.holders.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BDict;
import bytchat.api.holder.Holders;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcException;
import bytchat.holders.internal.HolderTestNet.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ReachabilityTest {
    private final HolderTestNet net = new HolderTestNet(1);

    private Member readOnly(int number, HolderDefences defences) {
        Member member = net.member(number, defences);
        member.node().readOnly(true);
        return member;
    }

    @Test
    void aReachableNodeIsDialledBackAndBecomesAHolder() {
        net.grow(3);
        Member late = readOnly(10, HolderDefences.ALL);
        net.world.run(Duration.ofSeconds(5));
        assertThat(late.node().readOnly()).isFalse();
        net.world.run(Duration.ofSeconds(20));
        assertThat(HolderTestNet.ids(net.ask(net.members.get(0), late.node().id()))).contains(late.node().id());
    }

    @Test
    void aNodeBehindNatStaysAReaderThatUsesTheNetwork() {
        net.grow(8);
        Member hidden = readOnly(10, HolderDefences.ALL);
        hidden.host().behindNat();
        net.world.run(Duration.ofMinutes(10));
        assertThat(hidden.node().readOnly()).isTrue();
        assertThat(net.ask(hidden, net.key("a")).others()).isEqualTo(Holders.COUNT);
        assertThat(HolderTestNet.ids(net.ask(net.members.get(0), hidden.node().id())))
                .doesNotContain(hidden.node().id());
    }

    @Test
    void readersOnlyCanStartANetworkTogether() {
        Member a = net.member(0, List.of(HolderTestNet.address(1)), HolderDefences.ALL);
        Member b = net.member(1, List.of(HolderTestNet.address(0)), HolderDefences.ALL);
        a.node().readOnly(true);
        b.node().readOnly(true);
        net.world.run(Duration.ofMinutes(2));
        assertThat(a.node().readOnly()).isFalse();
        assertThat(b.node().readOnly()).isFalse();
        assertThat(net.ask(a, net.key("a")).others()).isEqualTo(1);
    }

    // ---- lies

    @Test
    void beingToldThatOneIsReachedIsNotBeingReached() {
        assertThat(believesALiar(HolderDefences.ALL)).isFalse();
    }

    @Test
    void twin_otherwiseALiarMakesAHolderOfWhatNobodyReaches() {
        assertThat(believesALiar(new HolderDefences(true, true, true, true, true, true, true, false))).isTrue();
    }

    private boolean believesALiar(HolderDefences defences) {
        Member liar = net.member(0, HolderDefences.ALL);
        net.world.run(Duration.ofMillis(1));
        liar.rpc().handle("reach", Carrier.LINK, request -> CompletableFuture.completedFuture(
                BDict.builder().put("reach", 1).build()));
        Member hidden = readOnly(1, defences);
        hidden.host().behindNat();
        net.world.run(Duration.ofMinutes(2));
        return !hidden.node().readOnly();
    }

    @Test
    void dialBacksGoToTheCallersOwnAddressOnceInAWhile() {
        net.grow(2);
        Member caller = net.members.get(1);
        Member helper = net.members.get(0);
        var peer = net.on(caller, () -> caller.rpc().connect(helper.contact()));
        BDict right = BDict.builder().put("port", 4000).build();
        assertThat(net.on(caller, () -> peer.call("reach", right)).requireInteger("reach")).isEqualTo(1);
        assertThat(net.errorCode(caller, () -> peer.call("reach", right))).isEqualTo(RpcException.QUOTA);
        net.world.run(HolderSettings.DEFAULTS.dialBackEvery());
        BDict closed = BDict.builder().put("port", 9).build();
        assertThat(net.on(caller, () -> peer.call("reach", closed)).requireInteger("reach")).isZero();
        BDict silly = BDict.builder().put("port", 70_000).build();
        assertThat(net.errorCode(caller, () -> peer.call("reach", silly))).isEqualTo(RpcException.PROTOCOL);
    }

    @Test
    void dialBacksUnderWayAreBounded() {
        HolderSettings d = HolderSettings.DEFAULTS;
        Member helper = net.member(0, List.of(), HolderDefences.ALL, new HolderSettings(
                d.ipv6(), d.noncesMax(), d.peerNoncesMax(), d.provenTime(), d.provenMax(), 1, d.dialBackEvery(),
                d.reachRetryMin(), d.reachRetryMax(), d.lookupTime(), d.lookupsMax()));
        List<CompletableFuture<Peer>> links = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
            Member caller = net.member(i, HolderDefences.ALL);
            links.add(caller.host().call(() -> caller.rpc().connect(helper.contact())));
        }
        net.world.run(Duration.ofSeconds(5));
        BDict nobodyThere = BDict.builder().put("port", 9).build();
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Peer link = links.get(i).join();
            answers.add(net.members.get(i + 1).host().call(() -> link.call("reach", nobodyThere)
                    .handle((answer, failure) -> failure == null ? 0 : ((RpcException) failure).code())));
        }
        net.world.run(Duration.ofSeconds(10));
        assertThat(answers).extracting(CompletableFuture::join).contains(0, RpcException.QUOTA)
                .isSubsetOf(0, RpcException.QUOTA);
    }
}
