package bytchat.mainline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.hash.sha1.internal.Sha1;
import bytchat.transport.memory.SimulatedWorld;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TokensTest {
    private static final InetAddress ALICE = MainlineTestNet.address("192.0.2.1");
    private static final InetAddress BOB = MainlineTestNet.address("192.0.2.2");
    private static final Duration PERIOD = Duration.ofMinutes(5);

    private final SimulatedWorld world = new SimulatedWorld(1);
    private final Tokens tokens = new Tokens(world.host("10.0.0.1", 1).environment(), new Sha1(), PERIOD);

    @Test
    void aTokenIsGoodAtTheAddressItWasGivenToAlone() {
        byte[] token = tokens.give(ALICE);

        assertThat(tokens.good(token, ALICE)).isTrue();
        assertThat(tokens.good(token, BOB)).isFalse();
        assertThat(tokens.good(new byte[0], ALICE)).isFalse();
        assertThat(tokens.good(new byte[Tokens.TOKEN_BYTES], ALICE)).isFalse();
    }

    @Test
    void aTokenIsGoodForOneToTwoPeriods() {
        world.run(PERIOD.minusSeconds(1));
        byte[] late = tokens.give(ALICE);
        world.run(Duration.ofSeconds(2));
        byte[] early = tokens.give(ALICE);
        assertThat(early).isNotEqualTo(late);

        world.run(PERIOD.minusSeconds(2));
        assertThat(tokens.good(late, ALICE)).as("5 min after it was given").isTrue();
        world.run(Duration.ofSeconds(2));
        assertThat(tokens.good(late, ALICE)).as("in the second period after its own").isFalse();
        assertThat(tokens.good(early, ALICE)).isTrue();
    }

    @Test
    void afterALongSilenceNoOldTokenIsGood() {
        byte[] token = tokens.give(ALICE);
        world.run(PERIOD.multipliedBy(7));
        assertThat(tokens.good(token, ALICE)).isFalse();
    }
}
