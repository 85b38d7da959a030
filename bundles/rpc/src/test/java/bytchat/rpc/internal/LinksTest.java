package bytchat.rpc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BDict;
import bytchat.api.env.Failures;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.Request;
import bytchat.api.rpc.RpcException;
import bytchat.api.rpc.RpcException.Kind;
import bytchat.api.transport.Link;
import bytchat.api.transport.LinkException.Reason;
import bytchat.api.transport.LinkTransport.PeerCheck;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.rpc.internal.RpcTestNet.Member;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedNodeKey;
import bytchat.wire.KrpcMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class LinksTest {
    private static final RpcDefences NO_PROOF = RpcDefences.without("proofOnLinks");
    private static final RpcDefences SHARED_DIAL_BACKS =
            RpcDefences.without("onceUnshared");

    private final RpcTestNet net = new RpcTestNet();
    private final Member a = net.member(1);
    private final Member b = net.member(2);

    private Peer connect(Member from, Member to) {
        return net.on(from, () -> from.rpc().connect(to.contact()));
    }

    private static byte[] keyOf(Member member) {
        return member.node().nodeKey().publicKey();
    }

    private Peer inboundAt(Member member) {
        return member.rpc().peers().stream().filter(Peer::inbound).findFirst().orElseThrow();
    }

    private static CompletionStage<BDict> echo(Request request) {
        return CompletableFuture.completedFuture(BDict.builder()
                .put("body", request.arguments().requireBytes("body")).build());
    }

    private static BDict body(int bytes) {
        return BDict.builder().put("body", new byte[bytes]).build();
    }

    @Test
    void bothEndsAskAndAnswerOnOneLinkAndKnowEachOther() {
        a.rpc().handle("echo", Carrier.LINK, LinksTest::echo);
        b.rpc().handle("echo", Carrier.LINK, LinksTest::echo);
        Peer toB = connect(a, b);
        assertThat(toB.nodeKey()).isEqualTo(b.node().nodeKey().publicKey());
        assertThat(toB.id()).contains(b.node().id());
        Peer toA = inboundAt(b);
        assertThat(toA.id()).contains(a.node().id());
        // 200 KB at once: the greeting has lifted the strangers' limit.
        assertThat(net.on(a, () -> toB.call("echo", body(200_000))).requireBytes("body")).hasSize(200_000);
        assertThat(net.on(b, () -> toA.call("echo", body(10))).requireBytes("body")).hasSize(10);
        assertThat(connect(a, b)).isSameAs(toB);
        assertThat(connect(b, a)).isSameAs(toA);
        assertThat(a.rpc().peers()).hasSize(1);
    }

    @Test
    void callersAtTheSameTimeShareTheDial() {
        var first = a.host().call(() -> a.rpc().connect(b.contact()));
        var second = a.host().call(() -> a.rpc().connect(b.contact()));
        assertThat(net.world.await(first, RpcTestNet.PATIENCE)).isSameAs(net.world.await(second, RpcTestNet.PATIENCE));
        assertThat(b.rpc().peers()).hasSize(1);
    }

    @Test
    void whoKnowsTheKeyButNotTheIdSharesTheSameLink() {
        Peer byKey = net.on(a, () -> a.rpc().connect(keyOf(b), b.host().address()));
        assertThat(byKey.id()).contains(b.contact().id());
        assertThat(connect(a, b)).isSameAs(byKey);
        assertThat(net.on(b, () -> b.rpc().connect(keyOf(a), a.host().address()))).isSameAs(inboundAt(b));
        assertThat(net.on(a, () -> a.rpc().connect(keyOf(a), b.host().address())).isSelf()).isTrue();
        var first = a.host().call(() -> a.rpc().connect(keyOf(b), b.host().address()));
        assertThat(net.world.await(first, RpcTestNet.PATIENCE)).as("and is not dialled anew").isSameAs(byKey);
    }

    @Test
    void anotherNodeThanTheOneOfTheKeyIsRefused() {
        byte[] nodeKey = new SimulatedNodeKey(a.host().environment().random()).publicKey();
        assertThat(net.linkFailureOn(a, () -> a.rpc().connect(nodeKey, b.host().address())).reason()).isEqualTo(Reason.WRONG_PEER);
        assertThat(a.rpc().peers()).isEmpty();
    }

    @Test
    void twin_withoutTheProofAnybodyPassesForTheOneOfTheKey() {
        Member careless = net.member(3, NO_PROOF);
        byte[] nodeKey = new SimulatedNodeKey(a.host().environment().random()).publicKey();
        assertThat(net.on(careless, () -> careless.rpc().connect(nodeKey, b.host().address())).nodeKey()).isEqualTo(keyOf(b));
    }

    @Test
    void nodesThatDialEachOtherAtOnceAgreeOnOneLinkAndTheOtherIdlesAway() {
        var fromA = a.host().call(() -> a.rpc().connect(b.contact()));
        var fromB = b.host().call(() -> b.rpc().connect(a.contact()));
        net.world.await(fromA, RpcTestNet.PATIENCE);
        net.world.await(fromB, RpcTestNet.PATIENCE);
        assertThat(a.rpc().peers()).hasSize(2);
        Peer atA = connect(a, b);
        Peer atB = connect(b, a);
        assertThat(atA.inbound()).isNotEqualTo(atB.inbound());
        net.run(a, atA::hang);
        net.world.run(Duration.ofMinutes(10));
        assertThat(a.rpc().peers()).containsExactly(atA);
        assertThat(b.rpc().peers()).containsExactly(atB);
    }

    @Test
    void nodeConnectsToItselfThroughTheSameHandlersLater() {
        List<Boolean> selfAsked = new ArrayList<>();
        a.rpc().handle("echo", Carrier.LINK, request -> {
            selfAsked.add(request.link().isSelf() && request.callerId().equals(a.node().id()));
            return echo(request);
        });
        Peer self = connect(a, a);
        assertThat(self.isSelf()).isTrue();
        net.run(a, () -> {
            var answer = self.call("echo", body(1));
            assertThat(answer.toCompletableFuture()).isNotDone();
        });
        assertThat(net.on(a, () -> self.call("echo", body(5))).requireBytes("body")).hasSize(5);
        assertThat(selfAsked).containsExactly(true, true);
        assertThat(net.rpcFailureOn(a, () -> self.call("nobody serves this", BDict.EMPTY)).code()).isEqualTo(204);
    }

    // ---- proof of ids

    @Test
    void aPeerWhoseKeyDoesNotGiveTheDialledIdIsRefused() {
        Contact wrong = new Contact(Key.of(new byte[64]), b.host().address());
        assertThat(net.linkFailureOn(a, () -> a.rpc().connect(wrong)).reason()).isEqualTo(Reason.WRONG_PEER);
        assertThat(a.rpc().peers()).isEmpty();
    }

    @Test
    void twin_withoutTheProofAnybodyPassesForTheDialledId() {
        Member careless = net.member(3, NO_PROOF);
        Contact wrong = new Contact(Key.of(new byte[64]), b.host().address());
        assertThat(net.on(careless, () -> careless.rpc().connect(wrong)).id()).contains(Key.of(new byte[64]));
    }

    @Test
    void aCallerThatShowsAnIdWhichItsKeyDoesNotGiveIsRefusedAndDropped() {
        assertThat(impostorIsServed(a)).isFalse();
        assertThat(a.rpc().peers()).isEmpty();
    }

    @Test
    void twin_withoutTheProofACallerPassesForAnybody() {
        assertThat(impostorIsServed(net.member(3, NO_PROOF))).isTrue();
    }

    private boolean impostorIsServed(Member victim) {
        BDict foreignId = BDict.builder().put("id", b.node().id().unsafeArray()).build();
        List<KrpcMessage> heard = rawCall(victim, foreignId, "bytchat");
        return heard.get(0) instanceof KrpcMessage.Response;
    }

    /** What a hand-made peer hears for one ping over a link of its own. */
    private List<KrpcMessage> rawCall(Member victim, BDict arguments, String network) {
        SimulatedHost raw = net.world.host("10.9.9.9", 6881);
        var links = raw.links(new SimulatedNodeKey(raw.environment().random()));
        Link link = net.world.await(
                raw.call(() -> links.dial(victim.host().address(), PeerCheck.ANY)), RpcTestNet.PATIENCE);
        List<KrpcMessage> heard = new ArrayList<>();
        link.receive(frame -> heard.add(KrpcMessage.parse(frame, 1 << 18)));
        link.send(new KrpcMessage.Query(
                new byte[] {1}, "ping", arguments, false, Optional.of(network), Optional.empty()).encode());
        net.world.run(Duration.ofSeconds(1));
        return heard;
    }

    @Test
    void linksBetweenNetworksAreRefused() {
        Member other = net.member(3, Optional.of("other"), RpcSettings.DEFAULTS, RpcDefences.ALL, new Sha512());
        assertThat(net.linkFailureOn(a, () -> a.rpc().connect(other.contact())).reason()).isEqualTo(Reason.WRONG_PEER);
        net.world.run(Duration.ofSeconds(1));
        assertThat(a.rpc().peers()).isEmpty();
        assertThat(other.rpc().peers()).isEmpty();
    }

    @Test
    void garbageOnALinkClosesIt() {
        SimulatedHost raw = net.world.host("10.9.9.9", 6881);
        var links = raw.links(new SimulatedNodeKey(raw.environment().random()));
        Link link = net.world.await(raw.call(() -> links.dial(a.host().address(), PeerCheck.ANY)), RpcTestNet.PATIENCE);
        link.send("garbage".getBytes());
        net.world.await(link.closed(), Duration.ofSeconds(1));
        assertThat(a.rpc().peers()).isEmpty();
    }

    @Test
    void listenersHearOfALinkOnceTheIdIsProven() {
        List<String> heard = new ArrayList<>();
        a.rpc().onPeer(peer -> heard.add("a " + peer.inbound() + peer.id().equals(Optional.of(b.node().id()))));
        b.rpc().onPeer(peer -> heard.add("b " + peer.inbound() + peer.id().equals(Optional.of(a.node().id()))));
        connect(a, b);
        assertThat(heard).containsExactlyInAnyOrder("a falsetrue", "b truetrue");
    }

    @Test
    void aDialWithoutAnIdLearnsItAndIsNotShared() {
        Peer dialled = net.on(a, () -> a.rpc().dial(b.host().address()));
        assertThat(dialled.id()).contains(b.node().id());
        assertThat(connect(a, b)).isNotSameAs(dialled);
        net.run(a, dialled::close);
        net.world.run(Duration.ofSeconds(1));
        assertThat(a.rpc().peers()).hasSize(1);
    }

    @Test
    void whoIsDialledBackUsesAnotherLinkForWhatItAsks() {
        for (int pair = 0; pair < 10; pair++) {
            assertThat(askedWhileDialledBack(pair, RpcDefences.ALL)).isInstanceOfSatisfying(BDict.class,
                    answer -> assertThat(answer.requireBytes("body")).hasSize(5));
        }
    }

    @Test
    void twin_withoutTheFlagTheDiallerClosesTheLinkUnderACall() {
        int lost = 0;
        for (int pair = 0; pair < 10; pair++) {
            lost += askedWhileDialledBack(pair, SHARED_DIAL_BACKS) instanceof RpcException why
                    && why.kind() == Kind.CLOSED ? 1 : 0;
        }
        assertThat(lost).isPositive();
    }

    /** What a node hears to a call that it began while another dialled it back: the answer, or the failure. */
    private Object askedWhileDialledBack(int pair, RpcDefences defences) {
        Member dialler = net.member(20 + 2 * pair, defences);
        Member dialled = net.member(21 + 2 * pair, defences);
        dialler.rpc().handle("echo", Carrier.LINK, LinksTest::echo);
        Peer once = net.on(dialler, () -> dialler.rpc().dial(dialled.host().address()));
        var asking = dialled.host().call(() -> dialled.rpc().connect(dialler.contact())
                .thenCompose(peer -> peer.call("echo", body(5)))
                .handle((answer, failure) -> failure == null ? answer : Failures.cause(failure)));
        net.run(dialler, once::close);
        return net.world.await(asking, RpcTestNet.PATIENCE);
    }

    // ---- limits and life

    @Test
    void callsBeyondTheLimitWaitForTheirTurnAndThenAreRefused() {
        List<CompletableFuture<BDict>> held = new ArrayList<>();
        b.rpc().handle("hold", Carrier.LINK, request -> {
            CompletableFuture<BDict> answer = new CompletableFuture<>();
            held.add(answer);
            return answer;
        });
        Peer toB = connect(a, b);
        List<CompletionStage<BDict>> calls = new ArrayList<>();
        int all = RpcSettings.CALLS_MAX + RpcSettings.CALLS_WAITING_MAX;
        net.run(a, () -> {
            for (int i = 0; i <= all; i++) {
                calls.add(toB.call("hold", BDict.EMPTY));
            }
        });
        assertThat(net.rpcFailureOn(a, () -> calls.get(all)).kind()).isEqualTo(Kind.BUSY);
        net.world.run(Duration.ofSeconds(1));
        assertThat(held).hasSize(RpcSettings.CALLS_MAX);
        net.run(b, () -> List.copyOf(held).forEach(answer -> answer.complete(BDict.EMPTY)));
        net.world.run(Duration.ofSeconds(1));
        assertThat(held).hasSize(2 * RpcSettings.CALLS_MAX);
    }

    @Test
    void anUnansweredCallTimesOutAndAClosedLinkFailsItsCalls() {
        b.rpc().handle("hold", Carrier.LINK, request -> new CompletableFuture<>());
        Peer toB = connect(a, b);
        assertThat(net.rpcFailureOn(a, () -> toB.call("hold", BDict.EMPTY, Duration.ofSeconds(2))).kind())
                .isEqualTo(Kind.TIMEOUT);
        var call = a.host().call(() -> toB.call("hold", BDict.EMPTY)
                .handle((result, failure) -> ((RpcException) failure).kind()));
        net.world.run(Duration.ofSeconds(1));
        b.host().crash();
        assertThat(net.world.await(call, Duration.ofSeconds(1))).isEqualTo(Kind.CLOSED);
        assertThat(toB.open()).isFalse();
    }

    @Test
    void aLinkThatNothingHangsOnClosesAfterFiveIdleMinutes() {
        Peer toB = connect(a, b);
        net.world.run(Duration.ofMinutes(4));
        assertThat(toB.open()).isTrue();
        net.world.run(Duration.ofMinutes(2));
        assertThat(toB.open()).isFalse();
        assertThat(b.rpc().peers()).isEmpty();
    }

    @Test
    void aHangingLinkIsKeptAliveByProbesUntilItIsReleased() {
        Peer toB = connect(a, b);
        Registration[] hanging = new Registration[1];
        net.run(a, () -> hanging[0] = toB.hang());
        net.world.run(Duration.ofHours(2));
        assertThat(toB.open()).isTrue();
        net.run(a, () -> {
            hanging[0].close();
            hanging[0].close();
        });
        net.world.run(Duration.ofMinutes(6));
        assertThat(toB.open()).isFalse();
    }

    @Test
    void aHangingLinkToAMachineThatVanishedIsFoundDead() {
        Peer toB = connect(a, b);
        net.run(a, toB::hang);
        b.host().vanish();
        net.world.run(Duration.ofSeconds(60));
        assertThat(toB.open()).isTrue();
        net.world.run(Duration.ofSeconds(30));
        assertThat(toB.open()).isFalse();
    }

    @Test
    void openLinksAreBoundedAndTheLongestUnusedMakesRoom() {
        RpcSettings d = RpcSettings.DEFAULTS;
        Member small = net.member(9, new RpcSettings(
                d.queryTimeout(), d.queriesMax(), d.requestsPerSecond(), d.sourceRequestsPerSecond(), d.sourcesMax(),
                d.errorsPerSecond(), d.amplificationMax(), d.proofTime(), d.provenMax(), d.proofsMax(), 2, d.callsMax(), d.callsWaitingMax(),
                d.keepAliveAfter(), d.keepAliveMissesMax(), d.idleClose()));
        Member c = net.member(3);
        Peer first = connect(small, a);
        Peer second = connect(small, b);
        net.run(small, second::hang);
        Peer third = connect(small, c);
        assertThat(first.open()).isFalse();
        net.run(small, third::hang);
        assertThat(net.linkFailureOn(small, () -> small.rpc().connect(a.contact())).reason())
                .isEqualTo(Reason.OVERFLOW);
        assertThat(net.linkFailureOn(a, () -> a.rpc().connect(small.contact())).reason()).isEqualTo(Reason.CLOSED);
    }

    @Test
    void nobodyThereIsUnreachable() {
        b.host().crash();
        assertThat(net.linkFailureOn(a, () -> a.rpc().connect(b.contact())).reason()).isEqualTo(Reason.UNREACHABLE);
    }
}
