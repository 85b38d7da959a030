package bytchat.rpc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever a flooder's pattern: a source gets its rate and one second's worth in any stretch of time, no less and no more. */
class RequestLimiterModelTest {
    private static final int PER_SECOND = 20;
    private static final long INTERVAL = 1_000_000_000L / PER_SECOND;
    private static final int ENOUGH = 1_000_000;

    /** Each step: who asks, in its low two bits, and how long after the last one, in steps of a quarter of the interval. */
    @Property(tries = 300)
    void noPatternGetsMoreThanTheRateAndNoneUnderTheRateIsRefused(
            @ForAll @Size(max = 400) List<@IntRange(max = 63) Integer> steps) throws UnknownHostException {
        RequestLimiter limiter = new RequestLimiter(ENOUGH, PER_SECOND, 64, new SecureRandom());
        Map<Integer, List<Long>> allowed = new HashMap<>();
        Map<Integer, Long> asked = new HashMap<>();
        Map<Integer, Boolean> alwaysSlow = new HashMap<>();
        long now = 5 * INTERVAL;
        for (int step : steps) {
            int source = step & 3;
            now += (step >> 2) * (INTERVAL / 4);
            boolean slow = now - asked.getOrDefault(source, now - 2 * INTERVAL) > INTERVAL;
            asked.put(source, now);
            alwaysSlow.merge(source, slow, Boolean::logicalAnd);
            boolean yes = limiter.allows(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) source}), now);
            if (yes) {
                allowed.computeIfAbsent(source, s -> new ArrayList<>()).add(now);
            }
            assertThat(yes || !alwaysSlow.get(source)).as("a source that asks slower than its rate").isTrue();
        }
        allowed.values().forEach(RequestLimiterModelTest::withinTheRate);
    }

    private static void withinTheRate(List<Long> times) {
        for (int from = 0; from < times.size(); from++) {
            for (int to = from; to < times.size(); to++) {
                long most = PER_SECOND + (times.get(to) - times.get(from)) / INTERVAL + 1;
                assertThat(to - from + 1L).isLessThanOrEqualTo(most);
            }
        }
    }

    @Property(tries = 50)
    void everybodyTogetherGetsNoMoreThanTheCommonRate(@ForAll @IntRange(min = 1, max = 200) int sources) throws UnknownHostException {
        RequestLimiter limiter = new RequestLimiter(PER_SECOND, PER_SECOND, 512, new SecureRandom());
        int allowed = 0;
        for (int round = 0; round < 10; round++) {
            for (int source = 0; source < sources; source++) {
                allowed += limiter.allows(InetAddress.getByAddress(new byte[] {10, 0, 1, (byte) source}), round * INTERVAL) ? 1 : 0;
            }
        }
        assertThat(allowed).isLessThanOrEqualTo(PER_SECOND + 10);
    }
}
