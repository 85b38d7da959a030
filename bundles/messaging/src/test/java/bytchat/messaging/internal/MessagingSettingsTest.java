package bytchat.messaging.internal;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What would send nothing, or without a pause, is refused. */
class MessagingSettingsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static void made(int inFlight, Duration retryMin, Duration retryMax) {
        new MessagingSettings(true, 1, inFlight, 0, 0, retryMin, retryMax, SECOND, SECOND, SECOND);
    }

    @Test
    void theSmallestAreTaken() {
        made(1, Duration.ofMillis(1), Duration.ofMillis(1));
    }

    @Test
    void nothingInFlightIsRefused() {
        assertThatThrownBy(() -> made(0, SECOND, SECOND)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("bounded");
    }

    @Test
    void aRetryWithoutAPauseIsRefused() {
        assertThatThrownBy(() -> made(1, Duration.ZERO, SECOND)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("period");
    }

    @Test
    void aLongestWaitShorterThanTheFirstIsRefused() {
        assertThatThrownBy(() -> made(1, SECOND, Duration.ofMillis(1))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("longest");
    }
}
