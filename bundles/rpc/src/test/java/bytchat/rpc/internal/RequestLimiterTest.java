package bytchat.rpc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RequestLimiterTest {
    private static final long SECOND = 1_000_000_000L;

    private final RequestLimiter limiter = new RequestLimiter(100, 10, 50, new SecureRandom());

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private long allowed(String source, int requests, long now) {
        return IntStream.range(0, requests).filter(i -> limiter.allows(address(source), now)).count();
    }

    @Test
    void aSourceGetsASecondsWorthAtOnceAndThenItsRate() {
        assertThat(allowed("10.0.0.1", 100, 0)).isEqualTo(10);
        assertThat(allowed("10.0.0.1", 100, SECOND / 2)).isEqualTo(5);
        assertThat(allowed("10.0.0.1", 100, 100 * SECOND)).isEqualTo(10);
    }

    @Test
    void theAddressesOfAnIpv6SiteAreOneSource() {
        assertThat(allowed("2001:db8::1", 10, 0)).isEqualTo(10);
        assertThat(allowed("2001:db8::2", 10, 0)).isZero();
        assertThat(allowed("2001:db8:0:1::2", 10, 0)).isEqualTo(10);
    }

    @Test
    void everybodyTogetherHasALimitThatOneFlooderDoesNotUseUp() {
        assertThat(allowed("10.0.0.1", 1_000_000, 0)).isEqualTo(10);
        long others = IntStream.range(2, 30).mapToLong(i -> allowed("10.0.0." + i, 10, 0)).sum();
        assertThat(others).isEqualTo(90);
    }

    @Test
    void sourcesRememberedAreBounded() {
        IntStream.range(0, 1_000).forEach(i -> allowed("10.1." + i / 250 + "." + i % 250, 1, i));
        assertThat(limiter.sources(1_000)).isBetween(25, 50);
    }

    @Test
    void aSourceWhoseBucketIsFullAgainIsForgottenFirst() {
        assertThat(allowed("10.0.0.1", 20, 0)).isEqualTo(10);
        IntStream.range(0, 1_000).forEach(i -> allowed("10.1." + i / 250 + "." + i % 250, 1, i));
        assertThat(allowed("10.0.0.1", 20, 1_000)).isZero();
    }
}
