package bytchat.itests.simulation;

import static bytchat.itests.simulation.People.PATIENCE;
import static bytchat.itests.simulation.People.assertShownOnce;
import static bytchat.itests.simulation.People.meet;
import static bytchat.itests.simulation.People.messenger;
import static bytchat.itests.simulation.People.say;
import static bytchat.itests.simulation.People.send;
import static bytchat.itests.simulation.People.stateOf;
import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.messaging.Messenger.MessageView;
import bytchat.api.store.MailboxStore;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.transport.memory.SimulationOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages over the direct plane, in a network of whole nodes and virtual time: the DHT only routes. */
class DirectTripTest {
    /** A person who has chosen the direct plane. */
    private static SimNode direct(SimNetwork network, String name) {
        SimNode node = network.person(name);
        messenger(network, node);
        network.world().run(Duration.ofSeconds(30));
        network.world().await(node.person().planes().switchTo("direct"), PATIENCE);
        return node;
    }

    private static long everHeld(SimNetwork network) {
        return network.nodes().stream().map(SimNode::mailboxes).map(MailboxStore::stats)
                .mapToLong(stats -> stats.envelopes() + stats.tombstones()).sum();
    }

    @Test
    void twoTalkAndNobodyHoldsAnyMail() {
        SimNetwork.run(41, SimulationOptions.CLEAN, new Sha512(), network -> {
            network.grow(8);
            SimNode alice = direct(network, "alice");
            SimNode bob = direct(network, "bob");
            meet(network, alice, bob);
            say(network, alice, "bob", "hello");
            say(network, bob, "alice", "hello yourself");
            assertShownOnce(network, bob, List.of("hello"));
            assertShownOnce(network, alice, List.of("hello yourself"));
            assertThat(everHeld(network)).as("mail that any node holds or held").isZero();
        });
    }

    @Test
    void twin_overTheMailboxPlaneTheyDoAndThisTestSeesIt() {
        SimNetwork.run(41, SimulationOptions.CLEAN, new Sha512(), network -> {
            network.grow(8);
            SimNode alice = network.person("alice");
            SimNode bob = network.person("bob");
            meet(network, alice, bob);
            say(network, alice, "bob", "hello");
            assertThat(everHeld(network)).isPositive();
        });
    }

    @Test
    void whatCannotGoWaitsOnItsSendersDiskAndGoesWhenTheReceiverAppears() {
        SimNetwork.run(42, SimulationOptions.CLEAN, new Sha512(), DirectTripTest::waits);
    }

    @Test
    void andInAKeySpaceOf160BitsOnARoughNetwork() {
        SimulationOptions rough = SimulationOptions.CLEAN.withLoss(0.02).withDuplication(0.02).withReordering(0.05);
        SimNetwork.run(43, rough, new Sha1(), DirectTripTest::waits);
    }

    private static void waits(SimNetwork network) {
        network.grow(6);
        SimNode alice = direct(network, "alice");
        SimNode bob = direct(network, "bob");
        meet(network, alice, bob);
        bob.crash();
        MessageView sent = send(network, alice, "bob", "are you there?");
        network.world().run(Duration.ofMinutes(2));
        assertThat(stateOf(network, alice, sent)).isEqualTo("waiting");
        alice.restart();
        network.world().run(Duration.ofHours(1));
        assertThat(stateOf(network, alice, sent)).isEqualTo("waiting");
        bob.restart();
        network.until("delivered", () -> stateOf(network, alice, sent).equals("delivered"), Duration.ofMinutes(3));
        assertShownOnce(network, bob, List.of("are you there?"));
        assertThat(everHeld(network)).isZero();
    }

    @Test
    void whatWaitedGoesByTheMailboxPlaneOnceThatIsChosen() {
        SimNetwork.run(44, SimulationOptions.CLEAN, new Sha512(), network -> {
            network.grow(6);
            SimNode alice = direct(network, "alice");
            SimNode bob = direct(network, "bob");
            meet(network, alice, bob);
            bob.crash();
            MessageView sent = send(network, alice, "bob", "are you there?");
            network.world().run(Duration.ofMinutes(1));
            assertThat(everHeld(network)).isZero();
            network.world().await(alice.person().planes().switchTo("mailbox"), PATIENCE);
            network.until("stored", () -> stateOf(network, alice, sent).startsWith("stored"), PATIENCE);
            bob.restart();
            network.until("delivered", () -> stateOf(network, alice, sent).equals("delivered"), PATIENCE);
            assertShownOnce(network, bob, List.of("are you there?"));
        });
    }

    @Test
    void whoHasChosenTheMailboxPlaneStillReceivesWhatIsSentDirectly() {
        SimNetwork.run(45, SimulationOptions.CLEAN, new Sha512(), network -> {
            network.grow(5);
            SimNode alice = direct(network, "alice");
            SimNode bob = network.person("bob");
            meet(network, alice, bob);
            say(network, alice, "bob", "by link");
            say(network, bob, "alice", "by mailbox");
            assertShownOnce(network, bob, List.of("by link"));
            assertShownOnce(network, alice, List.of("by mailbox"));
        });
    }
}
