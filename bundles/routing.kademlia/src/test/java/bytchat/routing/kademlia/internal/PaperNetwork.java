package bytchat.routing.kademlia.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.LookupRequest;
import bytchat.api.routing.LookupResult;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcEndpoint.Answer;
import bytchat.api.rpc.RpcException;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import bytchat.wire.CompactNodes;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

/**
 * A large network that exists on paper: nodes are ids with full tables (k of each subtree, as Kademlia's are), and answer
 * from them. The lookup that goes through it is the production class, with the askers' own state. So thousands of lookups
 * among ten thousand nodes take seconds, and what is measured is the lookup alone.
 */
final class PaperNetwork {
    /** What a hostile node answers. */
    enum Lie {
        /** Nothing. */
        SILENCE,
        /** The hostile nodes nearest the target, which exist. */
        COLLUDERS,
        /** As {@link #COLLUDERS}, but others to each asker's question: those who were not named before. */
        FRESH_COLLUDERS,
        /** Nodes very near the target that do not exist. */
        INVENTED
    }

    /**
     * @param nodes   that live
     * @param dead    share of the contacts in everybody's table that are dead
     * @param hostile share of the living that lie
     * @param loss    share of the datagrams that are lost
     * @param medianMillis median round trip; the spread is that of a log-normal variable
     */
    record Options(int nodes, double dead, double hostile, Lie lie, double loss, double medianMillis, double sigma) {
        static final Options HONEST = new Options(2_000, 0, 0, Lie.SILENCE, 0, 100, 0.5);

        Options nodes(int number) {
            return new Options(number, dead, hostile, lie, loss, medianMillis, sigma);
        }

        Options dead(double share) {
            return new Options(nodes, share, hostile, lie, loss, medianMillis, sigma);
        }

        Options hostile(double share, Lie how) {
            return new Options(nodes, dead, share, how, loss, medianMillis, sigma);
        }

        Options loss(double share) {
            return new Options(nodes, dead, hostile, lie, share, medianMillis, sigma);
        }

        Options roundTrip(double millis, double spread) {
            return new Options(nodes, dead, hostile, lie, loss, millis, spread);
        }
    }

    private static final int K = TableSettings.BUCKET_SIZE;
    private static final Duration RPC_TIMEOUT = Duration.ofMillis(1_500);

    final SimulatedWorld world;
    final HashAlgorithm hash;
    final Options options;
    private final Random random;
    private final Key[] ids;
    private final Contact[] contacts;
    private final boolean[] dead;
    private final boolean[] hostile;
    private final int[][] tables;
    private final int[] hostiles;
    private final int[] lied;

    PaperNetwork(long seed, HashAlgorithm hash, Options options) {
        this.world = new SimulatedWorld(seed);
        this.hash = hash;
        this.options = options;
        this.random = new Random(seed);
        int all = (int) Math.round(options.nodes / (1 - options.dead));
        ids = new Key[all];
        for (int i = 0; i < all; i++) {
            ids[i] = randomKey();
        }
        Arrays.sort(ids);
        contacts = new Contact[all];
        dead = new boolean[all];
        hostile = new boolean[all];
        for (int i = 0; i < all; i++) {
            contacts[i] = new Contact(ids[i], address(i));
            dead[i] = random.nextDouble() < options.dead;
            hostile[i] = !dead[i] && random.nextDouble() < options.hostile;
        }
        hostiles = IntStream.range(0, all).filter(i -> hostile[i]).toArray();
        lied = new int[all];
        tables = new int[all][];
    }

    Key randomKey() {
        byte[] bytes = new byte[hash.bits() / 8];
        random.nextBytes(bytes);
        return Key.of(bytes);
    }

    private static InetSocketAddress address(int number) {
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(new byte[] {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number}),
                    4000);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int number(InetSocketAddress address) {
        byte[] ip = address.getAddress().getAddress();
        return (ip[1] & 0xff) << 16 | (ip[2] & 0xff) << 8 | ip[3] & 0xff;
    }

    /** K random ones of each subtree beside the node's own. */
    private int[] table(int node) {
        if (tables[node] == null) {
            List<Integer> table = new ArrayList<>();
            int low = 0;
            int high = ids.length;
            for (int bit = 0; high - low > 1; bit++) {
                int middle = low;
                int top = high;
                while (middle < top) {
                    int probe = (middle + top) >>> 1;
                    if (ids[probe].bit(bit)) {
                        top = probe;
                    } else {
                        middle = probe + 1;
                    }
                }
                boolean one = ids[node].bit(bit);
                int from = one ? low : middle;
                int to = one ? middle : high;
                if (to - from <= K) {
                    IntStream.range(from, to).forEach(table::add);
                } else {
                    random.ints(from, to).distinct().limit(K).forEach(table::add);
                }
                low = one ? middle : low;
                high = one ? high : middle;
            }
            tables[node] = table.stream().mapToInt(i -> i).toArray();
        }
        return tables[node];
    }

    private List<Contact> nearest(int[] of, Key target, int count) {
        return Arrays.stream(of).boxed()
                .sorted((a, b) -> target.compareDistance(ids[a], ids[b]))
                .limit(count).map(i -> contacts[i]).toList();
    }

    /** The truth: the honest ones among the k nearest living nodes. */
    List<Contact> holders(Key target, int count) {
        return IntStream.range(0, ids.length).filter(i -> !dead[i]).boxed()
                .sorted((a, b) -> target.compareDistance(ids[a], ids[b]))
                .limit(count).filter(i -> !hostile[i]).map(i -> contacts[i]).toList();
    }

    /** The hostile nodes nearest the target. */
    List<Contact> liars(Key target, int count) {
        return nearest(hostiles, target, count);
    }

    private List<Contact> answer(int node, Key target) {
        if (!hostile[node]) {
            return nearest(table(node), target, K);
        }
        return switch (options.lie) {
            case SILENCE -> List.of();
            case COLLUDERS -> nearest(hostiles, target, K);
            case FRESH_COLLUDERS -> Arrays.stream(hostiles).boxed()
                    .sorted(Comparator.<Integer>comparingInt(i -> lied[i] / 2)
                            .thenComparing((a, b) -> target.compareDistance(ids[a], ids[b])))
                    .limit(K).peek(i -> lied[i]++).map(i -> contacts[i]).toList();
            case INVENTED -> IntStream.range(0, K).mapToObj(i -> {
                byte[] id = target.toArray();
                random.nextBytes(id);
                System.arraycopy(target.unsafeArray(), 0, id, 0, id.length / 2);
                return new Contact(Key.of(id), address(0x800000 + random.nextInt(0x700000)));
            }).toList();
        };
    }

    boolean isDead(InetSocketAddress address) {
        return dead[number(address)];
    }

    /** All living nodes. */
    List<Contact> living() {
        return IntStream.range(0, ids.length).filter(i -> !dead[i]).mapToObj(i -> contacts[i]).toList();
    }

    Asker asker(KademliaSettings settings, KademliaDefences defences) {
        return new Asker(settings, defences);
    }

    Asker asker() {
        return asker(KademliaSettings.DEFAULTS, KademliaDefences.ALL);
    }

    /** A living, honest node that looks up. */
    final class Asker {
        final int number;
        final SimulatedHost host;
        final Lookup.Context context;
        final KademliaSettings settings;
        final SizeEstimator size = new SizeEstimator(K);
        /** Contacts that somebody has slipped into its table. */
        List<Contact> slippedIn = List.of();
        /** Ids under which each address was asked in the last lookup, one for each query. */
        final Map<InetSocketAddress, List<Key>> asked = new HashMap<>();

        private Asker(KademliaSettings settings, KademliaDefences defences) {
            this.settings = settings;
            int candidate = random.nextInt(ids.length);
            while (dead[candidate] || hostile[candidate]) {
                candidate = random.nextInt(ids.length);
            }
            number = candidate;
            host = world.host(contacts[number].address().getAddress().getHostAddress(), 4000 + random.nextInt(10_000));
            SimulatedNode local = new SimulatedNode(
                    host, SimulatedNode.keySpace(hash, Optional.of("paper")), List.of());
            local.id(ids[number]);
            Sources sources = new Sources(settings.lookup().sourcesMax(), 1);
            context = new Lookup.Context(
                    host.environment(), endpoint(), new Referrals(local, K, sources, defences), new RoundTrips(),
                    new Unreachable(settings.lookup().unreachableMax(), settings.lookup().unreachableTime(), 2),
                    sources, settings, defences, contact -> contact.id().equals(ids[number]), answer -> { },
                    (contact, why) -> { }, () -> size.atLeast(ids[number], nearest(table(number), ids[number], K)));
        }

        LookupResult lookup(LookupRequest request) {
            Arrays.fill(lied, 0);
            asked.clear();
            return world.await(host.call(() -> begin(request)), Duration.ofMinutes(1));
        }

        Key id() {
            return ids[number];
        }

        LookupResult lookup(Key target, int count, int paths) {
            return lookup(LookupRequest.nodes(target, count).withPaths(paths));
        }

        /** On the asker's loop. */
        CompletionStage<LookupResult> begin(LookupRequest request) {
            Lookup lookup = new Lookup(context, request);
            List<Contact> start = new ArrayList<>(slippedIn);
            start.addAll(nearest(table(number), request.target(), settings.lookup().candidatesMax() / 4));
            return lookup.start(start, List.of()).thenApply(result -> {
                if (result instanceof LookupResult.Converged) {
                    size.converged(request.target(), lookup.nearestK());
                }
                return result;
            });
        }

        /** As much of an endpoint as lookups use. */
        private RpcEndpoint endpoint() {
            return (RpcEndpoint) Proxy.newProxyInstance(
                    RpcEndpoint.class.getClassLoader(), new Class<?>[] {RpcEndpoint.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("query") && arguments[0] instanceof Contact to) {
                            return query(to, (BDict) arguments[2]);
                        }
                        throw new UnsupportedOperationException(method.toString());
                    });
        }

        private CompletionStage<Answer> query(Contact to, BDict arguments) {
            asked.computeIfAbsent(to.address(), address -> new ArrayList<>()).add(to.id());
            CompletableFuture<Answer> future = new CompletableFuture<>();
            int node = number(to.address());
            boolean answers = node < ids.length && !dead[node] && !(hostile[node] && options.lie == Lie.SILENCE)
                    && random.nextDouble() >= options.loss && random.nextDouble() >= options.loss;
            if (answers) {
                long nanos = roundTripNanos(node);
                Contact from = contacts[node];
                host.environment().loop().schedule(Duration.ofNanos(nanos), () -> {
                    if (!from.equals(to)) {
                        future.completeExceptionally(RpcException.failed(RpcException.Kind.WRONG_NODE, "another"));
                        return;
                    }
                    Key target = Key.of(arguments.requireBytes("target"));
                    List<Contact> nodes = PaperNetwork.this.answer(node, target);
                    BDict result = BDict.builder().put("id", from.id().unsafeArray())
                            .put("nodes", CompactNodes.encode(nodes, false)).build();
                    future.complete(new Answer(from, result, nanos));
                });
            } else {
                host.environment().loop().schedule(RPC_TIMEOUT, () -> future.completeExceptionally(
                        RpcException.failed(RpcException.Kind.TIMEOUT, "no answer")));
            }
            return future;
        }

        private long roundTripNanos(int node) {
            Random pair = new Random(31L * (number + node) + 7L * number * node);
            pair.nextInt();
            return (long) (options.medianMillis * Math.exp(options.sigma * pair.nextGaussian()) * 1e6);
        }
    }
}
