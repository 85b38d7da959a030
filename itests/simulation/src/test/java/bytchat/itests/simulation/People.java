package bytchat.itests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.Key;
import bytchat.api.messaging.Messenger.ContactState;
import bytchat.api.messaging.Messenger.MessageView;
import bytchat.messaging.internal.AccountMessenger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What people do, in virtual time. */
final class People {
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private People() {
    }

    static AccountMessenger messenger(SimNetwork network, SimNode node) {
        return network.world().await(node.person().messenger(), PATIENCE);
    }

    static Key chatKey(SimNetwork network, SimNode node) {
        var keySpace = node.parts().local().keySpace();
        return keySpace.chatKey(Key.ofHex(messenger(network, node).self().uid()));
    }

    static void meet(SimNetwork network, SimNode a, SimNode b) {
        network.world().run(Duration.ofSeconds(30));
        AccountMessenger atA = messenger(network, a);
        AccountMessenger atB = messenger(network, b);
        network.world().await(atA.addContact(atB.self().link(), Optional.empty()), PATIENCE);
        network.world().await(atB.addContact(atA.self().link(), Optional.empty()), PATIENCE);
        network.until("connected", () -> connected(network, a) && connected(network, b), PATIENCE);
    }

    static boolean connected(SimNetwork network, SimNode node) {
        var contacts = messenger(network, node).contacts().toCompletableFuture();
        network.world().run(Duration.ofMillis(10));
        return contacts.isDone() && contacts.join().stream().allMatch(c -> c.state() == ContactState.CONNECTED);
    }

    static MessageView send(SimNetwork network, SimNode from, String to, String text) {
        return network.world().await(
                messenger(network, from).send(to, "text/plain", text.getBytes(StandardCharsets.UTF_8)), PATIENCE);
    }

    static void say(SimNetwork network, SimNode from, String to, String text) {
        MessageView sent = send(network, from, to, text);
        network.until("delivered: " + text, () -> stateOf(network, from, sent).equals("delivered"), PATIENCE);
    }

    static List<MessageView> messages(SimNetwork network, SimNode node) {
        return network.world().await(messenger(network, node).messages(Optional.empty(), 100), PATIENCE);
    }

    static String stateOf(SimNetwork network, SimNode node, MessageView message) {
        var all = messenger(network, node).messages(Optional.empty(), 100).toCompletableFuture();
        network.world().run(Duration.ofMillis(10));
        return !all.isDone() ? "" : all.join().stream()
                .filter(m -> m.id().equals(message.id())).findFirst().orElseThrow().state();
    }

    static void assertShownOnce(SimNetwork network, SimNode node, List<String> texts) {
        assertThat(messages(network, node)).filteredOn(message -> !message.outgoing())
                .extracting(message -> new String(message.data(), StandardCharsets.UTF_8))
                .containsExactlyInAnyOrderElementsOf(texts);
    }
}
