package bytchat.messaging.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.account.Account;
import bytchat.api.account.Prekeys;
import bytchat.api.mailbox.Envelope;
import bytchat.api.messaging.Messenger.ContactState;
import bytchat.api.session.Handshake;
import bytchat.api.session.SessionException;
import bytchat.api.session.SessionSuite;
import bytchat.api.store.ChatRecord.SessionRecord;
import bytchat.api.store.ChatStore;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import bytchat.wire.Bencode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** How two people come to have sessions, and keep having them. */
class HandshakesTest {
    private final SimulatedWorld world = new SimulatedWorld(11);
    private final PostOffice office =
            new PostOffice(SimulatedNode.keySpace(new Sha512(), Optional.of("bytchat")), 11, PostOffice.Weather.FINE);
    private final Person alice = new Person(world, office, "alice", "10.0.0.1").start();
    private final Person bob = new Person(world, office, "bob", "10.0.0.2").start();

    private static Set<String> handshakes(PostOffice office) {
        return office.everSent().stream().filter(e -> e.kind() == Envelope.Kind.HANDSHAKE)
                .map(e -> Bencode.decodeDict(e.content(), Envelope.CONTENT_BYTES_MAX).toString()).collect(Collectors.toSet());
    }

    @Test
    void twoThatCrossAreEachOthersAnswer() {
        office.weather(new PostOffice.Weather(0, 0, 0, 0, Duration.ofSeconds(1)));
        alice.link();
        bob.link();
        var one = alice.messenger.addContact(bob.messenger.self().link(), Optional.empty());
        var two = bob.messenger.addContact(alice.messenger.self().link(), Optional.empty());
        alice.await(one);
        bob.await(two);
        world.run(Duration.ofMinutes(5));
        assertThat(alice.connected(bob)).isTrue();
        assertThat(bob.connected(alice)).isTrue();
        assertThat(handshakes(office)).as("one each").hasSize(2);
    }

    @Test
    void anAnswerIsNotAnswered() {
        alice.add(bob);
        world.run(Duration.ofMinutes(5));
        bob.add(alice);
        world.run(Duration.ofDays(5));
        assertThat(alice.connected(bob)).isTrue();
        assertThat(bob.connected(alice)).isTrue();
        assertThat(handshakes(office)).as("an offer and its answer").hasSize(2);
    }

    @Test
    void anOfferThatNobodyAnswersIsMadeAgainWhenItHasExpired() {
        alice.add(bob);
        world.run(Duration.ofDays(6));
        assertThat(handshakes(office)).as("at most one is unanswered").hasSize(1);
        world.run(Duration.ofDays(3));
        assertThat(handshakes(office)).hasSize(2);
        bob.add(alice);
        world.run(Duration.ofMinutes(5));
        alice.send(bob, "at last");
        world.run(Duration.ofMinutes(5));
        assertThat(bob.inbox()).containsExactly("at last");
    }

    @Test
    void aHandshakeToAForgottenPrekeyBeginsAnew() {
        alice.add(bob);
        world.run(Duration.ofMinutes(5));
        alice.host.crash();
        world.run(Duration.ofDays(40));
        bob.restart();
        assertThat(bob.contact(alice).state()).isEqualTo(ContactState.REQUEST);
        bob.add(alice);
        world.run(Duration.ofMinutes(1));
        assertThat(bob.contact(alice).state()).as("alice's prekeys answer one of bob's that is gone").isEqualTo(ContactState.HANDSHAKING);
        alice.start();
        world.run(Duration.ofMinutes(5));
        alice.send(bob, "a");
        bob.send(alice, "b");
        world.run(Duration.ofMinutes(5));
        assertThat(bob.inbox()).containsExactly("a");
        assertThat(alice.inbox()).containsExactly("b");
    }

    @Test
    void whatWasSealedForASessionThatTheOtherCannotHaveIsSealedAgain() {
        world.run(Duration.ofDays(8));
        alice.add(bob);
        world.run(Duration.ofMinutes(5));
        // Alice's disk dies with the prekeys that she has rotated to, and gave bob; an old copy of her keys is what is left.
        alice.host.crash();
        alice.files = People.files("alice");
        bob.add(alice);
        bob.send(alice, "sealed for nobody");
        world.run(Duration.ofMinutes(5));
        assertThat(bob.contact(alice).state()).isEqualTo(ContactState.CONNECTED);
        assertThat(bob.outbox()).containsExactly("stored");
        alice.start();
        world.run(Duration.ofHours(12));
        assertThat(alice.inbox()).containsExactly("sealed for nobody");
        assertThat(bob.outbox()).containsExactly("delivered");
    }

    @Test
    void moreThanACommitTakesIsSealedAgainToo() {
        world.run(Duration.ofDays(8));
        alice.add(bob);
        world.run(Duration.ofMinutes(5));
        alice.host.crash();
        alice.files = People.files("alice");
        bob.add(alice);
        int many = ChatStore.CHANGES_MAX + 44;
        for (int i = 0; i < many; i++) {
            bob.send(alice, "message " + i);
        }
        world.run(Duration.ofMinutes(5));
        assertThat(bob.outbox()).hasSize(many).containsOnly("stored");
        alice.start();
        world.run(Duration.ofHours(24));
        assertThat(alice.inbox()).doesNotHaveDuplicates().hasSize(many);
        assertThat(bob.outbox()).containsOnly("delivered");
    }

    /** A suite whose workers may be too busy to agree on sessions. */
    private static SessionSuite busy(SessionSuite suite, AtomicBoolean busy) {
        return new SessionSuite() {
            @Override
            public int number() {
                return suite.number();
            }

            @Override
            public String name() {
                return suite.name();
            }

            @Override
            public CompletionStage<Offer> offer(Prekeys theirs) {
                return suite.offer(theirs);
            }

            @Override
            public CompletionStage<Session> agree(Account self, Handshake mine, byte[] secret, Handshake theirs) {
                return busy.get()
                        ? CompletableFuture.failedFuture(new RejectedExecutionException("the workers are busy"))
                        : suite.agree(self, mine, secret, theirs);
            }

            @Override
            public byte[] seal(Session session, MessageContext context, byte[] plaintext) {
                return suite.seal(session, context, plaintext);
            }

            @Override
            public byte[] open(Session session, MessageContext context, byte[] sealed) throws SessionException {
                return suite.open(session, context, sealed);
            }
        };
    }

    @Test
    void aSessionThatBusyWorkersCouldNotMakeIsMadeLater() {
        alice.befriend(bob);
        world.run(Duration.ofMinutes(5));
        bob.host.crash();
        bob.disk.lose(SessionRecord.class);
        office.hold(alice.uid());
        AtomicBoolean busy = new AtomicBoolean(true);
        bob.wrapped = suite -> busy(suite, busy);
        bob.start();
        world.run(Duration.ofMinutes(5));
        alice.send(bob, "under a session of the kept handshakes");
        world.run(Duration.ofMinutes(1));
        assertThat(bob.inbox()).isEmpty();
        busy.set(false);
        world.run(Duration.ofHours(1));
        assertThat(bob.inbox()).containsExactly("under a session of the kept handshakes");
    }

    @Test
    void aHandshakeThatComesWhileTheSuiteIsBeingReplacedIsKept() {
        world.run(Duration.ofMinutes(1));
        bob.suites.remove(bob.suite);
        bob.add(alice);
        alice.add(bob);
        world.run(Duration.ofMinutes(1));
        assertThat(office.waiting()).as("alice's handshake is still with the holders").isEqualTo(1);
        assertThat(bob.count("refused_handshakes")).isZero();
        bob.suites.add(bob.suite);
        world.run(Duration.ofMinutes(10));
        assertThat(alice.connected(bob)).isTrue();
        assertThat(bob.connected(alice)).isTrue();
        assertThat(office.waiting()).isZero();
    }

    @Test
    void anAnswerToAnOfferThatWasMadeAgainMeanwhileKeepsNobodyBusy() {
        office.hold(alice.uid());
        alice.add(bob);
        world.run(Duration.ofDays(3));
        bob.add(alice);
        bob.send(alice, "on the first session");
        world.run(Duration.ofDays(3));
        assertThat(handshakes(office)).as("alice's offer and bob's answer, under way").hasSize(2);
        office.hold(bob.uid());
        world.run(Duration.ofDays(2));
        assertThat(handshakes(office)).as("alice's second offer").hasSize(3);
        office.release(alice.uid());
        world.run(Duration.ofMinutes(5));
        office.release(bob.uid());
        alice.send(bob, "and back");
        world.run(Duration.ofHours(20));
        assertThat(handshakes(office)).as("and bob's answer to that").hasSize(4);
        assertThat(alice.inbox()).containsExactly("on the first session");
        assertThat(bob.inbox()).containsExactly("and back");
    }

    @Test
    void overAMonthOfSlowMailRenewalsCrossAndNothingIsLost() {
        for (long seed = 1; seed <= 4; seed++) {
            month(seed);
        }
    }

    /** Mail takes up to two days, handshakes expire, prekeys rotate, nodes restart; every message is delivered in the end. */
    private static void month(long seed) {
        SimulatedWorld world = new SimulatedWorld(seed);
        Random chance = new Random(seed);
        PostOffice office = new PostOffice(SimulatedNode.keySpace(new Sha512(), Optional.of("bytchat")), seed,
                new PostOffice.Weather(0.1, 0.1, 0.2, 0.1, Duration.ofDays(2)));
        Person alice = new Person(world, office, "alice", "10.0.0.1").start();
        Person bob = new Person(world, office, "bob", "10.0.0.2").start();
        alice.add(bob);
        bob.add(alice);
        List<String> toBob = new ArrayList<>();
        List<String> toAlice = new ArrayList<>();
        world.run(Duration.ofDays(8));
        for (int step = 0; step < 60; step++) {
            boolean fromAlice = chance.nextBoolean();
            String text = "seed " + seed + " step " + step;
            (fromAlice ? alice : bob).send(fromAlice ? bob : alice, text);
            (fromAlice ? toBob : toAlice).add(text);
            world.run(Duration.ofHours(chance.nextInt(30)));
            if (chance.nextInt(6) == 0) {
                (chance.nextBoolean() ? alice : bob).restart();
            }
        }
        office.weather(PostOffice.Weather.FINE);
        world.run(Duration.ofDays(3));
        assertThat(new HashSet<>(bob.inbox())).as("seed " + seed).containsAll(toBob);
        assertThat(new HashSet<>(alice.inbox())).as("seed " + seed).containsAll(toAlice);
        assertThat(bob.inbox()).as("seed " + seed).hasSameSizeAs(toBob);
        assertThat(alice.inbox()).as("seed " + seed).hasSameSizeAs(toAlice);
        assertThat(alice.outbox()).as("seed " + seed).containsOnly("delivered");
    }
}
