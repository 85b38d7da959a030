package bytchat.messaging.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.messaging.Messenger;
import bytchat.api.messaging.Messenger.ChatView;
import bytchat.api.messaging.Messenger.ContactState;
import bytchat.api.messaging.Messenger.ContactView;
import bytchat.api.messaging.Messenger.MessageView;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What a page shows: conversations with their newest message, pages of one, what is unread, and contacts as they change. */
class ChatsTest {
    private final SimulatedWorld world = new SimulatedWorld(11);
    private final PostOffice office =
            new PostOffice(SimulatedNode.keySpace(new Sha512(), Optional.of("bytchat")), 11, PostOffice.Weather.FINE);
    private final Person alice = new Person(world, office, "alice", "10.0.0.1").start();
    private final Person bob = new Person(world, office, "bob", "10.0.0.2").start();

    private String ref(Person of, Person other) {
        return of.contact(other).ref();
    }

    private ChatView chat(Person of, Person with) {
        return of.await(of.messenger.chats()).stream().filter(chat -> chat.contact().ref().equals(ref(of, with))).findFirst().orElseThrow();
    }

    private static List<String> texts(List<MessageView> messages) {
        return messages.stream().map(message -> new String(message.data(), StandardCharsets.UTF_8)).toList();
    }

    @Test
    void aConversationIsReadPageByPage() {
        alice.befriend(bob);
        for (int i = 0; i < 7; i++) {
            alice.send(bob, "m" + i);
        }
        List<MessageView> newest = alice.await(alice.messenger.messages(ref(alice, bob), OptionalLong.empty(), 3));
        assertThat(texts(newest)).containsExactly("m4", "m5", "m6");
        List<MessageView> earlier = alice.await(alice.messenger.messages(ref(alice, bob), OptionalLong.of(newest.get(0).number()), 3));
        assertThat(texts(earlier)).containsExactly("m1", "m2", "m3");
        assertThat(texts(alice.await(alice.messenger.messages(ref(alice, bob), OptionalLong.of(earlier.get(0).number()), 3))))
                .containsExactly("m0");
        assertThat(alice.await(alice.messenger.messages(ref(alice, bob), OptionalLong.of(0), 3))).isEmpty();
        assertThatThrownBy(() -> alice.await(alice.messenger.messages(ref(alice, bob), OptionalLong.empty(), 0)))
                .rootCause().hasMessageContaining("1 to 1024");
    }

    @Test
    void unreadMessagesAreCountedAndStayReadOverARestart() {
        alice.befriend(bob);
        assertThat(chat(bob, alice).last()).isEmpty();
        assertThat(chat(bob, alice).unread()).isZero();
        for (int i = 0; i < 5; i++) {
            alice.send(bob, "m" + i);
        }
        world.runUntil(() -> bob.inbox().size() == 5, Duration.ofMinutes(5));
        ChatView chat = chat(bob, alice);
        assertThat(chat.unread()).isEqualTo(5);
        assertThat(texts(List.of(chat.last().orElseThrow()))).containsExactly("m4");
        assertThat(chat(alice, bob).unread()).as("one's own messages have been read").isZero();

        long third = bob.await(bob.messenger.messages(ref(bob, alice), OptionalLong.empty(), 5)).get(2).number();
        assertThat(bob.await(bob.messenger.markRead(ref(bob, alice), third))).isEqualTo(2);
        assertThat(bob.await(bob.messenger.markRead(ref(bob, alice), third - 1))).as("it never goes back").isEqualTo(2);
        bob.restart();
        assertThat(chat(bob, alice).unread()).isEqualTo(2);
        alice.send(bob, "m5");
        world.runUntil(() -> bob.inbox().size() == 6, Duration.ofMinutes(5));
        assertThat(chat(bob, alice).unread()).isEqualTo(3);
        assertThat(bob.await(bob.messenger.markRead(ref(bob, alice), Long.MAX_VALUE))).isZero();
        alice.send(bob, "m6");
        world.runUntil(() -> bob.inbox().size() == 7, Duration.ofMinutes(5));
        assertThat(chat(bob, alice).unread()).as("what came after was not read with it").isEqualTo(1);
    }

    @Test
    void manyUnreadMessagesAreCountedToTheBoundOnly() {
        alice.befriend(bob);
        int many = Messenger.UNREAD_MAX + 5;
        for (int i = 0; i < many; i++) {
            alice.send(bob, "m" + i);
        }
        world.runUntil(() -> bob.inbox().size() == many, Duration.ofHours(1));
        assertThat(chat(bob, alice).unread()).isEqualTo(Messenger.UNREAD_MAX);
        bob.restart();
        assertThat(chat(bob, alice).unread()).isEqualTo(Messenger.UNREAD_MAX);
    }

    @Test
    void theConversationWithTheNewestMessageIsFirst() {
        Person carol = new Person(world, office, "carol", "10.0.0.3").start();
        alice.befriend(bob);
        alice.befriend(carol);
        alice.send(bob, "to bob");
        world.run(Duration.ofSeconds(1));
        alice.send(carol, "to carol");
        assertThat(alice.await(alice.messenger.chats())).extracting(chat -> chat.contact().ref())
                .containsExactly(ref(alice, carol), ref(alice, bob));
        world.run(Duration.ofSeconds(1));
        alice.send(bob, "to bob again");
        assertThat(alice.await(alice.messenger.chats())).extracting(chat -> chat.contact().ref())
                .containsExactly(ref(alice, bob), ref(alice, carol));
    }

    @Test
    void aContactCanBeCalledOtherwise() {
        alice.befriend(bob);
        assertThat(alice.await(alice.messenger.rename(ref(alice, bob), "  Bobby ")).name()).isEqualTo("Bobby");
        alice.restart();
        assertThat(alice.contact(bob).name()).isEqualTo("Bobby");
        assertThatThrownBy(() -> alice.await(alice.messenger.rename(ref(alice, bob), " "))).rootCause().hasMessageContaining("1 to 64");
    }

    /** From a stranger's request to a session, without asking again and again; and nothing is told twice. */
    @Test
    void listenersHearOfContactsAsTheyChange() {
        List<ContactView> heard = new ArrayList<>();
        bob.messenger.onContact(heard::add);
        alice.add(bob);
        world.run(Duration.ofMinutes(1));
        assertThat(heard).isNotEmpty().allMatch(contact -> contact.state() == ContactState.REQUEST);
        bob.await(bob.messenger.accept(ref(bob, alice)));
        world.run(Duration.ofMinutes(1));
        assertThat(heard.get(heard.size() - 1).state()).isEqualTo(ContactState.CONNECTED);
        assertThat(heard).as("each is different from the one before").hasSize((int) heard.stream().distinct().count());
        int before = heard.size();
        alice.send(bob, "hello");
        world.run(Duration.ofMinutes(1));
        assertThat(heard).as("a message changes nothing of a contact").hasSize(before);
    }
}
