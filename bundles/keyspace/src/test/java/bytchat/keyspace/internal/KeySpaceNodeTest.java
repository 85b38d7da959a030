package bytchat.keyspace.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.env.Registration;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Key;
import bytchat.api.status.State;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.wire.NodeIds;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeySpaceNodeTest {
    private static final int PORT = 4711;
    private static final InetAddress PRIVATE = address("192.168.1.2");
    private static final InetAddress TRUE = address("124.31.75.21");
    private static final InetAddress FALSE = address("21.75.31.124");

    private final NodeIdentity key = NodeIdentity.generate(new SecureRandom());

    @ParameterizedTest
    @ValueSource(classes = {Sha1.class, Sha512.class})
    void theIdFollowsFromKeyAndAddress(Class<? extends HashAlgorithm> hash) throws Exception {
        HashAlgorithm algorithm = hash.getConstructor().newInstance();
        KeySpaceNode node = new KeySpaceNode(KeySpaceSettingsTest.settings("0.0.0.0:4711", "auto"), algorithm, key,
                new InetSocketAddress(PORT), TRUE);
        assertThat(node.id().bits()).isEqualTo(algorithm.bits());
        assertThat(node.mayHave(key.publicKey(), TRUE, node.id())).isTrue();
        assertThat(node.mayHave(key.publicKey(), FALSE, node.id())).as("at another address").isFalse();
        assertThat(node.mayHave(NodeIdentity.generate(new SecureRandom()).publicKey(), TRUE, node.id()))
                .as("with another key")
                .isFalse();
        assertThat(node.endpoint()).isEqualTo(new InetSocketAddress(TRUE, PORT));
    }

    @Test
    void theIdIsTheSameAfterARestart() {
        assertThat(node("auto").id()).isEqualTo(node("auto").id());
    }

    @Test
    void oneLiarCannotMoveTheId() {
        KeySpaceNode node = node("auto");
        Key before = node.id();
        for (int i = 0; i < 1_000; i++) {
            node.observed(address("203.0.113.66"), new InetSocketAddress(FALSE, i % 60_000 + 1));
        }
        assertThat(node.id()).isEqualTo(before);
        assertThat(node.endpoint().getAddress()).isEqualTo(PRIVATE);
    }

    @Test
    void saysThatOthersSeeItElsewhere() {
        KeySpaceNode node = node("auto");
        assertThat(node.status().reason()).isEmpty();
        node.observed(address("203.0.113.66"), new InetSocketAddress(PRIVATE, 1));
        assertThat(node.status().reason()).isEmpty();
        node.observed(address("203.0.113.66"), new InetSocketAddress(FALSE, 1));
        assertThat(node.status().state()).isEqualTo(State.READY);
        assertThat(node.status().reason()).contains("at 21.75.31.124", "goes by 192.168.1.2", "--bootstrap");
    }

    /** The twin: if one vote sufficed, the same liar would move it. */
    @Test
    void withoutTheVoteOneLiarMovesTheId() {
        KeySpaceNode node = new KeySpaceNode(KeySpaceSettingsTest.settings("0.0.0.0:4711", "auto"), new Sha1(), key,
                new InetSocketAddress(PORT), PRIVATE, 1);
        Key before = node.id();
        node.observed(address("203.0.113.66"), new InetSocketAddress(FALSE, 1));
        assertThat(node.id()).isNotEqualTo(before);
    }

    @Test
    void aMajorityMovesTheIdAndListenersHearOfIt() {
        KeySpaceNode node = node("auto");
        AtomicInteger changes = new AtomicInteger();
        Registration registration = node.onChange(changes::incrementAndGet);
        node.observed(address("203.0.113.66"), new InetSocketAddress(FALSE, 1));
        node.observed(address("203.0.113.1"), new InetSocketAddress(TRUE, 1));
        node.observed(address("203.0.113.2"), new InetSocketAddress(TRUE, 2));
        assertThat(changes).hasValue(0);
        node.observed(address("203.0.113.3"), new InetSocketAddress(TRUE, 3));
        assertThat(changes).hasValue(1);
        assertThat(NodeIds.matches(node.keySpace(), key.publicKey(), TRUE, node.id())).isTrue();
        assertThat(node.endpoint()).isEqualTo(new InetSocketAddress(TRUE, PORT));

        registration.close();
        registration.close();
        for (int voter = 1; voter <= 9; voter++) {
            node.observed(address("198.51.100." + voter), new InetSocketAddress(FALSE, 1));
        }
        assertThat(node.endpoint().getAddress()).as("ten against three").isEqualTo(FALSE);
        assertThat(changes).as("after the registration was closed").hasValue(1);
    }

    @Test
    void twoNodesAloneAgreeBecauseOneJoinsByTheOther() {
        KeySpaceNode node = node("auto", "203.0.113.9:1");
        node.bootstrap(List.of(new InetSocketAddress(address("203.0.113.9"), 1)));
        node.observed(address("203.0.113.9"), new InetSocketAddress(TRUE, 1));
        assertThat(node.endpoint().getAddress()).isEqualTo(TRUE);
        node.observed(address("203.0.113.9"), new InetSocketAddress(FALSE, 1));
        assertThat(node.endpoint().getAddress()).as("but it alone cannot move a known address").isEqualTo(TRUE);
    }

    /** One customer's /64 against what two others see. */
    private static Optional<InetAddress> oneSiteAgainstTwo(AddressVotes votes) {
        for (int i = 1; i <= 40; i++) {
            votes.vote(address("2001:db8:6:6::" + i), FALSE, false);
        }
        votes.vote(address("2001:db8:1::1"), TRUE, false);
        votes.vote(address("2001:db8:2::1"), TRUE, false);
        return votes.winner();
    }

    @Test
    void anIpv6SiteHasOneVoteHoweverManyAddressesItHas() {
        assertThat(oneSiteAgainstTwo(new AddressVotes(AddressVotes.VOTES_MIN))).isEmpty();
    }

    /** The twin. */
    @Test
    void withAVoteForEachAddressOneSiteDecides() {
        assertThat(oneSiteAgainstTwo(new AddressVotes(AddressVotes.VOTES_MIN, 16))).contains(FALSE);
    }

    @Test
    void votersAreBoundedAndTheNewestCount() {
        AddressVotes votes = new AddressVotes(AddressVotes.VOTES_MIN);
        for (int i = 0; i < 10_000; i++) {
            votes.vote(address("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255)), TRUE, false);
        }
        assertThat(votes.voters()).isEqualTo(AddressVotes.VOTERS_MAX);
        assertThat(votes.winner()).contains(TRUE);
    }

    @Test
    void anAddressOfTheOtherFamilyOrNoneIsNoVote() {
        KeySpaceNode node = node("auto", "203.0.113.9:1");
        node.bootstrap(List.of(new InetSocketAddress(address("203.0.113.9"), 1)));
        node.observed(address("203.0.113.9"), new InetSocketAddress(address("2001:db8::1"), 1));
        node.observed(address("203.0.113.9"), new InetSocketAddress(address("0.0.0.0"), 1));
        node.observed(address("203.0.113.9"), InetSocketAddress.createUnresolved("node.example", 1));
        assertThat(node.endpoint().getAddress()).isEqualTo(PRIVATE);
        assertThat(node.status().facts()).containsEntry("address_voters", 0);
    }

    @Test
    void whoIsToldOfNobodyIsReachableAndTheFirstOfItsNetwork() {
        assertThat(node("auto").readOnly()).isFalse();
        assertThat(node("no").readOnly()).isTrue();
        assertThat(node("yes", "192.0.2.1:1").readOnly()).isFalse();
    }

    @Test
    void onAnOpenNetworkNobodyCouldDialBack() {
        assertThat(open("auto").readOnly()).isFalse();
        assertThat(open("no").readOnly()).isTrue();
    }

    @Test
    void aReaderBecomesMoreWhenReachedUnlessConfiguredOtherwise() {
        KeySpaceNode automatic = node("auto", "192.0.2.1:1");
        AtomicInteger changes = new AtomicInteger();
        automatic.onChange(changes::incrementAndGet);
        assertThat(automatic.readOnly()).isTrue();
        automatic.reached();
        automatic.reached();
        assertThat(automatic.readOnly()).isFalse();
        assertThat(changes).hasValue(1);

        KeySpaceNode never = node("no", "192.0.2.1:1");
        never.reached();
        assertThat(never.readOnly()).isTrue();
    }

    private KeySpaceNode node(String reachable, String... bootstrap) {
        return new KeySpaceNode(KeySpaceSettingsTest.settings("0.0.0.0:4711", reachable, bootstrap), new Sha1(), key,
                new InetSocketAddress(PORT), PRIVATE);
    }

    private KeySpaceNode open(String reachable) {
        KeySpaceSettings settings = KeySpaceSettings.of("default",
                KeySpaceSettingsTest.configuration("sha-1", "open", "0.0.0.0:4711", reachable, "192.0.2.1:1"));
        return new KeySpaceNode(settings, new Sha1(), key, new InetSocketAddress(PORT), PRIVATE);
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
