package bytchat.routing.kademlia.internal;

import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.LookupResult;
import bytchat.api.status.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Brings the node into the network and keeps it there: looks itself up through the bootstrap addresses, again with
 * growing pauses while nobody answers, then refreshes what was not looked into for long. A node without bootstrap
 * addresses is the first of its network: it is ready at once, alone until somebody comes.
 */
final class Joining {
    private static final double JITTER = 0.2;
    private static final Duration CHECK_EVERY = Duration.ofSeconds(10);
    /** By then those who joined at the same moment know each other. */
    private static final Duration SECOND_LOOK_AFTER = Duration.ofSeconds(5);

    private final Environment environment;
    private final LocalNode local;
    private final KademliaSettings settings;
    private final Supplier<RoutingTable> table;
    private final BiFunction<Key, Boolean, CompletionStage<LookupResult>> lookup;
    private final Consumer<TableNode> check;
    private final IntSupplier goodContacts;
    private final List<Registration> registrations = new ArrayList<>();
    private volatile State state = State.STARTING;
    private volatile String reason = "the node has just started";
    private Registration retry = () -> { };
    private Registration secondLook = () -> { };
    private List<Contact> remembered = List.of();
    private int attempts;
    private boolean joining;
    private boolean retrying;
    private boolean stopped;

    /**
     * @param lookup looks a key up; with true through the bootstrap addresses as well
     * @param check  asks a contact whether it is still there
     */
    Joining(
            Environment environment,
            LocalNode local,
            KademliaSettings settings,
            Supplier<RoutingTable> table,
            BiFunction<Key, Boolean, CompletionStage<LookupResult>> lookup,
            Consumer<TableNode> check) {
        this.environment = environment;
        this.local = local;
        this.settings = settings;
        this.table = table;
        this.lookup = lookup;
        this.check = check;
        this.goodContacts = () -> table.get().goodCount();
    }

    /** May be called from any thread. */
    State state() {
        return state;
    }

    /** May be called from any thread. */
    String reason() {
        return reason;
    }

    /** @param known contacts of an earlier run */
    void start(List<Contact> known) {
        remembered = known;
        registrations.add(environment.loop().every(CHECK_EVERY, this::check));
        if (alone()) {
            ready();
        } else {
            join();
        }
    }

    /** Contacts of an earlier run, to be asked while nobody is known. */
    List<Contact> remembered() {
        return remembered;
    }

    void stop() {
        stopped = true;
        retry.close();
        secondLook.close();
        registrations.forEach(Registration::close);
    }

    /** This node has a new id and so another place, or has become one to be remembered: it looks around there. */
    void moved() {
        if (!alone()) {
            join();
        }
    }

    private void join() {
        if (joining || stopped) {
            return;
        }
        joining = true;
        retrying = false;
        retry.close();
        if (state != State.READY) {
            state = State.JOINING;
            reason = "looking for the network at " + local.bootstrap().size() + " bootstrap addresses and "
                    + remembered.size() + " nodes known before";
        }
        lookup.apply(local.id(), true).thenAccept(result -> {
            joining = false;
            if (stopped) {
                return;
            }
            if (result instanceof LookupResult.Failed) {
                isolated();
            } else {
                attempts = 0;
                ready();
                lookAround(table.get().buckets() - 1);
                secondLook.close();
                secondLook = environment.loop().schedule(
                        jittered(SECOND_LOOK_AFTER), () -> lookAround(table.get().buckets()));
            }
        });
    }

    /** Tries again later. Who was never given bootstrap addresses is the first of a network, and goes on by itself. */
    private void isolated() {
        if (alone()) {
            ready();
            return;
        }
        Duration pause = settings.joinRetryMin().multipliedBy(1L << Math.min(attempts, 16));
        pause = pause.compareTo(settings.joinRetryMax()) > 0 ? settings.joinRetryMax() : pause;
        attempts++;
        if (local.bootstrap().isEmpty()) {
            ready();
        } else {
            state = State.JOINING;
            reason = "none of " + local.bootstrap().size() + " bootstrap addresses and " + knownBefore()
                    + " nodes known before answers; attempt " + attempts
                    + ", the next in about " + pause.toSeconds() + " s";
        }
        retrying = true;
        retry = environment.loop().schedule(jittered(pause), this::join);
    }

    /** Nobody to look for. */
    private boolean alone() {
        return local.bootstrap().isEmpty() && knownBefore() == 0;
    }

    private int knownBefore() {
        return Math.max(remembered.size(), table.get().snapshot().size());
    }

    private void ready() {
        state = State.READY;
        reason = "";
    }

    private void lookAround(int buckets) {
        for (int i = 0; i < buckets; i++) {
            refresh(i);
        }
    }

    /** Looks into a bucket, and asks those in it that were silent for long: only so are the dead found. */
    private void refresh(int index) {
        RoutingTable now = table.get();
        Bucket bucket = now.bucket(index);
        long nanos = environment.clock().nanoTime();
        bucket.nodes().stream()
                .filter(node -> nanos - node.lastHeardNanos() >= settings.staleAfter().toNanos())
                .toList()
                .forEach(check);
        boolean own = index == now.buckets() - 1;
        lookup.apply(own ? now.self() : randomIn(now.self(), index), false);
    }

    /** Isolation is noticed and mended; what was not looked into for long is refreshed, a bucket at a time. */
    private void check() {
        if (goodContacts.getAsInt() == 0) {
            if (!joining && !retrying) {
                isolated();
            }
            return;
        }
        if (state != State.READY) {
            // Somebody has found us meanwhile.
            join();
            return;
        }
        RoutingTable now = table.get();
        long nanos = environment.clock().nanoTime();
        for (int i = 0; i < now.buckets(); i++) {
            if (nanos - now.bucket(i).refreshedNanos() >= jittered(settings.refreshEvery()).toNanos()) {
                refresh(i);
                return;
            }
        }
    }

    /** A random key that shares exactly so many leading bits with the id. */
    Key randomIn(Key id, int prefixBits) {
        byte[] key = new byte[id.bits() / 8];
        environment.random().nextBytes(key);
        for (int bit = 0; bit <= prefixBits; bit++) {
            int mask = 0x80 >> (bit & 7);
            boolean set = id.bit(bit) != (bit == prefixBits);
            key[bit >> 3] = (byte) (set ? key[bit >> 3] | mask : key[bit >> 3] & ~mask);
        }
        return Key.of(key);
    }

    private Duration jittered(Duration duration) {
        double factor = 1 - JITTER + 2 * JITTER * environment.random().nextDouble();
        return Duration.ofNanos((long) (duration.toNanos() * factor));
    }
}
