package bytchat.itests.simulation;

import static bytchat.itests.simulation.People.assertShownOnce;
import static bytchat.itests.simulation.People.chatKey;
import static bytchat.itests.simulation.People.meet;
import static bytchat.itests.simulation.People.messages;
import static bytchat.itests.simulation.People.messenger;
import static bytchat.itests.simulation.People.say;
import static bytchat.itests.simulation.People.send;
import static bytchat.itests.simulation.People.stateOf;
import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.messaging.Messenger.MessageView;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.transport.memory.SimulationOptions;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
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
        SimNetwork.run(23, SimulationOptions.CLEAN, new Sha512(), MessageTripTest::mailSurvives);
    }

    @Test
    void andInAKeySpaceOf160BitsOnARoughNetwork() {
        SimulationOptions rough = SimulationOptions.CLEAN.withLoss(0.02).withDuplication(0.02).withReordering(0.05);
        SimNetwork.run(24, rough, new Sha1(), MessageTripTest::mailSurvives);
    }

    @Test
    void whatWasSentWhileCutOffSurvivesARestart() {
        assertThat(arrivesAfterARestart(SimNode::restart)).isTrue();
    }

    @Test
    void twin_withoutTheDiskItIsLostAndThisTestSeesIt() {
        assertThat(arrivesAfterARestart(SimNode::restartWithoutDisk)).isFalse();
    }

    private static boolean arrivesAfterARestart(Consumer<SimNode> restart) {
        boolean[] arrived = new boolean[1];
        SimNetwork.run(26, SimulationOptions.CLEAN, new Sha512(), network -> {
            SimNode alice = network.person("alice");
            SimNode bob = network.person("bob");
            meet(network, alice, bob);
            network.world().partition(List.of(alice.host()));
            send(network, alice, "bob", "hello");
            // not so long that links are given up: what a closed link has queued would still arrive, as with TCP
            network.world().run(Duration.ofSeconds(10));
            restart.accept(alice);
            network.world().heal();
            network.world().run(Duration.ofHours(1));
            arrived[0] = !messages(network, bob).isEmpty();
        });
        return arrived[0];
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
}
