package bytchat.transport.memory;

import bytchat.api.env.Clock;
import bytchat.api.env.Environment;
import bytchat.api.env.EventLoop;
import bytchat.api.env.Registration;
import bytchat.api.env.WorkerPool;
import bytchat.api.keyspace.NodeKey;
import bytchat.api.transport.LinkTransport;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** One process on the simulated network. Its tasks throw into the run, which then stops: nothing is swallowed. */
public final class SimulatedHost {
    private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

    private final SimulatedWorld world;
    private final InetSocketAddress address;
    private final VirtualEnvironment environment;
    private final SimulatedDatagrams datagrams;
    private SimulatedLinks links;
    /** Null without NAT; else when a datagram last went to each. */
    private NatMappings nat;
    /** Null until somebody wants to know. */
    private WideArea place;
    private boolean alive = true;
    private Duration clockOffset = Duration.ZERO;

    SimulatedHost(SimulatedWorld world, InetSocketAddress address, long seed) {
        this.world = world;
        this.address = address;
        this.environment = new VirtualEnvironment(new SeededRandom(seed));
        this.datagrams = new SimulatedDatagrams(world, this);
    }

    public InetSocketAddress address() {
        return address;
    }

    public Environment environment() {
        return environment;
    }

    public SimulatedDatagrams datagrams() {
        return datagrams;
    }

    /** The host's links, under this key. The same ones each time; another key afterwards is an error. */
    public LinkTransport links(NodeKey key) {
        if (links == null) {
            links = new SimulatedLinks(world, this, key);
        } else if (!links.isOf(key)) {
            throw new IllegalStateException(this + " has links under another key");
        }
        return links;
    }

    /** From now on only those whom this host has sent a datagram to reach it by datagram, and nobody by link. */
    public void behindNat() {
        behindNat(FOREVER);
    }

    /** The same, and each of those only for so long after the last datagram to it. */
    public void behindNat(Duration mapping) {
        nat = new NatMappings(mapping.toNanos());
    }

    /** The host's wall clock goes wrong by so much. */
    public void clockOffset(Duration offset) {
        clockOffset = offset;
    }

    /** Runs the supplier on the host's loop and gives what its stage gives. */
    public <T> CompletableFuture<T> call(Supplier<? extends CompletionStage<T>> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        environment.loop().execute(() -> task.get().whenComplete((value, failure) -> {
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(failure);
            }
        }));
        return result;
    }

    /** The process dies: nothing of it runs any more, and the system closes its links. */
    public void crash() {
        if (alive) {
            alive = false;
            if (links != null) {
                links.abandon();
            }
            world.died(this);
        }
    }

    /** The machine dies: as {@link #crash()}, but nobody is told. */
    public void vanish() {
        if (alive) {
            alive = false;
            world.died(this);
        }
    }

    public boolean alive() {
        return alive;
    }

    WideArea place() {
        if (place == null) {
            place = world.placeOf(address);
        }
        return place;
    }

    boolean lets(InetSocketAddress from) {
        return nat == null || nat.lets(from, world.nanoTime());
    }

    boolean acceptsLinks() {
        return nat == null && links != null && links.accepting();
    }

    SimulatedLinks linksOrNull() {
        return links;
    }

    void spoke(InetSocketAddress to) {
        if (nat != null) {
            nat.sent(to, world.nanoTime());
        }
    }

    @Override
    public String toString() {
        return "host " + address;
    }

    private final class VirtualEnvironment implements Environment, Clock, EventLoop, WorkerPool {
        private final SecureRandom random;

        VirtualEnvironment(SecureRandom random) {
            this.random = random;
        }

        @Override
        public Clock clock() {
            return this;
        }

        @Override
        public EventLoop loop() {
            return this;
        }

        @Override
        public WorkerPool workers() {
            return this;
        }

        @Override
        public SecureRandom random() {
            return random;
        }

        @Override
        public Instant now() {
            return world.now().plus(clockOffset);
        }

        @Override
        public long nanoTime() {
            return world.nanoTime();
        }

        @Override
        public void execute(Runnable task) {
            world.schedule(SimulatedHost.this, 0, true, task);
        }

        @Override
        public Registration schedule(Duration delay, Runnable task) {
            return world.schedule(SimulatedHost.this, delay.toNanos(), true, task);
        }

        @Override
        public boolean inLoop() {
            return world.isInLoop(SimulatedHost.this);
        }

        @Override
        public <T> CompletionStage<T> submit(Callable<T> work) {
            CompletableFuture<T> result = new CompletableFuture<>();
            world.schedule(SimulatedHost.this, world.options().workCost().toNanos(), false, () -> {
                try {
                    T value = work.call();
                    execute(() -> result.complete(value));
                } catch (Exception e) {
                    execute(() -> result.completeExceptionally(e));
                }
            });
            return result;
        }
    }
}
