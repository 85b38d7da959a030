package bytchat.transport.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimulatedWorldTest {
    private final SimulatedWorld world = new SimulatedWorld(1);
    private final SimulatedHost a = world.host("10.0.0.1", 4000);
    private final SimulatedHost b = world.host("10.0.0.2", 4000);

    @Test
    void timersRunInOrderOfTimeAndThenOfSubmission() {
        List<String> order = new ArrayList<>();
        var loop = a.environment().loop();
        loop.schedule(Duration.ofSeconds(2), () -> order.add("late"));
        loop.schedule(Duration.ofSeconds(1), () -> order.add("early"));
        loop.schedule(Duration.ofSeconds(1), () -> order.add("early too"));
        loop.schedule(Duration.ofSeconds(1), () -> order.add("never")).close();
        world.run(Duration.ofSeconds(3));
        assertThat(order).containsExactly("early", "early too", "late");
        assertThat(world.now()).isEqualTo(SimulatedWorld.EPOCH.plusSeconds(3));
    }

    @Test
    void aPeriodicTaskRunsUntilClosed() {
        int[] runs = new int[1];
        var registration = a.environment().loop().every(Duration.ofSeconds(1), () -> runs[0]++);
        world.run(Duration.ofMillis(3_500));
        registration.close();
        world.run(Duration.ofSeconds(5));
        assertThat(runs[0]).isEqualTo(3);
    }

    @Test
    void workCompletesOnTheLoop() {
        CompletableFuture<Boolean> inLoop = new CompletableFuture<>();
        boolean[] working = new boolean[1];
        a.environment().workers()
                .submit(() -> working[0] = a.environment().loop().inLoop())
                .thenAccept(x -> inLoop.complete(a.environment().loop().inLoop()));
        assertThat(world.await(inLoop, Duration.ofSeconds(1))).isTrue();
        assertThat(working[0]).isFalse();
    }

    @Test
    void aTaskThatThrowsStopsTheRunAndNamesTheSeed() {
        a.environment().loop().execute(() -> {
            throw new IllegalStateException("broken");
        });
        assertThatThrownBy(() -> world.run(Duration.ofSeconds(1)))
                .hasMessageContaining("seed 1")
                .hasRootCauseMessage("broken");
    }

    @Test
    void datagramsArriveAndCrashedHostsGetNone() {
        List<String> got = new ArrayList<>();
        b.datagrams().receive((from, payload) -> got.add(from + " " + new String(payload, StandardCharsets.US_ASCII)));
        a.datagrams().send(b.address(), "hello".getBytes(StandardCharsets.US_ASCII));
        world.run(Duration.ofSeconds(1));
        b.crash();
        a.datagrams().send(b.address(), "again".getBytes(StandardCharsets.US_ASCII));
        world.run(Duration.ofSeconds(1));
        assertThat(got).containsExactly("/10.0.0.1:4000 hello");
        assertThat(world.host("10.0.0.2", 4000).alive()).isTrue();
    }

    @Test
    void lossDuplicationAndReorderingHappenAsOftenAsAskedFor() {
        SimulatedWorld rough = new SimulatedWorld(
                7, SimulationOptions.CLEAN.withLoss(0.2).withDuplication(0.1).withReordering(0.3));
        SimulatedHost from = rough.host("10.0.0.1", 1);
        SimulatedHost to = rough.host("10.0.0.2", 1);
        List<Integer> got = new ArrayList<>();
        to.datagrams().receive((address, payload) -> got.add((payload[0] & 0xff) << 8 | payload[1] & 0xff));
        IntStream.range(0, 5_000).forEach(i -> from.environment().loop().schedule(
                Duration.ofMillis(i),
                () -> from.datagrams().send(to.address(), new byte[] {(byte) (i >> 8), (byte) i})));
        rough.run(Duration.ofSeconds(10));
        assertThat(got.stream().distinct().count()).isBetween(3_900L, 4_100L);
        assertThat(got.size() - got.stream().distinct().count()).isBetween(300L, 500L);
        assertThat(got).isNotEqualTo(got.stream().sorted().toList());
    }

    @Test
    void aPartitionSilencesAndHeals() {
        List<byte[]> got = new ArrayList<>();
        b.datagrams().receive((from, payload) -> got.add(payload));
        world.partition(List.of(b));
        a.datagrams().send(b.address(), new byte[1]);
        world.run(Duration.ofSeconds(1));
        assertThat(got).isEmpty();
        world.heal();
        a.datagrams().send(b.address(), new byte[1]);
        world.run(Duration.ofSeconds(1));
        assertThat(got).hasSize(1);
    }

    @Test
    void behindNatOnlyThoseSpokenToGetThrough() {
        List<byte[]> got = new ArrayList<>();
        a.datagrams().receive((from, payload) -> got.add(payload));
        a.behindNat();
        b.datagrams().send(a.address(), new byte[1]);
        world.run(Duration.ofSeconds(1));
        assertThat(got).isEmpty();
        a.datagrams().send(b.address(), new byte[1]);
        b.datagrams().send(a.address(), new byte[1]);
        world.run(Duration.ofSeconds(1));
        assertThat(got).hasSize(1);
    }

    @Test
    void aNatForgetsWhomItsHostDidNotSpeakToForAWhile() {
        List<byte[]> got = new ArrayList<>();
        a.datagrams().receive((from, payload) -> got.add(payload));
        a.behindNat(Duration.ofMinutes(2));
        a.datagrams().send(b.address(), new byte[1]);
        for (int minute = 1; minute <= 3; minute++) {
            b.datagrams().send(a.address(), new byte[1]);
            world.run(Duration.ofMinutes(1));
        }
        // What arrives does not renew it.
        assertThat(got).hasSize(2);
    }

    @Test
    void aDeadHostsTimersAreSweptOutAndOthersKeepTheirs() {
        int[] ran = new int[1];
        a.environment().loop().schedule(Duration.ofHours(2), () -> ran[0]++);
        for (int i = 0; i < 1_000; i++) {
            SimulatedHost host = world.host("10.1." + i / 250 + "." + (1 + i % 250), 1);
            host.environment().loop().schedule(Duration.ofHours(1), () -> ran[0]++);
            host.vanish();
        }
        assertThat(world.waiting()).isLessThan(100);
        world.run(Duration.ofHours(3));
        assertThat(ran[0]).isEqualTo(1);
        assertThat(world.hosts()).containsExactly(a, b);
    }

    @Test
    void inAWideAreaADatagramTakesHalfTheRoundTrip() {
        SimulatedWorld wide = new SimulatedWorld(3, SimulationOptions.CLEAN.withWideArea(Duration.ofMillis(100)));
        SimulatedHost from = wide.host("10.0.0.1", 1);
        SimulatedHost to = wide.host("10.0.0.2", 1);
        List<Long> at = new ArrayList<>();
        to.datagrams().receive((address, payload) -> at.add(wide.nanoTime()));
        from.datagrams().send(to.address(), new byte[1]);
        wide.run(Duration.ofSeconds(5));
        assertThat(at).containsExactly(from.place().oneWayNanos(to.place(), 100_000_000));
    }

    @Test
    void theSameSeedGivesTheSameTraceAndAnotherSeedAnother() {
        assertThat(traceOf(5)).isEqualTo(traceOf(5)).isNotEqualTo(traceOf(6));
    }

    private static String traceOf(long seed) {
        SimulatedWorld world = new SimulatedWorld(seed, SimulationOptions.CLEAN.withLoss(0.1));
        SimulatedHost from = world.host("10.0.0.1", 1);
        SimulatedHost to = world.host("10.0.0.2", 1);
        to.datagrams().receive((address, payload) -> { });
        for (int i = 0; i < 100; i++) {
            byte[] payload = new byte[20];
            from.environment().random().nextBytes(payload);
            from.datagrams().send(to.address(), payload);
        }
        world.run(Duration.ofSeconds(1));
        return world.traceHash();
    }
}
