package bytchat.itests.benchmarks.jmh;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Key;
import bytchat.wire.KrpcMessage;
import bytchat.wire.KrpcView;
import java.util.Optional;
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

/** A find_node question read as a message, and seen in place; its answer written and read. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgs = {"-XX:+UseSerialGC", "-Xmx256m"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class Codec {
    private static final int BYTES_MAX = 1_472;
    private static final BBytes TARGET = BBytes.of("target");
    private static final int NODES = 8;

    @Param({"20", "64"})
    public int idBytes;

    private final KrpcView view = new KrpcView();
    private byte[] question;
    private KrpcMessage answer;
    private byte[] answerBytes;

    @Setup
    public void make() {
        BDict arguments = BDict.builder().put("id", bytes(idBytes)).put("target", bytes(idBytes)).build();
        question = new KrpcMessage.Query(
                bytes(4), "find_node", arguments, false, Optional.empty(), Optional.of(bytes(4))).encode();
        BDict result = BDict.builder().put("id", bytes(idBytes)).put("nodes", bytes(NODES * (idBytes + 6))).build();
        answer = new KrpcMessage.Response(bytes(4), result, Optional.of(bytes(6)), Optional.of(bytes(4)));
        answerBytes = answer.encode();
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Benchmark
    public KrpcMessage questionRead() {
        return KrpcMessage.parse(question, BYTES_MAX);
    }

    @Benchmark
    public Key questionSeen() {
        view.read(question, BYTES_MAX);
        return view.key(TARGET, idBytes);
    }

    @Benchmark
    public byte[] answerWritten() {
        return answer.encode();
    }

    @Benchmark
    public KrpcMessage answerRead() {
        return KrpcMessage.parse(answerBytes, BYTES_MAX);
    }
}
