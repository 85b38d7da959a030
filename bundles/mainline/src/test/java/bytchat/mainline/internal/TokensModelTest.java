package bytchat.mainline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.hash.sha1.internal.Sha1;
import bytchat.transport.memory.SimulatedWorld;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Tokens against what they promise, over any sequence of gifts, pauses and uses. */
class TokensModelTest {
    private static final Duration PERIOD = Duration.ofMinutes(5);

    private record Given(byte[] token, int address, long atNanos) {
    }

    /** Each step: an address, in its low bit, and a pause before it in units of 20 s. */
    @Property(tries = 200)
    void aTokenIsGoodForAPeriodAtItsAddressAndForTwoAtMost(@ForAll @Size(max = 40) List<@IntRange(max = 63) Integer> steps) {
        SimulatedWorld world = new SimulatedWorld(1);
        Tokens tokens = new Tokens(world.host("10.0.0.1", 1).environment(), new Sha1(), PERIOD);
        List<InetAddress> addresses = List.of(MainlineTestNet.address("192.0.2.1"), MainlineTestNet.address("192.0.2.2"));
        List<Given> given = new ArrayList<>();
        for (int step : steps) {
            world.run(Duration.ofSeconds(20L * (step >> 1)));
            int address = step & 1;
            given.add(new Given(tokens.give(addresses.get(address)), address, world.nanoTime()));
            for (Given old : given) {
                long age = world.nanoTime() - old.atNanos();
                boolean good = tokens.good(old.token(), addresses.get(old.address()));
                assertThat(good || age >= PERIOD.toNanos()).as("good for a period").isTrue();
                assertThat(!good || age < 2 * PERIOD.toNanos()).as("not good after two").isTrue();
                assertThat(tokens.good(old.token(), addresses.get(1 - old.address()))).as("elsewhere").isFalse();
            }
        }
    }
}
