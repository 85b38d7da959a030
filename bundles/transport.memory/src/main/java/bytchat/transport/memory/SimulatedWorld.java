package bytchat.transport.memory;

import bytchat.api.env.Registration;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/**
 * A network of hosts in virtual time on the caller's thread. Events run in order of (time, submission); all chance
 * comes from the seed, so a run can be repeated: equal runs have equal {@link #traceHash()}es.
 */
public final class SimulatedWorld {
    /** Wall-clock time at the beginning of every run. */
    public static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

    /** Time, kind, and two ends with 16 bytes of address and 4 of port. */
    private static final int TRACED_BYTES = 8 + 2 + 2 * (16 + 4);
    /** So many dead hosts' timers may wait before they are swept out; a share of all events, so that it costs little. */
    private static final int DEAD_MIN = 64;

    private final long seed;
    private final SimulationOptions options;
    private final SeededRandom chance;
    private final EventQueue events = new EventQueue();
    private final Map<InetSocketAddress, SimulatedHost> hosts = new LinkedHashMap<>();
    private final Map<InetSocketAddress, Integer> incarnations = new LinkedHashMap<>();
    private final Set<InetAddress> island = new HashSet<>();
    private final MessageDigest trace = sha256();
    private final ByteBuffer traced = ByteBuffer.allocate(TRACED_BYTES);
    private long nowNanos;
    private long delivered;
    private long happened;
    private int died;
    private SimulatedHost inLoop;

    public SimulatedWorld(long seed) {
        this(seed, SimulationOptions.CLEAN);
    }

    public SimulatedWorld(long seed, SimulationOptions options) {
        this.seed = seed;
        this.options = options;
        this.chance = new SeededRandom(seed);
    }

    /**
     * A new host: one process with one address for datagrams and links. After a crash the same address can be taken
     * again.
     *
     * @param ip an address in numbers; names are not looked up
     */
    public SimulatedHost host(String ip, int port) {
        InetSocketAddress address = new InetSocketAddress(address(ip), port);
        if (hosts.containsKey(address)) {
            throw new IllegalStateException("there is a host at " + address);
        }
        int incarnation = incarnations.merge(address, 1, Integer::sum);
        long hostSeed = SeededRandom.mix(seed ^ SeededRandom.mix(code(address) * 31L + incarnation));
        SimulatedHost host = new SimulatedHost(this, address, hostSeed);
        hosts.put(address, host);
        return host;
    }

    /** Runs for so much virtual time. */
    public void run(Duration time) {
        runUntil(() -> false, time);
    }

    /**
     * Runs until the condition holds or so much virtual time has passed.
     *
     * @return whether the condition holds
     */
    public boolean runUntil(BooleanSupplier condition, Duration limit) {
        long end = nowNanos + limit.toNanos();
        while (!condition.getAsBoolean()) {
            long next = events.nextNanos();
            if (next > end) {
                nowNanos = end;
                return condition.getAsBoolean();
            }
            nowNanos = next;
            happened++;
            events.poll().happen();
        }
        return true;
    }

    /**
     * Runs until the stage is done.
     *
     * @throws IllegalStateException if it was not done in time, or failed; says how to repeat the run
     */
    public <T> T await(CompletionStage<T> stage, Duration limit) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        if (!runUntil(future::isDone, limit)) {
            throw new IllegalStateException("not done within " + limit + "; " + describe());
        }
        try {
            return future.join();
        } catch (RuntimeException e) {
            throw new IllegalStateException(describe(), e.getCause() == null ? e : e.getCause());
        }
    }

    private void step(SimulatedHost host, boolean onLoop, Runnable task) {
        inLoop = onLoop ? host : null;
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            throw new IllegalStateException("a task of " + host + " failed at " + now() + "; " + describe(), e);
        } finally {
            inLoop = null;
        }
    }

    /** Nothing passes between these hosts and all others until {@link #heal()}; links stay open and silent. */
    public void partition(Collection<SimulatedHost> side) {
        island.clear();
        side.forEach(host -> island.add(host.address().getAddress()));
    }

    public void heal() {
        island.clear();
    }

    /** A datagram whose source address is a lie: for attacks. */
    public void forge(InetSocketAddress from, InetSocketAddress to, byte[] payload) {
        post(from, to, payload);
    }

    public long seed() {
        return seed;
    }

    public SimulationOptions options() {
        return options;
    }

    public Instant now() {
        return EPOCH.plusNanos(nowNanos);
    }

    public long nanoTime() {
        return nowNanos;
    }

    /** Datagrams and frames that have arrived. */
    public long delivered() {
        return delivered;
    }

    /** Events so far: timers, tasks and arrivals. */
    public long happened() {
        return happened;
    }

    /** Events that wait. */
    public int waiting() {
        return events.size();
    }

    /** The hosts that are alive. */
    public List<SimulatedHost> hosts() {
        return List.copyOf(hosts.values());
    }

    /** SHA-256 over every arrival so far: time, ends, bytes. */
    public String traceHash() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) trace.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("SHA-256 cannot be cloned here", e);
        }
    }

    /** What repeats this run. */
    public String describe() {
        return "seed " + seed + ", " + options + ", at " + now();
    }

    /** From the one to the other and back, if nothing is lost or overtaken, in nanoseconds. */
    public long roundTripNanos(InetSocketAddress a, InetSocketAddress b) {
        return 2 * latencyNanos(a, b);
    }

    // ---- for hosts

    Registration schedule(SimulatedHost host, long delayNanos, boolean onLoop, Runnable task) {
        Task event = new Task(host, onLoop, task);
        events.add(nowNanos + Math.max(0, delayNanos), event);
        return event;
    }

    /** A host has died: it is forgotten, and now and then the timers that it and others have left are. */
    void died(SimulatedHost host) {
        hosts.remove(host.address(), host);
        if (++died >= Math.max(DEAD_MIN, hosts.size() / 8)) {
            died = 0;
            events.removeIf(EventQueue.Event::moot);
        }
    }

    boolean isInLoop(SimulatedHost host) {
        return inLoop == host;
    }

    SimulatedHost at(InetSocketAddress address) {
        return hosts.get(address);
    }

    boolean cut(InetSocketAddress a, InetSocketAddress b) {
        return !island.isEmpty() && island.contains(a.getAddress()) != island.contains(b.getAddress());
    }

    boolean happens(double share) {
        return share > 0 && chance.nextDouble() < share;
    }

    long latencyNanos(InetSocketAddress a, InetSocketAddress b) {
        if (options.isWideArea()) {
            return place(a).oneWayNanos(place(b), options.roundTripMedian().toNanos());
        }
        long min = options.delayMin().toNanos();
        long span = options.delayMax().toNanos() - min;
        if (span == 0) {
            return min;
        }
        long pair = SeededRandom.mix(seed ^ SeededRandom.mix((long) code(a) + code(b)));
        return min + Math.floorMod(pair, span);
    }

    private WideArea place(InetSocketAddress address) {
        SimulatedHost host = hosts.get(address);
        return host == null ? placeOf(address) : host.place();
    }

    WideArea placeOf(InetSocketAddress address) {
        return WideArea.placeOf(seed, code(address));
    }

    void post(InetSocketAddress from, InetSocketAddress to, byte[] payload) {
        if (happens(options.loss())) {
            return;
        }
        int copies = happens(options.duplication()) ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            long delay = latencyNanos(from, to);
            if (happens(options.reordering())) {
                delay += (long) (chance.nextDouble() * (options.delayMax().toNanos() + 50_000_000L));
            }
            events.add(nowNanos + delay, new Arrival(from, to, payload.clone()));
        }
    }

    private void arrive(InetSocketAddress from, InetSocketAddress to, byte[] payload) {
        SimulatedHost host = at(to);
        if (host == null || cut(from, to) || !host.lets(from)) {
            return;
        }
        trace('d', from, to, payload);
        step(host, true, () -> host.datagrams().deliver(from, payload));
    }

    void trace(char kind, InetSocketAddress from, InetSocketAddress to, byte[] bytes) {
        delivered++;
        traced.clear();
        traced.putLong(nowNanos).putChar(kind);
        traced.put(from.getAddress().getAddress()).putInt(from.getPort());
        traced.put(to.getAddress().getAddress()).putInt(to.getPort());
        trace.update(traced.flip());
        trace.update(bytes);
    }

    private static InetAddress address(String ip) {
        if (!ip.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            throw new IllegalArgumentException("not an address in numbers: " + ip);
        }
        try {
            // Without the text, so that equal addresses print alike whatever they were made from.
            return InetAddress.getByAddress(InetAddress.getByName(ip).getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an address: " + ip, e);
        }
    }

    private static int code(InetSocketAddress address) {
        return Arrays.hashCode(address.getAddress().getAddress()) * 31 + address.getPort();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A task or timer of a host. */
    private final class Task extends EventQueue.Event implements Registration {
        private final SimulatedHost host;
        private final boolean onLoop;
        private final Runnable task;

        Task(SimulatedHost host, boolean onLoop, Runnable task) {
            this.host = host;
            this.onLoop = onLoop;
            this.task = task;
        }

        @Override
        void happen() {
            if (host.alive()) {
                step(host, onLoop, task);
            }
        }

        @Override
        boolean moot() {
            return !host.alive();
        }

        @Override
        public void close() {
            events.remove(this);
        }
    }

    /** A datagram reaches where it was sent, whoever is there by then. */
    private final class Arrival extends EventQueue.Event {
        private final InetSocketAddress from;
        private final InetSocketAddress to;
        private final byte[] payload;

        Arrival(InetSocketAddress from, InetSocketAddress to, byte[] payload) {
            this.from = from;
            this.to = to;
            this.payload = payload;
        }

        @Override
        void happen() {
            arrive(from, to, payload);
        }

        @Override
        boolean moot() {
            return false;
        }
    }
}
