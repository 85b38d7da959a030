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
import java.util.PriorityQueue;
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

    private final long seed;
    private final SimulationOptions options;
    private final SeededRandom chance;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Map<InetSocketAddress, SimulatedHost> hosts = new LinkedHashMap<>();
    private final Map<InetSocketAddress, Integer> incarnations = new LinkedHashMap<>();
    private final Set<InetAddress> island = new HashSet<>();
    private final MessageDigest trace = sha256();
    private long nowNanos;
    private long sequence;
    private long delivered;
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
        SimulatedHost old = hosts.get(address);
        if (old != null && old.alive()) {
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
            Event next = events.peek();
            if (next == null || next.timeNanos > end) {
                nowNanos = end;
                return condition.getAsBoolean();
            }
            events.remove();
            nowNanos = next.timeNanos;
            step(next);
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

    private void step(Event event) {
        if (event.cancelled || (event.host != null && !event.host.alive())) {
            return;
        }
        inLoop = event.onLoop ? event.host : null;
        try {
            event.task.run();
        } catch (RuntimeException | Error e) {
            throw new IllegalStateException(
                    "a task of " + event.host + " failed at " + now() + "; " + describe(), e);
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

    /** The hosts that are alive. */
    public List<SimulatedHost> hosts() {
        return hosts.values().stream().filter(SimulatedHost::alive).toList();
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

    // ---- for hosts

    Registration schedule(SimulatedHost host, long delayNanos, boolean onLoop, Runnable task) {
        Event event = new Event(nowNanos + Math.max(0, delayNanos), sequence++, host, onLoop, task);
        events.add(event);
        return () -> event.cancelled = true;
    }

    boolean isInLoop(SimulatedHost host) {
        return inLoop == host;
    }

    SimulatedHost at(InetSocketAddress address) {
        SimulatedHost host = hosts.get(address);
        return host != null && host.alive() ? host : null;
    }

    boolean cut(InetSocketAddress a, InetSocketAddress b) {
        return island.contains(a.getAddress()) != island.contains(b.getAddress());
    }

    boolean happens(double share) {
        return share > 0 && chance.nextDouble() < share;
    }

    long latencyNanos(InetSocketAddress a, InetSocketAddress b) {
        long min = options.delayMin().toNanos();
        long span = options.delayMax().toNanos() - min;
        if (span == 0) {
            return min;
        }
        long pair = SeededRandom.mix(seed ^ SeededRandom.mix((long) code(a) + code(b)));
        return min + Math.floorMod(pair, span);
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
            byte[] copy = payload.clone();
            schedule(null, delay, false, () -> arrive(from, to, copy));
        }
    }

    private void arrive(InetSocketAddress from, InetSocketAddress to, byte[] payload) {
        SimulatedHost host = at(to);
        if (host == null || cut(from, to) || !host.lets(from)) {
            return;
        }
        trace('d', from, to, payload);
        schedule(host, 0, true, () -> host.datagrams().deliver(from, payload));
    }

    void trace(char kind, InetSocketAddress from, InetSocketAddress to, byte[] bytes) {
        delivered++;
        trace.update(ByteBuffer.allocate(10).putLong(nowNanos).putChar(kind).array());
        for (InetSocketAddress end : List.of(from, to)) {
            trace.update(end.getAddress().getAddress());
            trace.update(ByteBuffer.allocate(4).putInt(end.getPort()).array());
        }
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

    private static final class Event implements Comparable<Event> {
        private final long timeNanos;
        private final long sequence;
        private final SimulatedHost host;
        private final boolean onLoop;
        private final Runnable task;
        private boolean cancelled;

        Event(long timeNanos, long sequence, SimulatedHost host, boolean onLoop, Runnable task) {
            this.timeNanos = timeNanos;
            this.sequence = sequence;
            this.host = host;
            this.onLoop = onLoop;
            this.task = task;
        }

        @Override
        public int compareTo(Event other) {
            int order = Long.compare(timeNanos, other.timeNanos);
            return order != 0 ? order : Long.compare(sequence, other.sequence);
        }
    }
}
