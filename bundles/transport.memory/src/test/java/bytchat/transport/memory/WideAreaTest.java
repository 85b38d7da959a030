package bytchat.transport.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WideAreaTest {
    private static final long MEDIAN_NANOS = 100_000_000;

    @Test
    void roundTripsAreSpreadAsInTheInternetAroundTheMedianAskedFor() {
        Random chance = new Random(1);
        double[] toMedian = new double[20_000];
        for (int i = 0; i < toMedian.length; i++) {
            WideArea a = WideArea.placeOf(7, chance.nextInt());
            WideArea b = WideArea.placeOf(7, chance.nextInt());
            assertThat(a.oneWayNanos(b, MEDIAN_NANOS)).isEqualTo(b.oneWayNanos(a, MEDIAN_NANOS));
            toMedian[i] = 2.0 * a.oneWayNanos(b, MEDIAN_NANOS) / MEDIAN_NANOS;
        }
        Arrays.sort(toMedian);
        assertThat(toMedian[toMedian.length / 2]).isCloseTo(1, within(0.05));
        assertThat(toMedian[toMedian.length / 10]).isBetween(0.3, 0.6);
        assertThat(toMedian[toMedian.length * 9 / 10]).isBetween(1.6, 2.2);
        assertThat(toMedian[toMedian.length * 99 / 100]).isBetween(2.4, 3.2);
        assertThat(toMedian[toMedian.length - 1]).isLessThan(5.5);
    }

    @Test
    void aPairKeepsItsLatencyForTheRunAndHasAnotherInAnother() {
        assertThat(WideArea.placeOf(1, 5)).isEqualTo(WideArea.placeOf(1, 5))
                .isNotEqualTo(WideArea.placeOf(2, 5)).isNotEqualTo(WideArea.placeOf(1, 6));
    }
}
