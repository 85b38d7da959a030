package bytchat.planes.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.env.Environment;
import bytchat.api.keyspace.KeySpace;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** 200 random runs: planes switched by command and by configuration, replaced, silent, refusing and not ready, under traffic. */
class NothingLostTest {
    private static final int RUNS = 200;
    private static final List<String> NAMES = List.of("mailbox", "direct");

    @Test
    void whateverHappensToThePlanesEverySendIsTakenInTheEnd() {
        for (long seed = 1; seed <= RUNS; seed++) {
            try {
                run(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private static void run(long seed) {
        Random chance = new Random(seed);
        SimulatedWorld world = new SimulatedWorld(seed);
        Environment environment = world.host("10.0.0.1", 4_000).environment();
        KeySpace keySpace = SimulatedNode.keySpace(new Sha512(), Optional.of("test"));
        Switchboard board = new Switchboard(environment, PlanesSettings.DEFAULTS.withReceiveAll(chance.nextBoolean()),
                name -> environment.workers().submit(() -> null));
        List<ScriptedPlane> planes = new ArrayList<>();
        for (String name : NAMES) {
            planes.add(new ScriptedPlane(name, keySpace, environment));
            board.add(planes.get(planes.size() - 1), "bytchat.plane." + name);
        }
        Sender ada = new Sender(environment, board);
        ada.sendEvery(Duration.ofMillis(20), 1_000);
        for (int step = 0; step < 40; step++) {
            int which = chance.nextInt(NAMES.size());
            ScriptedPlane plane = planes.get(which);
            switch (chance.nextInt(6)) {
                case 0 -> board.switchTo(NAMES.get(which));
                case 1 -> board.settings(board.settings().withActive(NAMES.get(which)));
                case 2 -> plane.ready = !plane.ready;
                case 3 -> plane.silent = !plane.silent;
                case 4 -> plane.refusing = !plane.refusing;
                default -> {
                    ScriptedPlane successor = new ScriptedPlane(plane.name(), keySpace, environment);
                    planes.set(which, successor);
                    boolean gap = chance.nextBoolean();
                    if (!gap) {
                        board.add(successor, "bytchat.plane." + plane.name());
                    }
                    board.remove(plane);
                    world.run(Duration.ofMillis(chance.nextInt(500)));
                    if (gap) {
                        board.add(successor, "bytchat.plane." + plane.name());
                    }
                }
            }
            world.run(Duration.ofMillis(chance.nextInt(1_000)));
        }
        planes.forEach(plane -> {
            plane.ready = true;
            plane.silent = false;
            plane.refusing = false;
        });
        world.run(Carrier.SEND_TIMEOUT.multipliedBy(3));
        assertThat(ada.idle()).as("all sends were taken").isTrue();
        assertThat(ada.taken).isEqualTo(1_000);
        assertThat(board.active()).as("configuration is followed").isEqualTo(board.settings().active());
        planes.forEach(plane -> assertThat(plane.open()).hasSize(
                board.settings().receiveAll() || plane.name().equals(board.active()) ? 1 : 0));
    }
}
