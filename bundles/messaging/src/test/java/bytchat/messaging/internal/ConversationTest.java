package bytchat.messaging.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.messaging.Messenger.ContactState;
import bytchat.api.store.ChatRecord.OutboundRecord;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two people and a post office: what a user sees. */
class ConversationTest {
    private final SimulatedWorld world = new SimulatedWorld(7);
    private final PostOffice office =
            new PostOffice(SimulatedNode.keySpace(new Sha512(), Optional.of("bytchat")), 7, PostOffice.Weather.FINE);
    private final Person alice = new Person(world, office, "alice", "10.0.0.1").start();
    private final Person bob = new Person(world, office, "bob", "10.0.0.2").start();

    @Test
    void aMessageTravelsAndIsDelivered() {
        alice.befriend(bob);
        alice.send(bob, "hello");
        world.runUntil(() -> bob.disk.all(bytchat.api.store.ChatRecord.MessageRecord.class).size() == 1, Duration.ofMinutes(1));
        world.run(Duration.ofMinutes(1));
        assertThat(bob.inbox()).containsExactly("hello");
        assertThat(alice.outbox()).containsExactly("delivered");
        assertThat(office.waiting()).isZero();
        assertThat(alice.messages().get(0).id()).isEqualTo(bob.messages().get(0).id());
        assertThat(alice.disk.all(OutboundRecord.class)).as("nothing is under way any more").isEmpty();
        assertThat(bob.disk.all(OutboundRecord.class)).isEmpty();
    }

    @Test
    void aContactIsConnectedOnlyWhenBothWantIt() {
        alice.add(bob);
        world.run(Duration.ofMinutes(1));
        assertThat(alice.contact(bob).state()).isEqualTo(ContactState.HANDSHAKING);
        assertThat(bob.contact(alice).state()).isEqualTo(ContactState.REQUEST);
        bob.await(bob.messenger.accept(bob.contact(alice).ref().substring(0, 8)));
        world.run(Duration.ofMinutes(1));
        assertThat(alice.contact(bob).state()).isEqualTo(ContactState.CONNECTED);
        assertThat(bob.contact(alice).state()).isEqualTo(ContactState.CONNECTED);
        assertThat(alice.disk.all(OutboundRecord.class)).as("nothing is under way any more").isEmpty();
        assertThat(bob.disk.all(OutboundRecord.class)).isEmpty();
    }

    @Test
    void aStrangerIsCalledAsTheirMetaSays() {
        alice.add(bob);
        world.run(Duration.ofMinutes(1));
        assertThat(bob.contact(alice).state()).isEqualTo(ContactState.REQUEST);
        assertThat(bob.contact(alice).name()).isEqualTo(alice.account.name());
    }

    @Test
    void messagesToSomebodyAwayWaitAndSaySo() {
        alice.befriend(bob);
        world.run(Duration.ofMinutes(1));
        bob.host.crash();
        alice.send(bob, "while you were away");
        world.run(Duration.ofMinutes(1));
        assertThat(alice.outbox()).containsExactly("stored");
        assertThat(alice.messages().get(0).detail()).isEqualTo("stored at 4 of 5");
        alice.restart();
        bob.start();
        world.run(Duration.ofMinutes(1));
        assertThat(bob.inbox()).containsExactly("while you were away");
        assertThat(alice.outbox()).containsExactly("delivered");
    }

    @Test
    void aNodeAloneWaitsAndSaysWhy() {
        alice.befriend(bob);
        world.run(Duration.ofMinutes(1));
        office.noOtherNode(true);
        alice.send(bob, "anybody there?");
        world.run(Duration.ofMinutes(1));
        assertThat(alice.outbox()).containsExactly("waiting");
        assertThat(alice.messages().get(0).detail()).isEqualTo("no other node is known");
        office.noOtherNode(false);
        world.run(Duration.ofMinutes(2));
        assertThat(alice.outbox()).containsExactly("delivered");
    }

    @Test
    void withoutAPlaneMessagesWaitAndGoWhenThereIsOne() {
        alice.befriend(bob);
        world.run(Duration.ofMinutes(1));
        alice.goOffline();
        assertThat(alice.messenger.status().reason()).isEqualTo("delivery planes are not running");
        assertThat(alice.send(bob, "patience").detail()).isEqualTo("delivery planes are not running");
        alice.restart();
        world.run(Duration.ofMinutes(1));
        assertThat(bob.inbox()).containsExactly("patience");
    }

    @Test
    void whatIsSentBeforeTheHandshakeIsSentAfterIt() {
        alice.add(bob);
        assertThat(alice.send(bob, "first").detail()).isEqualTo(Outbox.NO_SESSION);
        world.run(Duration.ofDays(1));
        alice.restart();
        bob.add(alice);
        world.run(Duration.ofMinutes(2));
        assertThat(bob.inbox()).containsExactly("first");
        assertThat(alice.outbox()).containsExactly("delivered");
    }

    @Test
    void aFewAreShownInTheOrderInWhichTheyWereSent() {
        office.weather(new PostOffice.Weather(0, 0, 0, 0, Duration.ofSeconds(5)));
        alice.befriend(bob);
        for (int i = 0; i < 20; i++) {
            alice.send(bob, "m" + i);
        }
        world.run(Duration.ofMinutes(5));
        assertThat(bob.inbox()).hasSize(20).isEqualTo(java.util.stream.IntStream.range(0, 20).mapToObj(i -> "m" + i).toList());
    }

    @Test
    void aMessageExpiresAfterSevenDays() {
        alice.befriend(bob);
        world.run(Duration.ofMinutes(1));
        bob.host.crash();
        alice.send(bob, "too late");
        world.run(Duration.ofDays(7).minusHours(1));
        assertThat(alice.outbox()).containsExactly("stored");
        world.run(Duration.ofHours(8));
        assertThat(alice.outbox()).containsExactly("expired");
        assertThat(alice.messages().get(0).detail()).isEqualTo("not delivered within 7 days");
    }

    @Test
    void sessionsAreRenewedAfterADayOfUse() {
        alice.befriend(bob);
        for (int day = 0; day < 12; day++) {
            alice.send(bob, "a" + day);
            bob.send(alice, "b" + day);
            world.run(Duration.ofDays(1).plusHours(1));
        }
        assertThat(bob.inbox()).hasSize(12);
        assertThat(alice.inbox()).hasSize(12);
        assertThat(alice.outbox()).containsOnly("delivered");
        long sessions = alice.disk.all(bytchat.api.store.ChatRecord.SessionRecord.class).size();
        assertThat(sessions).isBetween(2L, (long) MessagingSettings.SESSIONS_MAX);
        assertThat(alice.disk.all(bytchat.api.store.ChatRecord.HandshakeRecord.class)).hasSizeLessThanOrEqualTo(
                2 * MessagingSettings.HANDSHAKES_MAX);
    }

    @Test
    void aFullDiskRefusesInWordsAndLosesNothing() {
        alice.befriend(bob);
        world.run(Duration.ofMinutes(1));
        alice.disk.full(true);
        assertThatThrownBy(() -> alice.send(bob, "no room")).hasStackTraceContaining("the disk is full");
        bob.send(alice, "waits for room");
        world.run(Duration.ofMinutes(5));
        assertThat(alice.inbox()).isEmpty();
        alice.disk.full(false);
        world.run(Duration.ofMinutes(5));
        assertThat(alice.inbox()).containsExactly("waits for room");
        assertThat(bob.outbox()).containsExactly("delivered");
        alice.send(bob, "room again");
        world.run(Duration.ofMinutes(1));
        assertThat(bob.inbox()).containsExactly("room again");
    }

    @Test
    void wrongInputIsRefusedInWords() {
        alice.befriend(bob);
        assertThatThrownBy(() -> alice.add(alice)).hasStackTraceContaining("your own link");
        assertThatThrownBy(() -> alice.await(alice.messenger.addContact(bob.link().replace("bytchat:sha", "bytchat:shb"),
                Optional.empty()))).hasStackTraceContaining("checksum");
        assertThatThrownBy(() -> alice.await(alice.messenger.send("nobody", "text/plain", new byte[1])))
                .hasStackTraceContaining("There is no contact called 'nobody'");
        assertThatThrownBy(() -> alice.await(alice.messenger.send("bob", "text/plain", new byte[48 * 1024 + 1])))
                .hasStackTraceContaining("at most 49152 bytes");
        assertThatThrownBy(() -> alice.await(alice.messenger.send("bob", "plain", new byte[1])))
                .hasStackTraceContaining("is not a MIME type");
    }

    @Test
    void withoutReceiptsAMessageStaysStored() {
        bob.host.crash();
        bob.settings = new MessagingSettings(false, 64, 8, 8, 8, Duration.ofSeconds(2), Duration.ofMinutes(1), Duration.ofMinutes(10),
                Duration.ofHours(6), Duration.ofDays(3));
        bob.start();
        alice.befriend(bob);
        alice.send(bob, "quiet");
        world.run(Duration.ofMinutes(30));
        assertThat(bob.inbox()).containsExactly("quiet");
        assertThat(alice.outbox()).containsExactly("stored");
    }
}
