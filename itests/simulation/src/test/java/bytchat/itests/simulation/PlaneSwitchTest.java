package bytchat.itests.simulation;

import static bytchat.itests.simulation.People.meet;
import static bytchat.itests.simulation.People.messenger;
import static bytchat.itests.simulation.People.send;
import static bytchat.itests.simulation.People.stateOf;
import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.messaging.Messenger.MessageView;
import bytchat.api.plane.Planes.PlaneInfo;
import bytchat.api.plane.Planes.Role;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.planes.internal.PlanesSettings;
import bytchat.transport.memory.SimulationOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Ten whole nodes with both planes talk while they switch between them: nothing is lost, nothing is shown twice. */
class PlaneSwitchTest {
    private static final int NODES = 10;
    private static final int PEOPLE = 4;
    private static final int MESSAGES = 120;
    private static final int SWITCHES = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final List<String> NAMES = List.of("mailbox", "direct");

    @Test
    void messagesFlowWhilePlanesAreSwitched() {
        SimNetwork.run(41, SimulationOptions.CLEAN, new Sha512(), network -> talkAndSwitch(network, false));
    }

    @Test
    void andOnARoughNetworkWithNodesThatRestart() {
        SimulationOptions rough = SimulationOptions.CLEAN.withLoss(0.02).withDuplication(0.02).withReordering(0.05);
        long seed = Long.getLong("simulation.seed", 42);
        for (long end = seed + Integer.getInteger("simulation.runs", 1); seed < end; seed++) {
            SimNetwork.run(seed, rough, new Sha1(), network -> talkAndSwitch(network, true));
        }
    }

    private static void talkAndSwitch(SimNetwork network, boolean restarts) {
        Random chance = new Random(network.world().seed());
        network.grow(NODES - PEOPLE);
        List<SimNode> people = ring(network, PEOPLE);
        Map<String, Map<String, Integer>> expected = new TreeMap<>();
        List<CompletableFuture<Void>> switches = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            int from = chance.nextInt(PEOPLE);
            int to = (from + (chance.nextBoolean() ? 1 : PEOPLE - 1)) % PEOPLE;
            String text = "message " + i;
            send(network, people.get(from), "p" + to, text);
            expected.computeIfAbsent("p" + to, p -> new TreeMap<>()).put(text, 1);
            if (i % (MESSAGES / SWITCHES) == 0) {
                switches.add(people.get(chance.nextInt(PEOPLE)).person().planes()
                        .switchTo(NAMES.get(chance.nextInt(NAMES.size()))).toCompletableFuture());
            }
            if (restarts && i == MESSAGES / 2) {
                people.get(0).restart();
            }
            network.world().run(Duration.ofMillis(chance.nextInt(100)));
        }
        network.until("everything delivered", () -> people.stream().allMatch(p -> undelivered(network, p) == 0), PATIENCE);
        for (int i = 0; i < PEOPLE; i++) {
            assertThat(shown(network, people.get(i))).as("shown to p" + i).isEqualTo(expected.get("p" + i));
        }
        assertThat(switches).filteredOn(s -> s.isDone() && !s.isCompletedExceptionally()).hasSizeGreaterThan(SWITCHES / 2);
    }

    /**
     * The figure, in virtual time: ten people send 50 messages a second while each switches, one after the other. Work takes no time
     * here, the network 5 to 40 ms each way. {@code -Dsimulation.switches=20} is the whole of it.
     */
    @Test
    void pausesAreShortUnderFiftyMessagesASecond() {
        int rounds = Integer.getInteger("simulation.switches", 2);
        SimNetwork.run(46, SimulationOptions.CLEAN, new Sha512(), network -> {
            List<SimNode> people = ring(network, NODES);
            Map<String, Map<String, Integer>> expected = new TreeMap<>();
            List<Long> pausesMillis = new ArrayList<>();
            int number = 0;
            for (int round = 0; round < rounds; round++) {
                for (int step = 0; step < 2 * NODES; step++) {
                    if (step < NODES) {
                        people.get(step).person().planes().switchTo(NAMES.get((round + 1) % NAMES.size()));
                    }
                    for (int i = 0; i < 5; i++, number++) {
                        int from = number % NODES;
                        int to = (from + (number / NODES % 2 == 0 ? 1 : NODES - 1)) % NODES;
                        messenger(network, people.get(from)).send("p" + to, "text/plain", ("m" + number).getBytes(StandardCharsets.UTF_8));
                        expected.computeIfAbsent("p" + to, p -> new TreeMap<>()).put("m" + number, 1);
                        network.world().run(Duration.ofMillis(20));
                    }
                }
                people.forEach(p -> pausesMillis.add((Long) p.person().planes().status().facts().get("pause_last_ms")));
            }
            network.until("everything delivered", () -> people.stream().allMatch(p -> undelivered(network, p) == 0), PATIENCE);
            for (int i = 0; i < NODES; i++) {
                assertThat(shown(network, people.get(i))).as("shown to p" + i).isEqualTo(expected.get("p" + i));
                assertThat(people.get(i).person().planes().status().facts()).containsEntry("switches", (long) rounds);
            }
            List<Long> sorted = pausesMillis.stream().sorted().toList();
            long p99 = sorted.get((int) Math.ceil(0.99 * sorted.size()) - 1);
            System.out.println(sorted.size() + " switches under " + number + " messages: nothing lost, nothing shown twice; pause of sends p50 "
                    + sorted.get(sorted.size() / 2) + " ms, p99 " + p99 + " ms, longest " + sorted.get(sorted.size() - 1) + " ms");
            assertThat(p99).isLessThanOrEqualTo(500);
        });
    }

    /** So many people, of whom each knows the next. */
    private static List<SimNode> ring(SimNetwork network, int size) {
        List<SimNode> people = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            people.add(network.person("p" + i));
            network.world().run(Duration.ofMillis(300));
        }
        // what was published when the network was smaller than five nodes is published again after ten minutes
        network.world().run(Duration.ofMinutes(12));
        for (int i = 0; i < size; i++) {
            meet(network, people.get(i), people.get((i + 1) % size));
        }
        return people;
    }

    @Test
    void aSwitchOutlivesARestart() {
        SimNetwork.run(43, SimulationOptions.CLEAN, new Sha512(), network -> {
            network.grow(3);
            SimNode alice = network.person("alice");
            SimNode bob = network.person("bob");
            meet(network, alice, bob);
            network.on(alice, () -> alice.person().planes().switchTo("direct"));
            alice.restart();
            messenger(network, alice);
            network.world().run(Duration.ofSeconds(1));
            assertThat(alice.person().planes().list()).filteredOn(p -> p.role() == Role.ACTIVE)
                    .extracting(PlaneInfo::name).containsExactly("direct");
            MessageView sent = send(network, alice, "bob", "directly");
            network.until("delivered", () -> stateOf(network, alice, sent).equals("delivered"), PATIENCE);
        });
    }

    /** What the direct plane could not bring, since the receiver was away, the mailbox plane stores when it becomes the active one. */
    @Test
    void whatWaitsIsStoredByThePlaneThatCan() {
        SimNetwork.run(44, SimulationOptions.CLEAN, new Sha512(), network -> {
            network.grow(6);
            SimNode alice = network.person("alice");
            SimNode bob = network.person("bob");
            meet(network, alice, bob);
            network.on(alice, () -> alice.person().planes().switchTo("direct"));
            bob.crash();
            MessageView sent = send(network, alice, "bob", "are you there?");
            network.world().run(Duration.ofMinutes(2));
            assertThat(stateOf(network, alice, sent)).isEqualTo("waiting");
            network.on(alice, () -> alice.person().planes().switchTo("mailbox"));
            network.until("stored", () -> stateOf(network, alice, sent).equals("stored"), Duration.ofSeconds(10));
            alice.crash();
            bob.restart();
            network.world().run(Duration.ofMinutes(2));
            assertThat(shown(network, bob)).containsOnlyKeys("are you there?");
        });
    }

    @Test
    void whatOthersSendByAnotherPlaneArrives() {
        assertThat(arrivesByTheOtherPlane(true)).isTrue();
    }

    @Test
    void twin_whereOnlyTheActivePlaneReceivesItWaits() {
        assertThat(arrivesByTheOtherPlane(false)).isFalse();
    }

    /** Alice has gone over to the direct plane; Bob sends by mailbox. */
    private static boolean arrivesByTheOtherPlane(boolean receiveAll) {
        boolean[] arrived = new boolean[1];
        SimNetwork.run(45, SimulationOptions.CLEAN, new Sha512(), network -> {
            network.grow(3);
            SimNode alice = network.person("alice");
            SimNode bob = network.person("bob");
            meet(network, alice, bob);
            alice.person().planes().settings(PlanesSettings.DEFAULTS.withActive("direct").withReceiveAll(receiveAll));
            network.world().run(Duration.ofSeconds(10));
            send(network, bob, "alice", "by mailbox");
            network.world().run(Duration.ofHours(1));
            arrived[0] = shown(network, alice).containsKey("by mailbox");
        });
        return arrived[0];
    }

    private static long undelivered(SimNetwork network, SimNode node) {
        var all = messenger(network, node).messages(Optional.empty(), 1_000).toCompletableFuture();
        network.world().run(Duration.ofMillis(10));
        return all.isDone() ? all.join().stream().filter(m -> m.outgoing() && !m.state().equals("delivered")).count() : 1;
    }

    private static Map<String, Integer> shown(SimNetwork network, SimNode node) {
        Map<String, Integer> shown = new TreeMap<>();
        network.world().await(messenger(network, node).messages(Optional.empty(), 1_000), PATIENCE).stream()
                .filter(m -> !m.outgoing()).forEach(m -> shown.merge(new String(m.data(), StandardCharsets.UTF_8), 1, Integer::sum));
        return shown;
    }
}
