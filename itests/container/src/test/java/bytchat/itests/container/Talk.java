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
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Two people on two nodes who talk while something is done to their nodes, and the oracle: each message that was accepted is delivered, and
 * shown once. What is not accepted, because a node has no messenger just then, was not promised.
 */
final class Talk implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** What one conversation shows at most. */
    private static final int MESSAGES_MAX = 1_024;

    private final Side alice;
    private final Side bob;
    private final ScheduledExecutorService speaking = Executors.newSingleThreadScheduledExecutor();
    private int number;
    private volatile int refused;

    private Talk(Side alice, Side bob) {
        this.alice = alice;
        this.bob = bob;
    }

    /** Makes an account on each node and has them meet. */
    static Talk between(TestNode a, TestNode b) throws Exception {
        Talk talk = new Talk(new Side(a, "alice", "bob"), new Side(b, "bob", "alice"));
        talk.alice.create();
        talk.bob.create();
        get(talk.alice.messenger().addContact(talk.bob.messenger().self().link(), Optional.of("bob")));
        get(talk.bob.messenger().addContact(talk.alice.messenger().self().link(), Optional.of("alice")));
        talk.alice.awaitConnected();
        talk.bob.awaitConnected();
        return talk;
    }

    /** Has both speak, in turns, until {@link #end}. */
    void begin(Duration period) {
        speaking.scheduleAtFixedRate(this::speak, 0, period.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void speak() {
        Side side = number % 2 == 0 ? alice : bob;
        String text = side.name + " " + number++;
        try {
            get(side.messenger().send(side.to, "text/plain", text.getBytes(StandardCharsets.UTF_8)));
            side.accepted.put(text, true);
        } catch (Exception e) {
            refused++;
        }
    }

    /** Waits until so many more messages have been accepted. */
    void awaitMore(int count) throws InterruptedException {
        int enough = accepted() + count;
        Await.until(count + " more messages", PATIENCE, () -> accepted() >= enough);
    }

    /** They fall silent. */
    void end() throws InterruptedException {
        speaking.shutdown();
        assertThat(speaking.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(number).isLessThan(MESSAGES_MAX);
    }

    /** How many messages were accepted. */
    int accepted() {
        return alice.accepted.size() + bob.accepted.size();
    }

    /** How many were not. */
    int refused() {
        return refused;
    }

    /** Waits until everything is delivered, and sees that it is shown, once. */
    void assertNothingLostNorShownTwice() throws Exception {
        for (Side side : List.of(alice, bob)) {
            Await.until("delivery of all that " + side.name + " said", PATIENCE, () -> side.undelivered().isEmpty());
        }
        assertThat(bob.shown()).as("shown to bob").containsOnlyKeys(alice.accepted.keySet());
        assertThat(alice.shown()).as("shown to alice").containsOnlyKeys(bob.accepted.keySet());
        assertThat(alice.shown().values()).as("shown once").containsOnly(1);
        assertThat(bob.shown().values()).as("shown once").containsOnly(1);
    }

    @Override
    public void close() {
        speaking.shutdownNow();
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private record Side(TestNode node, String name, String to, Map<String, Boolean> accepted) {
        Side(TestNode node, String name, String to) {
            this(node, name, to, new ConcurrentHashMap<>());
        }

        void create() throws Exception {
            get(node.service(Accounts.class).create(name));
            Await.until("contact link of " + name, PATIENCE, () -> messenger().self().link().startsWith("bytchat:"));
        }

        /** The one that is there now. */
        Messenger messenger() throws InterruptedException {
            return node.service(Messenger.class);
        }

        void awaitConnected() throws Exception {
            Await.until("session of " + name, PATIENCE, () -> get(messenger().contacts()).stream().map(ContactView::state).toList()
                    .equals(List.of(ContactState.CONNECTED)));
        }

        private List<MessageView> messages() throws Exception {
            return get(messenger().messages(Optional.empty(), MESSAGES_MAX));
        }

        List<MessageView> undelivered() throws Exception {
            return messages().stream().filter(m -> m.outgoing() && !m.state().equals("delivered")).toList();
        }

        Map<String, Integer> shown() throws Exception {
            Map<String, Integer> shown = new TreeMap<>();
            messages().stream().filter(m -> !m.outgoing())
                    .forEach(m -> shown.merge(new String(m.data(), StandardCharsets.UTF_8), 1, Integer::sum));
            return shown;
        }
    }
}
