package bytchat.routing.kademlia.internal;

import bytchat.api.env.Environment;
import bytchat.api.keyspace.Key;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Keeps the tables true while nothing else does. Lookups and others' questions tell most; only whoever was not heard for
 * long is asked, for nodes of its bucket (as libtorrent does: as cheap as a ping, and it brings others). A bucket is
 * looked into as a whole only when nobody in it was heard, and the own surroundings now and then.
 */
final class Upkeep {
    /** Of those who were silent for long, this part is asked at a tick: many after a sleep do not make a burst. */
    private static final int SHARE = 4;
    private static final double JITTER = 0.2;
    /** Self lookups come at growing pauses, so that one that liars have captured hides this node from nobody for long. */
    private static final Duration SELF_LOOKUP_MIN = Duration.ofMinutes(4);
    private static final int SELF_LOOKUP_GROWTH = 4;

    private final Environment environment;
    private final RoutingTables tables;
    private final Verification verification;
    private final KademliaSettings settings;
    private final Consumer<Key> lookup;
    private Duration selfLookupPause = SELF_LOOKUP_MIN;
    private long selfLookupNanos;

    Upkeep(
            Environment environment,
            ContactBook contacts,
            KademliaSettings settings,
            Consumer<Key> lookup) {
        this.environment = environment;
        this.tables = contacts.tables();
        this.verification = contacts.verification();
        this.settings = settings;
        this.lookup = lookup;
    }

    /** Does what is due. */
    void tick() {
        long now = environment.clock().nanoTime();
        for (RoutingTable table : tables.both()) {
            askSilent(table, now);
        }
        if (now - selfLookupNanos >= 0) {
            // The surroundings: who has come since.
            scheduleSelfLookup();
            lookup.accept(tables.self());
        } else {
            tables.both().stream().filter(table -> table.size() > 0).forEach(table -> refreshOne(table, now));
        }
    }

    private void askSilent(RoutingTable table, long now) {
        List<TableNode> silent = table.stale(now);
        silent.stream().limit((silent.size() + SHARE - 1) / SHARE).forEach(node -> {
            int bucket = table.indexOf(node.contact().id());
            verification.ask(node, bucket == table.buckets() - 1 ? table.self() : randomIn(table.self(), bucket));
        });
    }

    /** The self lookup of joining has told the surroundings: the other distances follow. */
    void joined() {
        selfLookupPause = SELF_LOOKUP_MIN;
        scheduleSelfLookup();
        lookAround();
    }

    /** Once more all, when those who came at the same time know each other. */
    void lookAgain() {
        lookup.accept(tables.self());
        lookAround();
    }

    private void lookAround() {
        int buckets = Math.max(tables.of(false).buckets(), tables.of(true).buckets());
        for (int i = 0; i < buckets - 1; i++) {
            if (hasRoom(tables.of(false), i) || hasRoom(tables.of(true), i)) {
                lookup.accept(randomIn(tables.self(), i));
            }
        }
    }

    private static boolean hasRoom(RoutingTable table, int bucket) {
        return bucket < table.buckets() - 1 && !table.full(bucket);
    }

    private void scheduleSelfLookup() {
        selfLookupNanos = environment.clock().nanoTime() + jittered(selfLookupPause).toNanos();
        Duration longer = selfLookupPause.multipliedBy(SELF_LOOKUP_GROWTH);
        selfLookupPause = longer.compareTo(settings.selfLookupEvery()) < 0 ? longer : settings.selfLookupEvery();
    }

    private void refreshOne(RoutingTable table, long now) {
        for (int i = 0; i < table.buckets() - 1; i++) {
            if (now - table.bucket(i).freshNanos() >= settings.refreshEvery().toNanos()) {
                table.bucket(i).refreshed(now);
                lookup.accept(randomIn(table.self(), i));
                return;
            }
        }
    }

    /** A random key that shares exactly so many leading bits with the id. */
    private Key randomIn(Key id, int prefixBits) {
        byte[] key = new byte[id.bits() / 8];
        environment.random().nextBytes(key);
        for (int bit = 0; bit <= prefixBits; bit++) {
            int mask = 0x80 >> (bit & 7);
            boolean set = id.bit(bit) != (bit == prefixBits);
            key[bit >> 3] = (byte) (set ? key[bit >> 3] | mask : key[bit >> 3] & ~mask);
        }
        return Key.of(key);
    }

    Duration jittered(Duration duration) {
        double factor = 1 - JITTER + 2 * JITTER * environment.random().nextDouble();
        return Duration.ofNanos((long) (duration.toNanos() * factor));
    }
}
