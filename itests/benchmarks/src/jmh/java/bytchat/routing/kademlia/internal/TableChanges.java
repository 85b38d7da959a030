package bytchat.routing.kademlia.internal;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
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

/** A full routing table that hears of one contact after the other; in the package of the table, which is no one else's. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgs = {"-XX:+UseSerialGC", "-Xmx256m"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class TableChanges {
    private static final int CONTACTS = 16_384;

    @Param({"160", "512"})
    public int bits;

    private final Contact[] contacts = new Contact[CONTACTS];
    private RoutingTable table;
    private int next;

    @Setup
    public void fill() throws UnknownHostException {
        Random random = new Random(bits);
        table = new RoutingTable(key(random), TableSettings.DEFAULTS, address -> AddressGroup.NONE, 0);
        for (int i = 0; i < CONTACTS; i++) {
            InetAddress address = InetAddress.getByAddress(new byte[] {10, (byte) (i >> 8), (byte) i, 1});
            contacts[i] = new Contact(key(random), new InetSocketAddress(address, 6881));
            table.heard(contacts[i], i);
        }
    }

    private Key key(Random random) {
        byte[] bytes = new byte[bits / 8];
        random.nextBytes(bytes);
        return Key.of(bytes);
    }

    private Contact contact() {
        next = (next + 1) % CONTACTS;
        return contacts[next];
    }

    /** Whether one who asks us would change the table: what each new asker costs. */
    @Benchmark
    public boolean news() {
        return table.isNews(contact());
    }

    /** One who answers finds its place, or waits for one. */
    @Benchmark
    public Object heard() {
        return table.heard(contact(), next);
    }

    /** One leaves and comes back, and after each the next reader has a snapshot made. */
    @Benchmark
    public int changedAndRead() {
        Contact contact = table.snapshot().contact(0);
        table.remove(contact, next);
        int size = table.snapshot().size();
        table.heard(contact, next);
        return size + table.snapshot().size();
    }
}
