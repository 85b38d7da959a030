package bytchat.itests.simulation.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private static final int DRAWS = 200_000;

    private final Random chance = new Random(1);

    private static double shareOver(Supplier<Duration> session, Duration time) {
        return (double) Stream.generate(session).limit(DRAWS).filter(length -> length.compareTo(time) <= 0).count() / DRAWS;
    }

    @Test
    void halfOfThoseWhoJoinLeaveWithinTwoHoursAndFourFifthsWithinEight() {
        assertThat(shareOver(() -> Sessions.IPFS.fresh(chance), Duration.ofHours(2))).isCloseTo(0.5, within(0.005));
        assertThat(shareOver(() -> Sessions.IPFS.fresh(chance), Duration.ofHours(8))).isCloseTo(0.8, within(0.005));
    }

    /** In a network that stands still, as many leave as come: of those met in it, dt / mean session leave within a short dt. */
    @Test
    void thoseWhoAreThereLeaveAsFastAsOthersCome() {
        double meanHours = Stream.generate(() -> Sessions.IPFS.fresh(chance)).limit(DRAWS)
                .mapToDouble(length -> length.toNanos() / 3.6e12).average().orElseThrow();
        double leavingInAQuarter = shareOver(() -> Sessions.IPFS.residual(chance), Duration.ofMinutes(15));
        double comingInAQuarterAndStaying = 0.25 / meanHours;
        assertThat(leavingInAQuarter).isBetween(0.8 * comingInAQuarterAndStaying, comingInAQuarterAndStaying);
    }

    @Test
    void whoHasBeenThereForLongStaysLongerThanANewcomer() {
        assertThat(shareOver(() -> Sessions.IPFS.residual(chance), Duration.ofHours(2)))
                .isLessThan(shareOver(() -> Sessions.IPFS.fresh(chance), Duration.ofHours(2)) - 0.1);
    }
}
