package bytchat.itests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.hash.HashAlgorithm;
import bytchat.api.messaging.Messenger.MessageView;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.transport.memory.SimulationOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two people talk while their network misbehaves at random: loss, crashes, silence, partitions, restarts, wrong
 * moments. Within an hour of everybody being back, nothing is lost and nothing is shown twice. {@code
 * -Dsimulation.runs=N} and {@code -Dsimulation.seed=S} choose how many runs and from which seed.
 */
class RandomRunsTest {
    private static final int RUNS = Integer.getInteger("simulation.runs", 4);
    private static final long FIRST = Long.getLong("simulation.seed", 1_000);
    private static final int STEPS = 40;

    static LongStream seeds() {
        return LongStream.range(FIRST, FIRST + RUNS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nothingIsLostAndNothingIsShownTwice(long seed) {
        Random chance = new Random(seed);
        SimulationOptions options = new SimulationOptions(
                chance.nextDouble() * 0.05,
                Duration.ofMillis(1),
                Duration.ofMillis(20 + chance.nextInt(200)),
                chance.nextDouble() * 0.05,
                chance.nextDouble() * 0.1,
                Duration.ofMillis(chance.nextInt(20)));
        HashAlgorithm hash = chance.nextBoolean() ? new Sha512() : new Sha1();
        SimNetwork.run(seed, options, hash, network -> new Run(network, chance).go());
    }

    private static final class Run {
        private final SimNetwork network;
        private final Random chance;
        private final List<String> log = new ArrayList<>();
        private final List<String> toBob = new ArrayList<>();
        private final List<String> toAlice = new ArrayList<>();
        private final List<MessageView> sentByAlice = new ArrayList<>();
        private final List<MessageView> sentByBob = new ArrayList<>();
        private SimNode alice;
        private SimNode bob;

        Run(SimNetwork network, Random chance) {
            this.network = network;
            this.chance = chance;
        }

        void go() {
            try {
                network.grow(1 + chance.nextInt(8));
                alice = network.person("alice");
                bob = network.person("bob");
                People.meet(network, alice, bob);
                for (int i = 0; i < STEPS; i++) {
                    step();
                    network.world().run(Duration.ofMillis(chance.nextInt(20_000)));
                }
                recover();
                network.until("everything delivered", this::allDelivered, Duration.ofHours(1));
                People.assertShownOnce(network, bob, toBob);
                People.assertShownOnce(network, alice, toAlice);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("after " + log + ": " + e.getMessage(), e);
            }
        }

        private void step() {
            SimNode other = network.nodes().get(chance.nextInt(network.nodes().size() - 2));
            switch (chance.nextInt(12)) {
                case 0, 1, 2, 3 -> say(alice, "bob", toBob, sentByAlice);
                case 4, 5, 6 -> say(bob, "alice", toAlice, sentByBob);
                case 7 -> act("crash " + other, other::crash);
                case 8 -> act("vanish " + other, other::vanish);
                case 9 -> act("restart " + other, other::restart);
                case 10 -> {
                    SimNode person = chance.nextBoolean() ? alice : bob;
                    act("restart " + person, person::restart);
                }
                default -> {
                    if (chance.nextBoolean()) {
                        act("partition " + other, () -> network.world().partition(List.of(other.host())));
                    } else {
                        act("heal", network.world()::heal);
                    }
                }
            }
        }

        private void act(String what, Runnable action) {
            log.add(what);
            action.run();
        }

        private void say(SimNode from, String to, List<String> texts, List<MessageView> sent) {
            String text = "message " + texts.size() + " to " + to;
            log.add(text);
            texts.add(text);
            sent.add(People.send(network, from, to, text));
        }

        private void recover() {
            act("everybody back", () -> {
                network.world().heal();
                network.nodes().stream().filter(node -> !node.host().alive()).forEach(SimNode::restart);
            });
        }

        private boolean allDelivered() {
            network.world().run(Duration.ofMinutes(1));
            return delivered(alice, sentByAlice) && delivered(bob, sentByBob);
        }

        private boolean delivered(SimNode node, List<MessageView> sent) {
            List<String> done = People.messages(network, node).stream()
                    .filter(message -> message.state().equals("delivered")).map(MessageView::id).toList();
            assertThat(done).doesNotHaveDuplicates();
            return done.containsAll(sent.stream().map(MessageView::id).toList());
        }
    }
}
