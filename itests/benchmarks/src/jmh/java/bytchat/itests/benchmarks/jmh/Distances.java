package bytchat.itests.benchmarks.jmh;

import bytchat.api.keyspace.Key;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** XOR distances between keys that share a few leading bits, as near ones do. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgs = {"-XX:+UseSerialGC", "-Xmx256m"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class Distances {
    private static final int KEYS = 1_024;

    @Param({"160", "512"})
    public int bits;

    private final Key[] keys = new Key[KEYS];
    private int next;

    @Setup
    public void make() {
        Random random = new Random(bits);
        for (int i = 0; i < KEYS; i++) {
            byte[] bytes = new byte[bits / 8];
            random.nextBytes(bytes);
            bytes[0] = 0x2a;
            keys[i] = Key.of(bytes);
        }
    }

    private Key key() {
        next = (next + 1) % KEYS;
        return keys[next];
    }

    @Benchmark
    public int compared() {
        return key().compareDistance(key(), key());
    }

    @Benchmark
    public int sharedBits() {
        return key().commonPrefixBits(key());
    }
}
