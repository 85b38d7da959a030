package bytchat.mainline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.env.Environment;
import bytchat.api.keyspace.Key;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.mainline.internal.ItemStore.Item;
import bytchat.transport.memory.SimulatedWorld;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** More than there is room for. */
class MainlineFloodTest {
    private static final MainlineSettings SMALL = new MainlineSettings(8, Duration.ofMinutes(5), 40, 10,
            Duration.ofHours(2), 20, 60, 5, 10, Duration.ofMinutes(30), 50, 1_000);
    private static final MainlineDefences NO_SOURCE_LIMITS = new MainlineDefences(true, true, true, true, true, false, true, true);
    private static final MainlineDefences FIRST_COME = new MainlineDefences(true, true, true, true, true, true, false, true);
    private static final Key SELF = key(0);

    private final SimulatedWorld world = new SimulatedWorld(5);
    private final Environment environment = world.host("10.0.0.1", 1).environment();

    private static Key key(int number) {
        return Key.of(new Sha512().digest(ByteBuffer.allocate(4).putInt(number).array()));
    }

    private static Item item(int bytes) {
        return new Item(new byte[bytes], Optional.empty());
    }

    private static InetAddress source(int number) {
        return MainlineTestNet.address("10.1." + number / 250 + "." + number % 250);
    }

    /** 100,000 values from one address; then a neighbour wants to store one. */
    private ItemStore floodedByOne(MainlineDefences defences) {
        ItemStore store = new ItemStore(SMALL, defences, environment.clock(), SELF);
        for (int i = 1; i <= 100_000; i++) {
            store.put(key(i), item(100), source(0));
        }
        return store;
    }

    @Test
    void oneSourceFillsItsPartOnly() {
        ItemStore store = floodedByOne(MainlineDefences.ALL);
        assertThat(store.size()).isEqualTo(SMALL.sourceItemsMax());
        assertThat(store.bytes()).isEqualTo(100L * SMALL.sourceItemsMax());
        assertThat(store.put(key(-1), item(1), source(1))).isTrue();
    }

    @Test
    void withoutThatDefenceOneSourceFillsAll() {
        ItemStore store = floodedByOne(NO_SOURCE_LIMITS);
        assertThat(store.size()).isEqualTo(SMALL.itemsMax());
        assertThat(store.put(farthest(), item(1), source(1))).as("somebody else's").isFalse();
    }

    @Test
    void anIpv6SourceIsItsSixtyFourBits() {
        Sources sources = new Sources(1);
        assertThat(sources.take(MainlineTestNet.address("2001:db8::1"))).isTrue();
        assertThat(sources.take(MainlineTestNet.address("2001:db8::2"))).isFalse();
        assertThat(sources.take(MainlineTestNet.address("2001:db8:0:1::1"))).isTrue();
    }

    /** 10,000 addresses store something each; what is nearest this node is what people ask it for. */
    @Test
    void whenItIsFullTheNearestStay() {
        ItemStore store = floodedByMany(MainlineDefences.ALL);
        assertThat(store.size()).isEqualTo(SMALL.itemsMax());
        assertThat(store.put(near(), item(1), source(0))).isTrue();
        assertThat(store.get(near())).isPresent();
        assertThat(store.size()).isEqualTo(SMALL.itemsMax());
        assertThat(store.put(farthest(), item(1), source(1))).isFalse();
    }

    @Test
    void withoutThatDefenceWhoIsFirstKeepsOthersOut() {
        assertThat(floodedByMany(FIRST_COME).put(near(), item(1), source(0))).isFalse();
    }

    private ItemStore floodedByMany(MainlineDefences defences) {
        ItemStore store = new ItemStore(SMALL, defences, environment.clock(), SELF);
        for (int i = 1; i <= 10_000; i++) {
            store.put(key(i), item(100), source(i));
        }
        return store;
    }

    private static Key near() {
        byte[] bytes = SELF.toArray();
        bytes[bytes.length - 1] ^= 1;
        return Key.of(bytes);
    }

    private static Key farthest() {
        byte[] bytes = SELF.toArray();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ~bytes[i];
        }
        return Key.of(bytes);
    }

    @Test
    void anotherIdMakesOthersTheFarthest() {
        ItemStore store = new ItemStore(SMALL, MainlineDefences.ALL, environment.clock(), SELF);
        for (int i = 1; i <= 1_000; i++) {
            store.put(key(i), item(100), source(i));
        }
        store.moved(farthest());
        assertThat(store.put(farthest(), item(1), source(1))).isTrue();
        assertThat(store.put(SELF, item(1), source(2))).isFalse();
    }

    @Test
    void announcementsFromOneAddressFillItsPartOnly() {
        PeerStore store = announcementsByOne(MainlineDefences.ALL);
        assertThat(store.size()).isEqualTo(SMALL.sourcePeersMax());
        assertThat(store.announce(key(-1), new InetSocketAddress(source(1), 1))).isTrue();
    }

    @Test
    void withoutThatDefenceOneAddressFillsAll() {
        PeerStore store = announcementsByOne(NO_SOURCE_LIMITS);
        assertThat(store.infoHashes()).isEqualTo(SMALL.infoHashesMax());
        assertThat(store.announce(farthest(), new InetSocketAddress(source(1), 1))).isFalse();
    }

    private PeerStore announcementsByOne(MainlineDefences defences) {
        PeerStore store = new PeerStore(SMALL, defences, environment, SELF);
        for (int i = 1; i <= 100_000; i++) {
            store.announce(key(i), new InetSocketAddress(source(0), 1 + i % 60_000));
        }
        return store;
    }

    @Test
    void whenThereAreTooManyFilesTheNearestStay() {
        PeerStore store = new PeerStore(SMALL, MainlineDefences.ALL, environment, SELF);
        for (int i = 1; i <= 10_000; i++) {
            store.announce(key(i), new InetSocketAddress(source(i), 1));
        }
        assertThat(store.infoHashes()).isEqualTo(SMALL.infoHashesMax());
        assertThat(store.announce(near(), new InetSocketAddress(source(0), 1))).isTrue();
        assertThat(store.peers(near(), false, 5)).hasSize(1);
        assertThat(store.announce(farthest(), new InetSocketAddress(source(1), 1))).isFalse();
    }

    /** Whatever happens in whatever order, the books are right. */
    @Property(tries = 200)
    void theBooksAreRight(@ForAll long seed, @ForAll @IntRange(min = 1, max = 400) int steps) {
        Random random = new Random(seed);
        SimulatedWorld own = new SimulatedWorld(seed);
        Environment environment = own.host("10.0.0.1", 1).environment();
        ItemStore items = new ItemStore(SMALL, MainlineDefences.ALL, environment.clock(), SELF);
        PeerStore peers = new PeerStore(SMALL, MainlineDefences.ALL, environment, SELF);
        for (int i = 0; i < steps; i++) {
            own.run(Duration.ofSeconds(random.nextInt(120)));
            Key key = key(random.nextInt(80));
            InetAddress source = source(random.nextInt(12));
            items.put(key, item(random.nextInt(1_000)), source);
            peers.announce(key, new InetSocketAddress(source, 1 + random.nextInt(3)));
            if (random.nextInt(20) == 0) {
                items.expire();
                peers.expire();
                items.moved(key(random.nextInt()));
                peers.moved(key(random.nextInt()));
            }
            assertThat(items.size()).isBetween(1, SMALL.itemsMax());
            assertThat(items.bytes()).isBetween(0L, 1_000L * SMALL.itemsMax());
            assertThat(items.sources()).isBetween(1, 12);
            assertThat(peers.size()).isBetween(1, SMALL.peersMax());
            assertThat(peers.infoHashes()).isBetween(1, SMALL.infoHashesMax());
            assertThat(peers.sources()).isBetween(1, 12);
            assertThat(peers.peers(key, false, 100)).hasSizeLessThanOrEqualTo(SMALL.infoHashPeersMax());
        }
        own.run(Duration.ofHours(3));
        items.expire();
        peers.expire();
        assertThat(items.size() + items.bytes() + items.sources()).isZero();
        assertThat(peers.size() + peers.infoHashes() + peers.sources()).isZero();
    }
}
