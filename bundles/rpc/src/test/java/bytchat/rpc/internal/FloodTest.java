package bytchat.rpc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BDict;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcException;
import bytchat.api.transport.Link;
import bytchat.api.transport.LinkTransport.PeerCheck;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.rpc.internal.RpcTestNet.Member;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedNodeKey;
import bytchat.wire.KrpcMessage;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Bounds hold whatever arrives, and nothing that arrives escapes as an exception. */
class FloodTest {
    private final RpcTestNet net = new RpcTestNet();

    @Test
    void mutatedDatagramsHarmNobody() {
        Member victim = net.member(1, RpcDefences.without("requestLimits"));
        victim.rpc().handle("echo", Carrier.DATAGRAM, request -> CompletableFuture.completedFuture(
                BDict.builder().put("x", request.arguments().requireBytes("x")).build()));
        BDict arguments = BDict.builder().put("id", new byte[64]).put("x", new byte[100]).build();
        List<byte[]> seeds = List.of(
                new KrpcMessage.Query(
                        new byte[4], "echo", arguments, false, Optional.of("bytchat"), Optional.empty()).encode(),
                new KrpcMessage.Response(new byte[4], arguments, Optional.of(new byte[6]), Optional.empty()).encode(),
                new KrpcMessage.Failure(new byte[4], 404, "not a holder", arguments).encode());
        Random random = new Random(5);
        SimulatedHost attacker = net.world.host("10.9.9.9", 6881);
        for (int i = 0; i < 30_000; i++) {
            attacker.datagrams().send(victim.host().address(), mutated(seeds.get(i % seeds.size()), random));
            if (i % 1_000 == 0) {
                net.world.run(Duration.ofSeconds(1));
            }
        }
        net.world.run(Duration.ofSeconds(1));
        assertThat(victim.host().datagrams().received()).isEqualTo(30_000);
        assertThat(victim.host().datagrams().failures()).isZero();
        assertThat(victim.rpc().queriesUnderWay()).isZero();
        assertThat(net.on(net.member(2), () -> victim.rpc().self().call("ping", BDict.EMPTY))).isNotNull();
    }

    private static byte[] mutated(byte[] seed, Random random) {
        byte[] bytes = seed.clone();
        for (int n = random.nextInt(4); n >= 0; n--) {
            bytes[random.nextInt(bytes.length)] = random.nextBoolean()
                    ? (byte) random.nextInt(256)
                    : "dlei0123456789:-".getBytes()[random.nextInt(16)];
        }
        return random.nextInt(4) > 0 ? bytes : Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }

    @Test
    void callsServedAtOnceOnALinkAreBounded() {
        Member victim = net.member(1);
        List<CompletableFuture<BDict>> held = new ArrayList<>();
        victim.rpc().handle("hold", Carrier.LINK, request -> {
            held.add(new CompletableFuture<>());
            return held.get(held.size() - 1);
        });
        SimulatedHost greedy = net.world.host("10.9.9.9", 6881);
        SimulatedNodeKey key = new SimulatedNodeKey(greedy.environment().random());
        Link link = net.world.await(
                greedy.call(() -> greedy.links(key).dial(victim.host().address(), PeerCheck.ANY)), RpcTestNet.PATIENCE);
        List<KrpcMessage> answers = new ArrayList<>();
        link.receive(frame -> answers.add(KrpcMessage.parse(frame, 1 << 18)));
        BDict arguments = BDict.builder().put("id", new Sha512().digest(key.publicKey())).build();
        for (int i = 0; i < 100; i++) {
            link.send(new KrpcMessage.Query(
                    new byte[] {(byte) i}, "hold", arguments, false, Optional.of("bytchat"), Optional.empty())
                    .encode());
        }
        net.world.run(Duration.ofSeconds(1));
        assertThat(held).hasSize(RpcSettings.CALLS_MAX);
        assertThat(answers).hasSize(100 - RpcSettings.CALLS_MAX).allSatisfy(answer ->
                assertThat(((KrpcMessage.Failure) answer).code()).isEqualTo(RpcException.SERVER));
    }

    @Test
    void provenAddressesRememberedAreBounded() {
        RpcSettings d = RpcSettings.DEFAULTS;
        Member small = net.member(1, new RpcSettings(
                d.queryTimeout(), d.queriesMax(), d.requestsPerSecond(), d.sourceRequestsPerSecond(), d.sourcesMax(),
                d.errorsPerSecond(), d.amplificationMax(), d.proofTime(), 8, d.proofsMax(), d.linksMax(), d.callsMax(), d.callsWaitingMax(),
                d.keepAliveAfter(), d.keepAliveMissesMax(), d.idleClose()));
        for (int i = 2; i < 22; i++) {
            InetSocketAddress other = net.member(i).host().address();
            net.on(small, () -> small.rpc().query(other, "ping", BDict.EMPTY));
        }
        assertThat(small.rpc().provenAddresses()).isBetween(4, 8);
    }

    @Test
    void aFloodOfLinksPushesOutThoseThatAskNothing() {
        assertThat(linksInUseAfterAFlood(RpcDefences.ALL)).isEqualTo(2);
    }

    @Test
    void twin_otherwiseItPushesOutThoseInUse() {
        assertThat(linksInUseAfterAFlood(RpcDefences.without("usefulLinksStay"))).isZero();
    }

    /** How many of two links on which something was asked, one long ago and one just now, are left. */
    private long linksInUseAfterAFlood(RpcDefences defences) {
        Member victim = net.member(1, Optional.of("bytchat"), withLinks(6), defences, new Sha512());
        victim.rpc().handle("nothing", Carrier.LINK, request -> CompletableFuture.completedFuture(BDict.EMPTY));
        List<Peer> useful = new ArrayList<>();
        for (int i = 2; i < 4; i++) {
            Member friend = net.member(i);
            useful.add(net.on(friend, () -> friend.rpc().connect(victim.contact())));
            net.on(friend, () -> useful.get(useful.size() - 1).call("nothing", BDict.EMPTY));
            net.world.run(Duration.ofMinutes(i == 2 ? 2 : 0).plusSeconds(1));
        }
        for (int i = 0; i < 20; i++) {
            if (i % 2 == 0) {
                SimulatedHost stranger = net.world.host("10.9.9." + (i + 1), 6881);
                var links = stranger.links(new SimulatedNodeKey(stranger.environment().random()));
                net.world.await(
                        stranger.call(() -> links.dial(victim.host().address(), PeerCheck.ANY)), RpcTestNet.PATIENCE);
            } else {
                Member greeter = net.member(100 + i);
                net.on(greeter, () -> greeter.rpc().connect(victim.contact()));
            }
            net.world.run(Duration.ofMillis(100));
        }
        assertThat(victim.rpc().peers()).hasSizeLessThanOrEqualTo(6);
        return useful.stream().filter(Peer::open).count();
    }

    @Test
    void aLinkThatWasAskedOnWithinTheMinuteMakesRoomForNobody() {
        Member victim = net.member(1, withLinks(1));
        victim.rpc().handle("nothing", Carrier.LINK, request -> CompletableFuture.completedFuture(BDict.EMPTY));
        Member friend = net.member(2);
        Member other = net.member(3);
        Peer used = net.on(friend, () -> friend.rpc().connect(victim.contact()));
        net.on(friend, () -> used.call("nothing", BDict.EMPTY));
        net.linkFailureOn(other, () -> other.rpc().connect(victim.contact()));
        assertThat(used.open()).isTrue();
        net.world.run(Duration.ofMinutes(1));
        net.on(other, () -> other.rpc().connect(victim.contact()));
        net.world.run(Duration.ofSeconds(1));
        assertThat(used.open()).isFalse();
    }

    private static RpcSettings withLinks(int linksMax) {
        RpcSettings d = RpcSettings.DEFAULTS;
        return new RpcSettings(
                d.queryTimeout(), d.queriesMax(), d.requestsPerSecond(), d.sourceRequestsPerSecond(), d.sourcesMax(),
                d.errorsPerSecond(), d.amplificationMax(), d.proofTime(), d.provenMax(), d.proofsMax(), linksMax, d.callsMax(), d.callsWaitingMax(),
                d.keepAliveAfter(), d.keepAliveMissesMax(), d.idleClose());
    }
}
