package bytchat.transport.memory;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.transport.memory.EventQueue.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The heap against a sorted list. */
class EventQueueTest {
    private static final class Numbered extends Event {
        private final long time;
        private final int number;
        private final boolean moot;

        Numbered(long time, int number, boolean moot) {
            this.time = time;
            this.number = number;
            this.moot = moot;
        }

        @Override
        void happen() {
            throw new UnsupportedOperationException("only its order is tested");
        }

        @Override
        boolean moot() {
            return moot;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void eventsComeInOrderOfTimeAndThenOfSubmissionWhateverLeavesBetween(long seed) {
        Random chance = new Random(seed);
        EventQueue queue = new EventQueue();
        List<Numbered> expected = new ArrayList<>();
        List<Numbered> gone = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            switch (chance.nextInt(8)) {
                case 0, 1 -> {
                    if (!expected.isEmpty()) {
                        Numbered cancelled = expected.remove(chance.nextInt(expected.size()));
                        queue.remove(cancelled);
                        gone.add(cancelled);
                    }
                }
                case 2 -> {
                    if (!expected.isEmpty()) {
                        gone.add(next(expected));
                        assertThat(queue.poll()).isSameAs(gone.get(gone.size() - 1));
                    }
                }
                case 3 -> gone.forEach(queue::remove);
                default -> {
                    Numbered event = new Numbered(chance.nextInt(50), i, chance.nextInt(10) == 0);
                    queue.add(event.time, event);
                    expected.add(event);
                }
            }
            if (i % 500 == 499) {
                queue.removeIf(Event::moot);
                expected.removeIf(Event::moot);
            }
        }
        assertThat(queue.size()).isEqualTo(expected.size());
        while (!expected.isEmpty()) {
            Numbered first = next(expected);
            assertThat(queue.nextNanos()).isEqualTo(first.time);
            assertThat(queue.poll()).isSameAs(first);
        }
        assertThat(queue.nextNanos()).isEqualTo(Long.MAX_VALUE);
    }

    private static Numbered next(List<Numbered> events) {
        Numbered first = events.stream()
                .min(Comparator.comparingLong((Numbered event) -> event.time).thenComparing(event -> event.number)).orElseThrow();
        events.remove(first);
        return first;
    }

    @Test
    void whatIsCancelledTakesNoPlace() {
        SimulatedWorld world = new SimulatedWorld(1);
        var loop = world.host("10.0.0.1", 1).environment().loop();
        for (int i = 0; i < 10_000; i++) {
            loop.schedule(Duration.ofHours(1), () -> { }).close();
        }
        assertThat(world.waiting()).isZero();
    }
}
