package bytchat.itests.benchmarks.jmh;

import bytchat.api.bencode.BDict;
import bytchat.wire.KrpcMessage;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
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

/** From the bytes of a question to the bytes of its answer, without the system: limits on, table full. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgs = {"-XX:+UseSerialGC", "-Xmx256m"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class Serving {
    @Param({"sha-1", "sha-512"})
    public String hash;

    private Served served;
    private final byte[][] pings = new byte[Served.ASKERS][];
    private final byte[][] findNodes = new byte[Served.ASKERS][];
    private int next;

    @Setup
    public void fill() throws UnknownHostException {
        served = new Served(hash);
        for (int i = 0; i < Served.ASKERS; i++) {
            BDict.Builder arguments = BDict.builder().put("id", served.randomKey().unsafeArray());
            pings[i] = question("ping", arguments.build());
            findNodes[i] = question("find_node", arguments.put("target", served.randomKey().unsafeArray()).build());
        }
        if (served.ask(served.askers[0], findNodes[0]) < findNodes[0].length) {
            throw new IllegalStateException("find_node is not answered as it should be");
        }
    }

    private static byte[] question(String method, BDict arguments) {
        return new KrpcMessage.Query(new byte[4], method, arguments, false, Optional.empty(), Optional.of(new byte[4])).encode();
    }

    @Benchmark
    public long ping() {
        return ask(pings);
    }

    @Benchmark
    public long findNode() {
        return ask(findNodes);
    }

    private long ask(byte[][] questions) {
        next = (next + 1) % Served.ASKERS;
        InetSocketAddress asker = served.askers[next];
        // its own objects, as the system makes them for each datagram
        return served.ask(new InetSocketAddress(asker.getAddress(), asker.getPort()), questions[next].clone());
    }
}
