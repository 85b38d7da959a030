package bytchat.rpc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private static final long FAR = 1_000_000_000_000L;

    @Test
    void belowItsBoundItIsAMap() {
        Deadlines deadlines = new Deadlines(65_536, new SecureRandom());
        Map<Long, Long> model = new HashMap<>();
        Random random = new Random(3);
        long now = Long.MAX_VALUE - 5_000; // the clock's origin is arbitrary: it may pass the largest number
        for (int i = 0; i < 20_000; i++, now++) {
            long key = 1 + random.nextInt(2_000);
            long left = random.nextInt(3_000);
            deadlines.set(key, left, now);
            model.put(key, now + left);
            long asked = 1 + random.nextInt(2_000);
            long expected = Math.max(0, model.getOrDefault(asked, now) - now);
            assertThat(deadlines.left(asked, now)).isEqualTo(expected);
        }
    }

    @Test
    void atItsBoundTheNearestDeadlineGivesWay() {
        Deadlines deadlines = new Deadlines(4, new SecureRandom());
        for (int key = 1; key <= 5; key++) {
            deadlines.set(key, key * FAR, 0);
        }
        assertThat(deadlines.live(0)).isEqualTo(4);
        assertThat(deadlines.left(1, 0)).isZero();
        assertThat(deadlines.left(5, 0)).isEqualTo(5 * FAR);
    }

    @Test
    void whatHasPassedTakesNoPlace() {
        Deadlines deadlines = new Deadlines(64, new SecureRandom());
        for (int i = 1; i <= 100_000; i++) {
            deadlines.set(i, 10, i * 10L);
        }
        assertThat(deadlines.live(1_000_000)).isLessThanOrEqualTo(1);
    }

    @Test
    void anAddressIsTheSameWhateverObjectItIsAndItsPartsMatter() throws UnknownHostException {
        Deadlines deadlines = new Deadlines(64, new SecureRandom());
        assertThat(deadlines.endpoint(address("10.0.0.1", 1))).isEqualTo(deadlines.endpoint(address("10.0.0.1", 1)))
                .isNotEqualTo(deadlines.endpoint(address("10.0.0.1", 2)))
                .isNotEqualTo(deadlines.endpoint(address("10.0.0.2", 1)));
        assertThat(deadlines.endpoint(address("2001:db8::1", 1)))
                .isNotEqualTo(deadlines.endpoint(address("2001:db8::2", 1)));
        assertThat(deadlines.source(InetAddress.getByName("2001:db8::1")))
                .isEqualTo(deadlines.source(InetAddress.getByName("2001:db8::2")))
                .isNotEqualTo(deadlines.source(InetAddress.getByName("2001:db8:0:1::1")));
        Deadlines other = new Deadlines(64, new SecureRandom());
        assertThat(other.endpoint(address("10.0.0.1", 1))).isNotEqualTo(deadlines.endpoint(address("10.0.0.1", 1)));
    }

    private static InetSocketAddress address(String ip, int port) {
        return new InetSocketAddress(ip, port);
    }
}
