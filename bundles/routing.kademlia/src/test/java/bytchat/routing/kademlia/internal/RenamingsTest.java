package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RenamingsTest {
    private static final Duration MIN = Duration.ofSeconds(10);
    private static final Duration MAX = Duration.ofHours(1);

    private final Renamings renamings = new Renamings(MIN, MAX, 4);
    private final InetSocketAddress address = new InetSocketAddress("192.0.2.1", 1);

    @Test
    void onceIsForgivenSoon() {
        assertThat(renamings.contains(address, 0)).isFalse();
        assertThat(renamings.renamed(address, 0)).isEqualTo(MIN);
        assertThat(renamings.contains(address, MIN.toNanos() - 1)).isTrue();
        assertThat(renamings.contains(address, MIN.toNanos())).isFalse();
    }

    @Test
    void eachTimeItTakesTwiceAsLongUpToABound() {
        long now = 0;
        Duration pause = Duration.ZERO;
        for (int i = 0; i < 10; i++) {
            pause = renamings.renamed(address, now);
            assertThat(pause).isEqualTo(i < 9 ? MIN.multipliedBy(1L << i) : MAX);
            now += pause.toNanos();
        }
        assertThat(renamings.renamed(address, now + MAX.toNanos())).as("after an hour of constancy").isEqualTo(MIN);
    }

    @Test
    void theAddressesRememberedAreBounded() {
        for (int port = 1; port <= 100; port++) {
            renamings.renamed(new InetSocketAddress("192.0.2.1", port), 0);
        }
        assertThat(renamings.size()).isEqualTo(4);
        assertThat(renamings.contains(new InetSocketAddress("192.0.2.1", 100), 0)).isTrue();
    }
}
