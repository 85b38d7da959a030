package bytchat.itests.benchmarks.network;

import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.transport.DatagramTransport;
import bytchat.routing.kademlia.internal.KademliaSettings;
import bytchat.runtime.internal.NodeRuntime;
import bytchat.transport.udp.internal.UdpTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/** Routing nodes in one process, each with a socket and an address 127.x.y.1 of its own; they share one event loop or a few. */
final class LocalNetwork implements AutoCloseable {
    private static final int WORKERS = 1;
    private static final int WORKER_QUEUE = 65_536;
    private static final int RECEIVED_BYTES_MAX = 2_048;
    private static final int SEND_QUEUE_BYTES_MAX = 262_144;
    private static final int SUBNETS = 250;
    /** So many join at a time: a network grows, it does not appear. */
    private static final int JOINING = 20;
    private static final long PATIENCE_SECONDS = 300;

    /** One node and its socket. */
    record Member(RoutingNode node, NodeRuntime runtime, UdpTransport udp) {
        /** As the operating system does it when a process dies: from now on nobody answers. */
        void kill() {
            udp.close();
            node.stop();
        }
    }

    private final HashAlgorithm hash;
    private final KademliaSettings settings;
    private final UnaryOperator<DatagramTransport> tap;
    private final List<NodeRuntime> runtimes = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private final List<Member> alive = new ArrayList<>();

    private LocalNetwork(Shape shape, UnaryOperator<DatagramTransport> tap) {
        this.hash = shape.algorithm();
        this.settings = shape.settings();
        this.tap = tap;
        for (int i = 0; i < shape.loops; i++) {
            runtimes.add(new NodeRuntime(WORKERS, WORKER_QUEUE));
        }
    }

    /**
     * The nodes have joined, and had some seconds to get to know each other.
     *
     * @param tap goes between each node and its socket
     */
    static LocalNetwork start(Shape shape, int nodes, UnaryOperator<DatagramTransport> tap) throws Exception {
        LocalNetwork network = new LocalNetwork(shape, tap);
        for (int i = 0; i < nodes; i++) {
            network.add();
            if (i % JOINING == 0) {
                network.awaitReady();
            }
        }
        network.awaitReady();
        TimeUnit.SECONDS.sleep(shape.settleSeconds);
        return network;
    }

    private void add() throws IOException {
        int number = members.size();
        NodeRuntime runtime = runtimes.get(number % runtimes.size());
        InetAddress address = InetAddress.getByAddress(new byte[] {127, (byte) (1 + number / SUBNETS), (byte) (number % SUBNETS), 1});
        UdpTransport udp = new UdpTransport(new InetSocketAddress(address, 0), runtime.eventLoopGroup(), RECEIVED_BYTES_MAX, SEND_QUEUE_BYTES_MAX);
        List<InetSocketAddress> bootstrap = number == 0 ? List.of() : List.of(members.get(0).udp().local());
        Member member = new Member(RoutingNode.start(runtime, hash, tap.apply(udp), bootstrap, settings), runtime, udp);
        members.add(member);
        alive.add(member);
    }

    private void awaitReady() throws Exception {
        await("all nodes ready", () -> members.stream().allMatch(member -> member.node().ready()));
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("no " + what + " within " + PATIENCE_SECONDS + " s");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Those that live. */
    List<Member> alive() {
        return alive;
    }

    Member any(Random random) {
        return alive.get(random.nextInt(alive.size()));
    }

    /** So much of those that live, chosen by chance. */
    List<Member> some(Random random, double share) {
        List<Member> shuffled = new ArrayList<>(alive);
        Collections.shuffle(shuffled, random);
        return List.copyOf(shuffled.subList(0, (int) Math.round(share * shuffled.size())));
    }

    Key randomKey(Random random) {
        byte[] key = new byte[hash.bits() / 8];
        random.nextBytes(key);
        return Key.of(key);
    }

    /** The truth: the nearest that live, without this one, nearest first. */
    List<Contact> nearest(Key key, int count, Member without) {
        return alive.stream().filter(member -> member != without).map(member -> member.node().contact())
                .sorted((a, b) -> key.compareDistance(a.id(), b.id())).limit(count).toList();
    }

    /** Datagrams sent so far, by the living and the dead. */
    long sentDatagrams() {
        return members.stream().mapToLong(member -> ((Number) member.udp().facts().get("sent_datagrams")).longValue()).sum();
    }

    /** All of these die at once. */
    void kill(Collection<Member> victims) throws Exception {
        for (NodeRuntime runtime : runtimes) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            runtime.loop().execute(() -> {
                victims.stream().filter(victim -> victim.runtime() == runtime).forEach(Member::kill);
                done.complete(null);
            });
            done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        alive.removeAll(victims);
    }

    /** A step of a run: on which node's loop, and what. */
    record Step(Member member, Action action) {
        /** Runs on the loop. */
        interface Action {
            CompletionStage<?> begin();
        }
    }

    /** Runs so many steps, one after the other without a pause, and waits for the last. */
    static void oneByOne(int count, IntFunction<Step> steps) throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<Void> done = new CompletableFuture<>();
        next(0, count, steps, done);
        done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static void next(int number, int count, IntFunction<Step> steps, CompletableFuture<Void> done) {
        if (number == count) {
            done.complete(null);
            return;
        }
        Step step = steps.apply(number);
        step.member().runtime().loop().execute(() -> step.action().begin().whenComplete((value, failure) -> {
            if (failure == null) {
                next(number + 1, count, steps, done);
            } else {
                done.completeExceptionally(failure);
            }
        }));
    }

    @Override
    public void close() {
        members.forEach(member -> member.runtime().loop().execute(member::kill));
        runtimes.forEach(NodeRuntime::close);
    }
}
