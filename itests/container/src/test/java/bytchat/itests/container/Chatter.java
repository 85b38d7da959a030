package bytchat.itests.container;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.account.Accounts;
import bytchat.api.messaging.Messenger;
import bytchat.api.messaging.Messenger.ContactState;
import bytchat.api.messaging.Messenger.ContactView;
import bytchat.api.messaging.Messenger.MessageView;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Two people on two nodes who go on talking, and a count of what of it has arrived. */
final class Chatter implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int MESSAGES_MAX = 1_024;

    private final Messenger alice;
    private final Messenger bob;
    private final long everyMillis;
    private final List<String> toBob = new CopyOnWriteArrayList<>();
    private final List<String> toAlice = new CopyOnWriteArrayList<>();
    private final List<Exception> failures = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::talk, "chatter");
    private volatile boolean quiet;

    private Chatter(Messenger alice, Messenger bob, Duration every) {
        this.alice = alice;
        this.bob = bob;
        this.everyMillis = every.toMillis();
    }

    /** Makes a person on a node that has none. */
    static Messenger person(TestNode node, String name) throws Exception {
        get(node.service(Accounts.class).create(name));
        return messenger(node);
    }

    /** The person on a node. */
    static Messenger messenger(TestNode node) throws Exception {
        Messenger messenger = node.service(Messenger.class);
        Await.until("contact link", PATIENCE, () -> messenger.self().link().startsWith("bytchat:"));
        return messenger;
    }

    /** Makes them each other's contacts, "alice" and "bob", and waits for their session. */
    static void introduce(Messenger alice, Messenger bob) throws Exception {
        get(alice.addContact(bob.self().link(), Optional.of("bob")));
        get(bob.addContact(alice.self().link(), Optional.of("alice")));
        for (Messenger messenger : List.of(alice, bob)) {
            Await.until("session of " + messenger.self().name(), PATIENCE, () -> get(messenger.contacts()).stream()
                    .map(ContactView::state).toList().equals(List.of(ContactState.CONNECTED)));
        }
    }

    /** Begins: each writes to the other, again and again, until it is closed. */
    static Chatter between(Messenger alice, Messenger bob, Duration every) {
        Chatter chatter = new Chatter(alice, bob, every);
        chatter.thread.start();
        return chatter;
    }

    private void talk() {
        for (int number = 0; !quiet; number++) {
            try {
                say(alice, "bob", "to bob " + number, toBob);
                say(bob, "alice", "to alice " + number, toAlice);
                TimeUnit.MILLISECONDS.sleep(everyMillis);
            } catch (Exception e) {
                failures.add(e);
                return;
            }
        }
    }

    private static void say(Messenger who, String contact, String text, List<String> said) throws Exception {
        get(who.send(contact, "text/plain", text.getBytes(StandardCharsets.UTF_8)));
        said.add(text);
    }

    int said() {
        return toBob.size() + toAlice.size();
    }

    /** Ends, and asserts that everything said has been shown on the other side, once. */
    void assertAllHeardOnce() throws Exception {
        close();
        assertThat(failures).isEmpty();
        assertHeardOnce(bob, toBob);
        assertHeardOnce(alice, toAlice);
    }

    static void assertHeardOnce(Messenger who, List<String> said) throws Exception {
        Await.until("all " + said.size() + " messages at " + who.self().name(), PATIENCE, () -> heard(who).containsAll(said));
        assertThat(heard(who)).doesNotHaveDuplicates();
    }

    /** Texts that were received, in the order they are shown. */
    static List<String> heard(Messenger who) throws Exception {
        return get(who.messages(Optional.empty(), MESSAGES_MAX)).stream().filter(message -> !message.outgoing())
                .map(message -> new String(message.data(), StandardCharsets.UTF_8)).toList();
    }

    /** What became of what was sent: how many messages in which state. */
    static String states(Messenger who) throws Exception {
        return get(who.messages(Optional.empty(), MESSAGES_MAX)).stream().filter(MessageView::outgoing)
                .collect(Collectors.groupingBy(MessageView::state, Collectors.counting())).toString();
    }

    static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() throws InterruptedException {
        quiet = true;
        thread.join();
    }
}
