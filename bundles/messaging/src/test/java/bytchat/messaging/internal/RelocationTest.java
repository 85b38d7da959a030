package bytchat.messaging.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.hash.HashAlgorithm;
import bytchat.api.messaging.Messenger.ContactState;
import bytchat.api.store.ChatRecord.OutboundRecord;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The nodes of two people restart in the key space of another hash, and come back. */
class RelocationTest {
    private static final Duration A_WHILE = Duration.ofMinutes(5);

    private final SimulatedWorld world = new SimulatedWorld(77);
    private final PostOffice wide = office(new Sha512());
    private final PostOffice narrow = office(new Sha1());
    private final Person alice = new Person(world, wide, "alice", "10.0.0.1");
    private final Person bob = new Person(world, wide, "bob", "10.0.0.2");

    private static PostOffice office(HashAlgorithm hash) {
        return new PostOffice(SimulatedNode.keySpace(hash, Optional.of("bytchat")), 7, PostOffice.Weather.FINE);
    }

    private void restartIn(PostOffice office, Person... people) {
        for (Person person : people) {
            person.host.crash();
        }
        for (Person person : people) {
            person.office = office;
            person.start();
        }
        world.run(A_WHILE);
    }

    @Test
    void aConversationGoesOnInTheOtherKeySpaceAndBack() {
        alice.start();
        bob.start();
        alice.befriend(bob);
        bob.host.crash();
        alice.send(bob, "waits in the first");
        world.run(Duration.ofMinutes(1));
        assertThat(alice.outbox()).containsExactly("stored");

        restartIn(narrow, alice, bob);
        assertThat(alice.contact(bob).state()).isEqualTo(ContactState.CONNECTED);
        assertThat(alice.contact(bob).uid()).hasSize(40);
        assertThat(bob.inbox()).containsExactly("waits in the first");
        bob.send(alice, "answer in the second");
        world.run(A_WHILE);
        assertThat(alice.inbox()).containsExactly("answer in the second");
        alice.host.crash();
        bob.send(alice, "waits in the second");
        world.run(Duration.ofMinutes(1));

        restartIn(wide, alice, bob);
        assertThat(alice.inbox()).containsExactly("answer in the second", "waits in the second");
        alice.send(bob, "and back");
        world.run(A_WHILE);
        assertThat(bob.inbox()).as("nothing is shown twice").containsExactly("waits in the first", "and back");
        assertThat(alice.outbox()).containsOnly("delivered");
        assertThat(bob.outbox()).containsOnly("delivered");
        assertThat(alice.disk.all(OutboundRecord.class)).isEmpty();
        assertThat(bob.disk.all(OutboundRecord.class)).isEmpty();
    }

    /** The twin: addressed by ids that nobody has there. */
    @Test
    void whatIsNotAddressedAnewNeverArrives() {
        alice.without(Defence.RELOCATION).start();
        bob.start();
        alice.befriend(bob);
        bob.host.crash();
        alice.send(bob, "waits in the first");
        world.run(Duration.ofMinutes(1));
        restartIn(narrow, alice, bob);
        assertThat(bob.inbox()).isEmpty();
    }

    /** Handshakes that were under way when both left belong to nobody. */
    @Test
    void peopleWhoWereJustShakingHandsMeetInTheOtherKeySpace() {
        alice.start();
        bob.start();
        alice.add(bob);
        world.run(Duration.ofSeconds(30));
        assertThat(bob.contact(alice).state()).isEqualTo(ContactState.REQUEST);
        restartIn(narrow, alice, bob);
        bob.await(bob.messenger.accept("alice"));
        world.run(A_WHILE);
        alice.send(bob, "here");
        bob.send(alice, "here too");
        world.run(A_WHILE);
        assertThat(bob.inbox()).containsExactly("here");
        assertThat(alice.inbox()).containsExactly("here too");
    }

    @Test
    void whoStaysBehindIsReachedAgainOnceOneIsBack() {
        alice.start();
        bob.start();
        alice.befriend(bob);
        restartIn(narrow, alice);
        alice.send(bob, "to one who stayed");
        world.run(A_WHILE);
        assertThat(bob.inbox()).isEmpty();
        assertThat(alice.outbox()).containsExactly("waiting");
        bob.send(alice, "to one who left");
        world.run(A_WHILE);
        restartIn(wide, alice);
        world.run(A_WHILE);
        assertThat(bob.inbox()).containsExactly("to one who stayed");
        assertThat(alice.inbox()).containsExactly("to one who left");
        assertThat(bob.outbox()).containsOnly("delivered");
    }

    /** Crashes and changes of the hash at random, with a lot on its way. */
    @Test
    void nothingIsLostOrShownTwiceHoweverOftenBothMove() {
        for (int seed = 0; seed < 6; seed++) {
            SimulatedWorld other = new SimulatedWorld(seed);
            PostOffice[] offices = {office(new Sha512()), office(new Sha1())};
            Person a = new Person(other, offices[0], "alice", "10.0.1.1").start();
            Person b = new Person(other, offices[0], "bob", "10.0.1.2").start();
            a.befriend(b);
            Random random = new Random(seed);
            List<String> toBob = new ArrayList<>();
            List<String> toAlice = new ArrayList<>();
            for (int move = 1; move <= 6; move++) {
                for (int i = 0; i < 10; i++) {
                    toBob.add("b" + move + "." + i);
                    toAlice.add("a" + move + "." + i);
                    a.send(b, toBob.get(toBob.size() - 1));
                    b.send(a, toAlice.get(toAlice.size() - 1));
                    other.run(Duration.ofMillis(random.nextInt(400)));
                }
                for (Person person : List.of(a, b)) {
                    person.host.crash();
                    person.office = offices[move % 2];
                    person.start();
                    other.run(Duration.ofMillis(random.nextInt(3_000)));
                }
            }
            boolean all = other.runUntil(() -> a.outbox().stream().allMatch("delivered"::equals)
                    && b.outbox().stream().allMatch("delivered"::equals), Duration.ofHours(6));
            assertThat(all).as("seed " + seed + " " + a.messenger.status() + b.messenger.status()).isTrue();
            assertThat(b.inbox()).as("seed " + seed).containsExactlyInAnyOrderElementsOf(toBob);
            assertThat(a.inbox()).as("seed " + seed).containsExactlyInAnyOrderElementsOf(toAlice);
        }
    }
}
