package bytchat.holders.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BDict;
import bytchat.api.holder.Challenges;
import bytchat.api.keyspace.Key;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.Peer;
import bytchat.holders.internal.HolderTestNet.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ChallengesTest {
    private final HolderTestNet net = new HolderTestNet(1);
    private final Key target = net.key("target");

    private static HolderDefences without(String defence) {
        return new HolderDefences(
                !defence.equals("singleUse"),
                !defence.equals("expiry"),
                !defence.equals("boundToPeer"),
                !defence.equals("boundToTarget"),
                true,
                true,
                true,
                true);
    }

    private final List<Member> clients = new ArrayList<>();

    private static void serveUse(Member holder) {
        holder.rpc().handle("use", Carrier.LINK, request -> CompletableFuture.completedFuture(BDict.builder()
                .put("good", holder.holders().redeem(
                        request.link(),
                        Key.of(request.arguments().requireBytes("target")),
                        request.arguments().requireBytes("nonce")) ? 1 : 0)
                .build()));
    }

    /** A holder that has "use" redeem a nonce, and two clients. */
    private Member holder(HolderDefences defences) {
        Member holder = net.member(0, defences);
        serveUse(holder);
        clients.add(net.member(1, HolderDefences.ALL));
        clients.add(net.member(2, HolderDefences.ALL));
        net.world.run(Duration.ofSeconds(10));
        return holder;
    }

    private Peer peer(Member client, Member holder) {
        return net.on(client, () -> client.rpc().connect(holder.contact()));
    }

    private byte[] nonce(Member client, Member holder) {
        BDict arguments = BDict.builder().put("target", target.unsafeArray()).build();
        Peer peer = peer(client, holder);
        return net.on(client, () -> peer.call("challenge", arguments)).requireBytes("nonce", Challenges.NONCE_BYTES);
    }

    private boolean use(Member client, Member holder, Key at, byte[] nonce) {
        BDict arguments = BDict.builder().put("target", at.unsafeArray()).put("nonce", nonce).build();
        Peer peer = peer(client, holder);
        return net.on(client, () -> peer.call("use", arguments)).requireInteger("good") == 1;
    }

    @Test
    void aNonceIsGoodOnce() {
        assertThat(replayed(HolderDefences.ALL)).isFalse();
    }

    @Test
    void twin_otherwiseItIsGoodAgain() {
        assertThat(replayed(without("singleUse"))).isTrue();
    }

    private boolean replayed(HolderDefences defences) {
        Member holder = holder(defences);
        byte[] nonce = nonce(clients.get(0), holder);
        assertThat(use(clients.get(0), holder, target, nonce)).isTrue();
        return use(clients.get(0), holder, target, nonce);
    }

    @Test
    void aNonceIsGoodForAMinute() {
        assertThat(usedLate(HolderDefences.ALL)).isFalse();
    }

    @Test
    void twin_otherwiseItIsGoodLater() {
        assertThat(usedLate(without("expiry"))).isTrue();
    }

    private boolean usedLate(HolderDefences defences) {
        Member holder = holder(defences);
        byte[] inTime = nonce(clients.get(0), holder);
        byte[] late = nonce(clients.get(0), holder);
        net.world.run(Duration.ofSeconds(58));
        assertThat(use(clients.get(0), holder, target, inTime)).isTrue();
        net.world.run(Duration.ofSeconds(4));
        return use(clients.get(0), holder, target, late);
    }

    @Test
    void aNonceOfAnotherPeerIsNoGoodAndStaysGoodForItsOwn() {
        Member holder = holder(HolderDefences.ALL);
        byte[] nonce = nonce(clients.get(0), holder);
        assertThat(use(clients.get(1), holder, target, nonce)).isFalse();
        assertThat(use(clients.get(0), holder, target, nonce)).isTrue();
    }

    @Test
    void twin_otherwiseAnotherPeerUsesIt() {
        Member holder = holder(without("boundToPeer"));
        assertThat(use(clients.get(1), holder, target, nonce(clients.get(0), holder))).isTrue();
    }

    @Test
    void aNonceOfALaterLinkOfTheSameNodeIsNoGood() {
        Member holder = holder(HolderDefences.ALL);
        byte[] nonce = nonce(clients.get(0), holder);
        Peer old = peer(clients.get(0), holder);
        net.on(clients.get(0), () -> {
            old.close();
            return CompletableFuture.completedFuture(true);
        });
        net.world.run(Duration.ofSeconds(1));
        assertThat(use(clients.get(0), holder, target, nonce)).isFalse();
        assertThat(holder.holders().noncesOutstanding()).isZero();
    }

    @Test
    void aNonceForAnotherTargetIsNoGood() {
        Member holder = holder(HolderDefences.ALL);
        assertThat(use(clients.get(0), holder, net.key("other"), nonce(clients.get(0), holder))).isFalse();
    }

    @Test
    void twin_otherwiseItIsGoodForAnyTarget() {
        Member holder = holder(without("boundToTarget"));
        assertThat(use(clients.get(0), holder, net.key("other"), nonce(clients.get(0), holder))).isTrue();
    }

    @Test
    void aPeersNoncesAreBoundedAndCostNobodyElseTheirs() {
        Member holder = holder(HolderDefences.ALL);
        byte[] careful = nonce(clients.get(0), holder);
        byte[] first = nonce(clients.get(1), holder);
        for (int i = 0; i < 10 * HolderSettings.PEER_NONCES_MAX; i++) {
            nonce(clients.get(1), holder);
        }
        assertThat(holder.holders().noncesOutstanding()).isEqualTo(1 + HolderSettings.PEER_NONCES_MAX);
        assertThat(use(clients.get(0), holder, target, careful)).isTrue();
        assertThat(use(clients.get(1), holder, target, first)).isFalse();
    }

    @Test
    void noncesOfAllPeersTogetherAreBoundedAndTheOldestGoFirst() {
        HolderSettings d = HolderSettings.DEFAULTS;
        Member holder = net.member(0, List.of(), HolderDefences.ALL, new HolderSettings(
                d.ipv6(), 3, d.peerNoncesMax(), d.provenTime(), d.provenMax(), d.dialBacksMax(), d.dialBackEvery(),
                d.reachRetryMin(), d.reachRetryMax(), d.lookupTime(), d.lookupsMax()));
        for (int i = 1; i <= 5; i++) {
            nonce(net.member(i, HolderDefences.ALL), holder);
        }
        assertThat(holder.holders().noncesOutstanding()).isEqualTo(3);
    }

    @Test
    void whenAllAreGivenOutThePeerThatHoldsMostLosesItsOwn() {
        HolderSettings d = HolderSettings.DEFAULTS;
        Member holder = net.member(0, List.of(), HolderDefences.ALL, new HolderSettings(
                d.ipv6(), 6, d.peerNoncesMax(), d.provenTime(), d.provenMax(), d.dialBacksMax(), d.dialBackEvery(),
                d.reachRetryMin(), d.reachRetryMax(), d.lookupTime(), d.lookupsMax()));
        serveUse(holder);
        Member careful = net.member(1, HolderDefences.ALL);
        Member greedy = net.member(2, HolderDefences.ALL);
        net.world.run(Duration.ofSeconds(10));
        byte[] first = nonce(careful, holder);
        byte[] lost = nonce(greedy, holder);
        for (int i = 0; i < d.peerNoncesMax() - 1; i++) {
            nonce(greedy, holder);
        }
        assertThat(holder.holders().noncesOutstanding()).isEqualTo(6);
        assertThat(use(careful, holder, target, first)).isTrue();
        assertThat(use(greedy, holder, target, lost)).isFalse();
    }

    @Test
    void provenNodesRememberedAreBounded() {
        ProvenNodes proven = new ProvenNodes(100, 2);
        for (int i = 0; i < 5; i++) {
            proven.add(net.key("node " + i), i);
        }
        assertThat(proven.size()).isEqualTo(2);
        assertThat(proven.contains(net.key("node 2"), 5)).isFalse();
        assertThat(proven.contains(net.key("node 4"), 5)).isTrue();
    }
}
