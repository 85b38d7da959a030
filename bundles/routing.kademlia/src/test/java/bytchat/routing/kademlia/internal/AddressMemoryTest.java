package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AddressMemoryTest {
    private static InetSocketAddress address(int number) {
        return new InetSocketAddress("10.1." + (number >> 8 & 0xff) + "." + (number & 0xff), 4000 + (number >> 16));
    }

    /** What is remembered is what was put last; what is forgotten is as if it had never been put. */
    @Property(tries = 200)
    void neverAWrongNumber(
            @ForAll @Size(max = 200) List<@IntRange(max = 400) Integer> puts, @ForAll @IntRange(min = 1, max = 64) int max) {
        AddressMemory memory = new AddressMemory(max, 9);
        Map<Integer, Integer> truth = new LinkedHashMap<>();
        for (int i = 0; i < puts.size(); i++) {
            if (i % 5 == 4) {
                memory.remove(address(puts.get(i)));
                truth.remove(puts.get(i));
            } else {
                memory.put(address(puts.get(i)), i);
                truth.put(puts.get(i), i);
                assertThat(memory.get(address(puts.get(i)), -1)).isEqualTo(i);
            }
        }
        for (int number = 0; number <= 400; number++) {
            assertThat(memory.get(address(number), -1)).isIn(-1, truth.getOrDefault(number, -1));
        }
    }

    @Test
    void aFloodForgetsTheOldestAndGrowsNothing() {
        AddressMemory memory = new AddressMemory(64, 1);
        for (int i = 0; i < 100_000; i++) {
            memory.put(address(i), i);
        }
        long remembered = java.util.stream.IntStream.range(0, 100_000).filter(i -> memory.get(address(i), -1) == i).count();
        assertThat(remembered).isBetween(50L, 64L);
        memory.clear();
        assertThat(memory.get(address(99_999), -1)).isEqualTo(-1);
    }

    @Test
    void theUnreachableAreLeftOutForAWhile() {
        Unreachable unreachable = new Unreachable(64, Duration.ofSeconds(300), 1);
        long start = -5_000_000_000L;
        unreachable.add(address(1), start, true);
        unreachable.add(address(2), start, false);
        assertThat(unreachable.contains(address(1), start + seconds(298))).isTrue();
        assertThat(unreachable.contains(address(1), start + seconds(301))).isFalse();
        assertThat(unreachable.contains(address(2), start + seconds(28))).as("asked once").isTrue();
        assertThat(unreachable.contains(address(2), start + seconds(31))).isFalse();
        assertThat(unreachable.contains(address(3), start)).isFalse();
        unreachable.add(address(3), start, true);
        unreachable.remove(address(3));
        assertThat(unreachable.contains(address(3), start)).isFalse();
    }

    @Test
    void sourcesLoseTrustByWhatTheyName() {
        Sources sources = new Sources(64, 1);
        InetSocketAddress liar = address(1);
        InetSocketAddress honest = address(2);
        assertThat(sources.trust(liar)).isEqualTo(1);
        for (int i = 0; i < 12; i++) {
            sources.invented(liar);
            sources.good(honest);
            sources.dead(honest);
        }
        assertThat(sources.trust(liar)).isEqualTo(0.25);
        assertThat(sources.trust(honest)).isGreaterThan(0.8);
        for (int i = 0; i < 100_000; i++) {
            sources.good(liar);
        }
        assertThat(sources.trust(liar)).as("counts are bounded, and can mend").isGreaterThan(0.99);
    }

    private static long seconds(long number) {
        return Duration.ofSeconds(number).toNanos();
    }
}
