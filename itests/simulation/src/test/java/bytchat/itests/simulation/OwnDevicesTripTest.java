package bytchat.itests.simulation;

import static bytchat.itests.simulation.People.PATIENCE;
import static bytchat.itests.simulation.People.assertShownOnce;
import static bytchat.itests.simulation.People.meet;
import static bytchat.itests.simulation.People.messages;
import static bytchat.itests.simulation.People.messenger;
import static bytchat.itests.simulation.People.say;
import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.hash.HashAlgorithm;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.transport.memory.SimulationOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One person on two nodes, in a network of whole nodes: they find each other, and have the same conversation. */
class OwnDevicesTripTest {
    private static List<String> texts(SimNetwork network, SimNode node) {
        return messages(network, node).stream().map(m -> new String(m.data(), StandardCharsets.UTF_8)).toList();
    }

    private static boolean shows(SimNetwork network, SimNode node, int count) {
        var all = messenger(network, node).messages(java.util.Optional.empty(), 100).toCompletableFuture();
        network.world().run(Duration.ofMillis(10));
        return all.isDone() && all.join().size() == count;
    }

    private static void trip(SimNetwork network, String plane) {
        network.grow(6);
        SimNode alice = network.person("alice");
        SimNode bob = network.person("bob");
        meet(network, alice, bob);
        network.world().await(alice.person().planes().switchTo(plane), PATIENCE);
        network.world().await(bob.person().planes().switchTo(plane), PATIENCE);
        say(network, alice, "bob", "one");
        say(network, bob, "alice", "two");

        SimNode laptop = network.furtherDevice("alice", alice);
        messenger(network, laptop);
        network.until("the conversation is on the laptop", () -> shows(network, laptop, 2), Duration.ofMinutes(15));
        assertThat(texts(network, laptop)).containsExactly("one", "two");
        assertThat(alice.person().account().credentials().devices()).isEqualTo(laptop.person().account().credentials().devices());
        network.world().await(laptop.person().planes().switchTo(plane), PATIENCE);

        say(network, laptop, "bob", "from the laptop");
        network.until("the first shows it too", () -> shows(network, alice, 3), PATIENCE);
        say(network, bob, "alice", "to both");
        say(network, alice, "bob", "from the first");
        network.world().run(Duration.ofMinutes(15));

        assertShownOnce(network, bob, List.of("one", "from the laptop", "from the first"));
        for (SimNode each : List.of(alice, laptop)) {
            assertThat(texts(network, each))
                    .containsExactlyInAnyOrder("one", "two", "from the laptop", "to both", "from the first");
            assertThat(messages(network, each)).filteredOn(m -> m.outgoing()).allMatch(m -> m.state().equals("delivered"));
        }

        laptop.crash();
        say(network, bob, "alice", "while the laptop is off");
        laptop.restart();
        network.until("the laptop has it", () -> shows(network, laptop, 6), Duration.ofMinutes(15));
        network.world().run(Duration.ofMinutes(15));
        assertShownOnce(network, laptop, List.of("two", "to both", "while the laptop is off"));
        assertShownOnce(network, alice, List.of("two", "to both", "while the laptop is off"));
    }

    private static void run(long seed, HashAlgorithm hash, SimulationOptions options, String plane) {
        SimNetwork.run(seed, options, hash, network -> trip(network, plane));
    }

    @Test
    void overTheMailboxPlane() {
        run(61, new Sha512(), SimulationOptions.CLEAN, "mailbox");
    }

    @Test
    void overTheDirectPlane() {
        run(62, new Sha1(), SimulationOptions.CLEAN, "direct");
    }

    @Test
    void onARoughNetwork() {
        run(63, new Sha512(), SimulationOptions.CLEAN.withLoss(0.02).withDuplication(0.02).withReordering(0.05), "mailbox");
    }
}
