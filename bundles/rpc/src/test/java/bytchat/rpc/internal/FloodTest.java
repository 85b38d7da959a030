package bytchat.rpc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BDict;
import bytchat.api.rpc.Carrier;
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
        Member victim = net.member(1, new RpcDefences(true, true, true, true, true, false));
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
                d.amplificationMax(), d.proofTime(), 5, d.linksMax(), d.callsMax(), d.callsWaitingMax(),
                d.keepAliveAfter(), d.keepAliveMissesMax(), d.idleClose()));
        for (int i = 2; i < 22; i++) {
            InetSocketAddress other = net.member(i).host().address();
            net.on(small, () -> small.rpc().query(other, "ping", BDict.EMPTY));
        }
        assertThat(small.rpc().provenAddresses()).isEqualTo(5);
    }
}
