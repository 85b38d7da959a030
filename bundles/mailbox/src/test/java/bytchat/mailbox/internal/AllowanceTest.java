package bytchat.mailbox.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BBytes;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedWorld;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AllowanceTest {
    private final SimulatedWorld world = new SimulatedWorld(1);
    private final SimulatedHost host = world.host("10.0.0.1", 4000);
    private final Allowance allowance = new Allowance(1000, Duration.ofSeconds(100), host.environment().clock());
    private final BBytes user = BBytes.of("user");

    @Test
    void allOfItMayBeUsedAtOnceAndComesBackEvenly() {
        assertThat(allowance.waitFor(user, 1000)).isZero();
        allowance.take(user, 1000);
        assertThat(allowance.waitFor(user, 100)).isEqualTo(Duration.ofSeconds(10));

        world.run(Duration.ofSeconds(10));
        assertThat(allowance.waitFor(user, 100)).isZero();
        assertThat(allowance.waitFor(user, 200)).isEqualTo(Duration.ofSeconds(10));
        assertThat(allowance.waitFor(BBytes.of("another"), 1000)).isZero();
    }

    @Test
    void whatIsGivenBackMayBeUsed() {
        allowance.take(user, 1000);
        allowance.giveBack(user, 400);
        assertThat(allowance.waitFor(user, 400)).isZero();
        assertThat(allowance.waitFor(user, 401)).isPositive();
    }

    @Test
    void aFloodOfUsersForgetsThoseWhoUsedTheirsLongestAgo() {
        allowance.take(user, 1000);
        for (int i = 0; i < Allowance.USERS_MAX - 1; i++) {
            allowance.take(BBytes.wrap(ByteBuffer.allocate(4).putInt(i).array()), 1);
        }
        assertThat(allowance.waitFor(user, 1)).isPositive();
        for (int i = 0; i < Allowance.USERS_MAX; i++) {
            allowance.take(BBytes.wrap(ByteBuffer.allocate(4).putInt(-1 - i).array()), 1);
        }
        assertThat(allowance.waitFor(user, 1000)).isZero();
    }
}
