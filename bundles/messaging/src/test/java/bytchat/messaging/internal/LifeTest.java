package bytchat.messaging.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.messaging.MessagingException;
import bytchat.api.status.State;
import bytchat.api.store.ChatRecord.CounterRecord;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A messenger begins, and ends, whatever it is doing. */
class LifeTest {
    private final SimulatedWorld world = new SimulatedWorld(19);
    private final PostOffice office =
            new PostOffice(SimulatedNode.keySpace(new Sha512(), Optional.of("bytchat")), 19, PostOffice.Weather.FINE);
    private final Person alice = new Person(world, office, "alice", "10.0.0.1").start();
    private final Person bob = new Person(world, office, "bob", "10.0.0.2");

    @Test
    void onceItHasReadItsRecordsItIsAttached() {
        assertThat(office.attached(alice.uid())).isFalse();
        world.run(Duration.ofMinutes(1));
        assertThat(office.attached(alice.uid())).isTrue();
    }

    private void whileAliceReads() {
        world.run(Duration.ofMillis(3));
        assertThat(alice.messenger.status().state()).isEqualTo(State.STARTING);
        assertThat(alice.disk.commits()).as("it has begun").isEqualTo(1);
    }

    @Test
    void closedWhileItReadsItNeverTakesTheMail() {
        whileAliceReads();
        alice.messenger.close();
        world.run(Duration.ofDays(1));
        assertThat(office.attached(alice.uid())).isFalse();
    }

    @Test
    void whoWaitsForItWhenItIsClosedIsTold() {
        whileAliceReads();
        var asked = alice.messenger.contacts().toCompletableFuture();
        world.run(Duration.ofMillis(1));
        assertThat(asked).as("it waits").isNotDone();
        alice.messenger.close();
        world.run(Duration.ofMinutes(1));
        assertThat(asked).isDone();
        assertThatThrownBy(asked::join).hasCauseInstanceOf(MessagingException.class).hasMessageContaining("has been closed");
    }

    /** Its store may be going too, and would then never answer. */
    @Test
    void aQuestionThatTheStoreHasNotAnsweredWhenItIsClosedFails() {
        bob.start();
        alice.befriend(bob);
        alice.send(bob, "hello");
        var asked = alice.messenger.chats().toCompletableFuture();
        alice.messenger.close();
        world.run(Duration.ofMinutes(1));
        assertThatThrownBy(asked::join).hasCauseInstanceOf(MessagingException.class).hasMessageContaining("has been closed");
    }

    /** Who joins meanwhile may be nearer to the meta key than those who hold the record, and is asked for it in vain. */
    @Test
    void inAYoungNetworkMetaIsPublishedAgainSoonThenEverMoreRarely() {
        office.holders(2);
        world.run(Duration.ofMinutes(2));
        assertThat(office.publications()).as("after 0, 15, 45 and 105 s").isEqualTo(4);
        world.run(Duration.ofHours(2));
        assertThat(office.publications()).as("every 10 minutes at most").isBetween(12, 18);
        office.holders(5);
        world.run(Duration.ofMinutes(11));
        int published = office.publications();
        world.run(Duration.ofDays(1));
        assertThat(office.publications()).as("once five hold it, only when it is to be renewed").isEqualTo(published);
    }

    @Test
    void aDirectoryThatWentWithoutAnAnswerIsAskedAgain() {
        office.silent(true);
        bob.start();
        alice.add(bob);
        bob.add(alice);
        world.run(Duration.ofMinutes(1));
        office.silent(false);
        world.run(Duration.ofMinutes(10));
        assertThat(alice.connected(bob)).isTrue();
        assertThat(bob.connected(alice)).isTrue();
    }

    @Test
    void countersThatRottedNeitherHideWhatIsSentNorReplaceWhatWasThere() {
        bob.start();
        alice.befriend(bob);
        alice.send(bob, "before");
        bob.send(alice, "an answer");
        world.run(Duration.ofMinutes(5));
        alice.host.crash();
        alice.disk.lose(CounterRecord.class);
        alice.start();
        alice.send(bob, "after");
        world.run(Duration.ofMinutes(5));
        assertThat(bob.inbox()).containsExactly("before", "after");
        assertThat(alice.inbox()).containsExactly("an answer");
        assertThat(alice.outbox()).containsExactly("delivered", "delivered");
    }
}
