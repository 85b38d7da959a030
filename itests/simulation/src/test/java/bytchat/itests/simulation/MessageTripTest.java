package bytchat.itests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.messaging.Messenger.ContactState;
import bytchat.api.messaging.Messenger.MessageView;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.messaging.internal.AccountMessenger;
import bytchat.transport.memory.SimulationOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A message travels through a network of whole nodes, in virtual time. */
class MessageTripTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @Test
    void twoNodesAloneTalk() {
        SimNetwork.run(21, SimulationOptions.CLEAN, new Sha512(), network -> {
            SimNode alice = network.person("alice");
            SimNode bob = network.person("bob");
            meet(network, alice, bob);
            say(network, alice, "bob", "hello");
            say(network, bob, "alice", "hello yourself");
            assertShownOnce(network, bob, List.of("hello"));
            assertShownOnce(network, alice, List.of("hello yourself"));
        });
    }

    @Test
    void aNodeAloneWaitsAndSaysWhy() {
        SimNetwork.run(22, SimulationOptions.CLEAN, new Sha512(), network -> {
            SimNode alice = network.person("alice");
            network.world().run(Duration.ofSeconds(30));
            assertThat(messenger(network, alice).status().reason()).isNotEmpty();
        });
    }

    @Test
    void mailForSomebodyAwaySurvivesTwoOfItsHoldersAndARestartOfTheSender() {
        SimNetwork.run(23, SimulationOptions.CLEAN, new Sha512(), network -> mailSurvives(network));
    }

    @Test
    void andInAKeySpaceOf160BitsOnARoughNetwork() {
        SimulationOptions rough = SimulationOptions.CLEAN.withLoss(0.02).withDuplication(0.02).withReordering(0.05);
        SimNetwork.run(24, rough, new Sha1(), network -> mailSurvives(network));
    }

    @Test
    void theSameSeedGivesTheSameTripToTheByte() {
        assertThat(trip(25)).isEqualTo(trip(25));
    }

    private static String trip(long seed) {
        return SimNetwork.run(seed, SimulationOptions.CLEAN, new Sha512(), network -> {
            SimNode alice = network.person("alice");
            SimNode bob = network.person("bob");
            network.grow(3);
            meet(network, alice, bob);
            say(network, alice, "bob", "hello");
        }).world().traceHash();
    }

    private static void mailSurvives(SimNetwork network) {
        network.grow(8);
        SimNode alice = network.person("alice");
        SimNode bob = network.person("bob");
        meet(network, alice, bob);
        say(network, alice, "bob", "hello");

        bob.crash();
        Key chatKey = chatKey(network, bob);
        MessageView sent = send(network, alice, "bob", "are you there?");
        network.until("stored", () -> stateOf(network, alice, sent).startsWith("stored"), PATIENCE);

        List<Contact> holders = network.nearest(chatKey, 5).stream()
                .filter(contact -> !contact.equals(alice.contact())).toList();
        network.at(holders.get(0)).crash();
        network.at(holders.get(1)).vanish();
        alice.restart();
        network.world().run(Duration.ofSeconds(30));

        bob.restart();
        network.until("delivered", () -> stateOf(network, alice, sent).equals("delivered"), Duration.ofMinutes(30));
        assertShownOnce(network, bob, List.of("hello", "are you there?"));
        assertThat(alice.person().heard()).filteredOn(message -> !message.outgoing()).isEmpty();
    }

    // ---- what people do

    private static AccountMessenger messenger(SimNetwork network, SimNode node) {
        return network.world().await(node.person().messenger(), PATIENCE);
    }

    private static Key chatKey(SimNetwork network, SimNode node) {
        var keySpace = node.parts().local().keySpace();
        return keySpace.chatKey(Key.ofHex(messenger(network, node).self().uid()));
    }

    private static void meet(SimNetwork network, SimNode a, SimNode b) {
        network.world().run(Duration.ofSeconds(30));
        AccountMessenger atA = messenger(network, a);
        AccountMessenger atB = messenger(network, b);
        network.world().await(atA.addContact(atB.self().link(), Optional.empty()), PATIENCE);
        network.world().await(atB.addContact(atA.self().link(), Optional.empty()), PATIENCE);
        network.until("connected", () -> connected(network, a) && connected(network, b), PATIENCE);
    }

    private static boolean connected(SimNetwork network, SimNode node) {
        var contacts = messenger(network, node).contacts().toCompletableFuture();
        network.world().run(Duration.ofMillis(10));
        return contacts.isDone() && contacts.join().stream().allMatch(c -> c.state() == ContactState.CONNECTED);
    }

    private static MessageView send(SimNetwork network, SimNode from, String to, String text) {
        return network.world().await(
                messenger(network, from).send(to, "text/plain", text.getBytes(StandardCharsets.UTF_8)), PATIENCE);
    }

    private static void say(SimNetwork network, SimNode from, String to, String text) {
        MessageView sent = send(network, from, to, text);
        network.until("delivered: " + text, () -> stateOf(network, from, sent).equals("delivered"), PATIENCE);
    }

    private static List<MessageView> messages(SimNetwork network, SimNode node) {
        return network.world().await(messenger(network, node).messages(Optional.empty(), 100), PATIENCE);
    }

    private static String stateOf(SimNetwork network, SimNode node, MessageView message) {
        var all = messenger(network, node).messages(Optional.empty(), 100).toCompletableFuture();
        network.world().run(Duration.ofMillis(10));
        return !all.isDone() ? "" : all.join().stream()
                .filter(m -> m.id().equals(message.id())).findFirst().orElseThrow().state();
    }

    private static void assertShownOnce(SimNetwork network, SimNode node, List<String> texts) {
        assertThat(messages(network, node)).filteredOn(message -> !message.outgoing())
                .extracting(message -> new String(message.data(), StandardCharsets.UTF_8))
                .containsExactlyInAnyOrderElementsOf(texts);
    }
}
