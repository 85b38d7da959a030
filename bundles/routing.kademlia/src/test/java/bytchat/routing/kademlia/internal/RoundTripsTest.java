package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RoundTripsTest {
    private static final long MS = 1_000_000;

    private final RoundTrips roundTrips = new RoundTrips();
    private final Random random = new Random(3);

    private void measure(int times, double medianMillis, double sigma) {
        for (int i = 0; i < times; i++) {
            roundTrips.measured((long) (medianMillis * MS * Math.exp(sigma * random.nextGaussian())));
        }
    }

    @Test
    void beforeTheFirstAnswerItIsAGuess() {
        assertThat(roundTrips.stallNanos()).isEqualTo(RoundTrips.FIRST_STALL_NANOS);
    }

    @Test
    void inTheWideWorldNearlyAllAnswerBeforeTheStall() {
        measure(500, 100, 0.5);
        assertThat(roundTrips.stallNanos()).isBetween(110 * MS, 220 * MS);
    }

    @Test
    void onLoopbackItIsMilliseconds() {
        measure(500, 0.2, 0.3);
        assertThat(roundTrips.stallNanos()).isEqualTo(RoundTrips.STALL_NANOS_MIN);
    }

    @Test
    void whereAllAreAlikeALittleNoiseIsNoStall() {
        measure(500, 50, 0.01);
        assertThat(roundTrips.stallNanos()).isGreaterThan(100 * MS);
    }

    @Test
    void itForgets() {
        measure(500, 400, 0.2);
        assertThat(roundTrips.stallNanos()).isGreaterThan(400 * MS);
        measure(500, 5, 0.2);
        assertThat(roundTrips.stallNanos()).isLessThan(30 * MS);
    }

    @Test
    void manyMeasurementsDoNotOverflow() {
        measure(100_000, 20, 0.4);
        assertThat(roundTrips.stallNanos()).isBetween(20 * MS, 80 * MS);
    }

    @Test
    void extremesAreBounded() {
        roundTrips.measured(0);
        assertThat(roundTrips.stallNanos()).isEqualTo(RoundTrips.STALL_NANOS_MIN);
        for (int i = 0; i < 500; i++) {
            roundTrips.measured(Long.MAX_VALUE);
        }
        assertThat(roundTrips.stallNanos()).isEqualTo(RoundTrips.STALL_NANOS_MAX);
    }

    @Test
    void whereHalfDoNotAnswerTwiceAsManyAreAsked() {
        assertThat(roundTrips.atATime(4)).isEqualTo(4);
        for (int i = 0; i < 300; i++) {
            // One in two is dead; of the living one in four stalls.
            roundTrips.asked(i % 9 < 4);
        }
        assertThat(roundTrips.atATime(4)).isBetween(6, 9);
        for (int i = 0; i < 300; i++) {
            roundTrips.asked(false);
        }
        assertThat(roundTrips.atATime(4)).as("bounded").isEqualTo(12);
    }

    @Test
    void itTellsWhereMostAnswer() {
        assertThat(roundTrips.mostAnswer()).isTrue();
        for (int i = 0; i < 100; i++) {
            // One in four stalls, and answers after all.
            roundTrips.asked(i % 5 != 0);
        }
        assertThat(roundTrips.mostAnswer()).isTrue();
        for (int i = 0; i < 10; i++) {
            roundTrips.asked(false);
        }
        assertThat(roundTrips.mostAnswer()).isFalse();
    }
}
