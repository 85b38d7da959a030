package bytchat.mainline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BValue;
import bytchat.api.keyspace.Key;
import bytchat.api.rpc.RpcException;
import bytchat.mainline.internal.MainlineTestNet.Member;
import bytchat.wire.CompactNodes;
import bytchat.wire.KrpcMessage;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** {@code get_peers} and {@code announce_peer} as BEP 5 has them, over datagrams. */
class PeerServerTest {
    private final MainlineTestNet net = new MainlineTestNet();
    private final Member server = net.member(0);
    private final Member asker = net.member(1);
    private final Key file = net.key("a file");

    @Test
    void whoAnnouncesIsFoundAtItsAddressAndPort() {
        assertThat(net.ask(asker, server, "get_peers", net.getPeers(file)).get("values")).isEmpty();
        net.ask(asker, server, "announce_peer", net.announce(net.token(asker, server), file, 6881));

        BDict answer = net.ask(asker, server, "get_peers", net.getPeers(file));
        assertThat(peers(answer)).containsExactly(new InetSocketAddress(asker.host().address().getAddress(), 6881));
        assertThat(answer.requireBytes("token")).isNotEmpty();
        assertThat(answer.get("nodes")).isPresent();
    }

    @Test
    void anImpliedPortIsTheOneTheDatagramCameFrom() {
        net.ask(asker, server, "announce_peer", net.announce(net.token(asker, server), file, 1).put("implied_port", 1));
        assertThat(peers(net.ask(asker, server, "get_peers", net.getPeers(file)))).containsExactly(asker.host().address());
    }

    @Test
    void aPortMustBeOne() {
        byte[] token = net.token(asker, server);
        for (long port : new long[] {0, -1, 65_536, Long.MAX_VALUE}) {
            BDict.Builder announcement = net.announce(token, file, 1).put("port", port);
            assertThat(net.refusal(asker, server, "announce_peer", announcement).code()).isEqualTo(RpcException.PROTOCOL);
        }
        assertThat(net.refusal(asker, server, "announce_peer", net.getPeers(file).put("token", token)).code())
                .isEqualTo(RpcException.PROTOCOL);
        assertThat(net.refusal(asker, server, "get_peers", BDict.builder().put("info_hash", new byte[21])).code())
                .isEqualTo(RpcException.PROTOCOL);
    }

    @Test
    void peersGoThirtyMinutesAfterTheirLastAnnouncement() {
        net.ask(asker, server, "announce_peer", net.announce(net.token(asker, server), file, 6881));
        net.world.run(Duration.ofMinutes(20));
        net.ask(asker, server, "announce_peer", net.announce(net.token(asker, server), file, 6881));
        net.world.run(Duration.ofMinutes(20));
        assertThat(peers(net.ask(asker, server, "get_peers", net.getPeers(file)))).hasSize(1);
        net.world.run(Duration.ofMinutes(12));
        assertThat(net.ask(asker, server, "get_peers", net.getPeers(file)).get("values")).isEmpty();
        assertThat(server.mainline().peerStore().size()).isZero();
        assertThat(server.mainline().peerStore().infoHashes()).isZero();
        assertThat(server.mainline().peerStore().sources()).isZero();
    }

    /** Mallory wants people who look for a file to connect to a victim. */
    @Test
    void nobodyAnnouncesAnother() {
        InetSocketAddress victim = new InetSocketAddress(MainlineTestNet.address("192.0.2.80"), 80);
        forgeAnnouncement(server, victim);
        assertThat(net.ask(asker, server, "get_peers", net.getPeers(file)).get("values")).isEmpty();
    }

    @Test
    void withoutThatDefenceAnAddressIsAnnouncedByAnybody() {
        Member naive = net.member(3, new MainlineDefences(false, true, true, true, true, true, true, true));
        InetSocketAddress victim = new InetSocketAddress(MainlineTestNet.address("192.0.2.80"), 80);
        forgeAnnouncement(naive, victim);
        assertThat(peers(net.ask(asker, naive, "get_peers", net.getPeers(file)))).containsExactly(victim);
    }

    private void forgeAnnouncement(Member at, InetSocketAddress victim) {
        BDict arguments = net.announce(net.token(asker, at), file, 80).put("id", asker.node().id().unsafeArray()).build();
        net.world.forge(victim, at.host().address(), new KrpcMessage.Query(
                new byte[] {1}, "announce_peer", arguments, false, Optional.empty(), Optional.empty()).encode());
        net.world.run(Duration.ofSeconds(1));
    }

    @Test
    void anAnswerHasAtMostFiftyPeersOfThousands() {
        PeerStore store = server.mainline().peerStore();
        for (int i = 0; i < 2_000; i++) {
            store.announce(file, new InetSocketAddress(MainlineTestNet.address("10.9." + i / 250 + "." + i % 250), 1 + i));
        }
        assertThat(store.size()).as("of one file").isEqualTo(MainlineSettings.INFO_HASH_PEERS_MAX);
        List<InetSocketAddress> first = peers(net.ask(asker, server, "get_peers", net.getPeers(file)));
        List<InetSocketAddress> second = peers(net.ask(asker, server, "get_peers", net.getPeers(file)));
        assertThat(first).hasSize(MainlineSettings.ANSWER_PEERS_MAX).doesNotHaveDuplicates();
        assertThat(second).hasSize(MainlineSettings.ANSWER_PEERS_MAX).isNotEqualTo(first);
    }

    @Test
    void peersAreToldInTheAskersFamily() {
        server.mainline().peerStore().announce(file, new InetSocketAddress(MainlineTestNet.address("2001:db8::1"), 1));
        assertThat(net.ask(asker, server, "get_peers", net.getPeers(file)).get("values")).isEmpty();
        assertThat(server.mainline().peerStore().peers(file, true, 10)).hasSize(1);
    }

    private static List<InetSocketAddress> peers(BDict answer) {
        List<BValue> values = answer.requireList("values");
        return values.stream().map(value -> CompactNodes.address(((BBytes) value).toArray())).toList();
    }
}
