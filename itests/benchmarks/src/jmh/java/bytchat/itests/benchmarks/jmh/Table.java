package bytchat.itests.benchmarks.jmh;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import java.net.UnknownHostException;
import java.util.List;
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

/** The nearest contacts of a full table. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgs = {"-XX:+UseSerialGC", "-Xmx256m"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class Table {
    private static final int TARGETS = 1_024;

    @Param({"sha-1", "sha-512"})
    public String hash;

    @Param({"8", "32"})
    public int count;

    private final Key[] targets = new Key[TARGETS];
    private Served served;
    private int next;

    @Setup
    public void fill() throws UnknownHostException {
        served = new Served(hash);
        for (int i = 0; i < TARGETS; i++) {
            targets[i] = served.randomKey();
        }
        System.out.println("contacts in the table: " + served.contacts().size());
    }

    @Benchmark
    public List<Contact> closest() {
        next = (next + 1) % TARGETS;
        return served.kademlia.closest(targets[next], count);
    }
}
