package bytchat.itests.simulation.hostile;

import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.LookupRequest;
import bytchat.api.routing.LookupResult;
import bytchat.api.transport.DatagramTransport;
import bytchat.keyspace.internal.HostPort;
import bytchat.keyspace.internal.KeySpaceNode;
import bytchat.keyspace.internal.KeySpaceSettings;
import bytchat.keyspace.internal.KeySpaceSettings.Reachable;
import bytchat.routing.kademlia.internal.Kademlia;
import bytchat.routing.kademlia.internal.KademliaDefences;
import bytchat.routing.kademlia.internal.KademliaSettings;
import bytchat.routing.kademlia.internal.KnownContacts;
import bytchat.rpc.internal.Rpc;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A messaging network of production nodes of which some are hostile, and an oracle that knows them all. Every node has a public
 * address in a /24 of its own, so that ids are tied to addresses (BEP 42).
 *
 * <p>A lookup <em>finds the true nodes</em> if its result of eight contains every honest node that is, when it begins, among the
 * eight living nodes nearest the key, hostile ones under their true ids counted, has been in the network for five minutes, and
 * still lives when the lookup ends. Before it is judged, what a link would prove is applied as
 * {@code bytchat.holders} does: who claimed an id that is not of its node key is rejected, and the lookup is made again, at most
 * {@value #ROUNDS_MAX} times.
 */
public final class HostileNetwork {
    static final int WANTED = 8;
    static final int ROUNDS_MAX = 3;
    private static final String NETWORK = "simulation";
    private static final int PORT = 4_000;
    private static final int BOOTSTRAP_NODES = 3;
    private static final Duration JOIN_EVERY = Duration.ofMillis(100);
    private static final Duration LOOKUP_EVERY = Duration.ofSeconds(4);
    private static final Duration LOOKUP_LIMIT = Duration.ofMinutes(2);
    private static final Duration GROWN_UP = Duration.ofMinutes(5);
    /** Weibull: half of all sessions are over within 2 h, 80 % within 8 h. */
    private static final double SESSION_SHAPE = 0.6077;
    private static final double SESSION_SCALE_S = 3.655 * 3_600;

    private final HostileOptions options;
    private final HashAlgorithm hash;
    private final KademliaSettings settings;
    private final KademliaDefences defences;
    private final SimulatedWorld world;
    private final Random chance;
    private final Hostiles colluders;
    private final List<RoutingNode> honest = new ArrayList<>();
    private final List<RoutingNode> hostile = new ArrayList<>();
    private int addresses;
    private int departures;
    private long victimReceived;

    public HostileNetwork(HostileOptions options, HashAlgorithm hash) {
        this(options, hash, KademliaSettings.DEFAULTS, KademliaDefences.ALL);
    }

    /** With other settings and fewer defences of the honest nodes. */
    public HostileNetwork(HostileOptions options, HashAlgorithm hash, KademliaSettings settings, KademliaDefences defences) {
        this.options = options;
        this.hash = hash;
        this.settings = settings;
        this.defences = defences;
        this.world = new SimulatedWorld(options.seed(), options.network());
        this.chance = new Random(options.seed());
        this.colluders = new Hostiles(options.lie(), keySpace(), options.seed());
    }

    private KeySpace keySpace() {
        return SimulatedNode.keySpace(hash, Optional.of(NETWORK));
    }

    /** Lets everybody join, one after the other in random order, and live for a while. */
    public void grow() {
        for (int i = 0; i < BOOTSTRAP_NODES; i++) {
            honest.add(start(false));
        }
        SimulatedHost bystander = world.host(nextIp(), PORT);
        bystander.datagrams().receive((from, payload) -> victimReceived++);
        colluders.victim(bystander.address());
        int bad = (int) Math.round(options.nodes() * options.hostile());
        int good = options.nodes() - bad - BOOTSTRAP_NODES;
        while (bad + good > 0) {
            if (chance.nextInt(bad + good) < bad) {
                bad--;
                hostile.add(start(true));
            } else {
                good--;
                comeAndGo();
            }
            world.run(JOIN_EVERY);
        }
        world.run(options.settle());
    }

    /** An honest node, that leaves some day for another. */
    private void comeAndGo() {
        RoutingNode node = start(false);
        honest.add(node);
        if (options.churn()) {
            node.host().environment().loop().schedule(session(), () -> {
                honest.remove(node);
                node.host().vanish();
                departures++;
                comeAndGo();
            });
        }
    }

    private Duration session() {
        double hours = Math.pow(-Math.log(1 - chance.nextDouble()), 1 / SESSION_SHAPE);
        return Duration.ofMillis((long) (1_000 * SESSION_SCALE_S * hours));
    }

    private RoutingNode start(boolean bad) {
        SimulatedHost host = world.host(nextIp(), PORT);
        RoutingNode.PublicPart key = RoutingNode.PublicPart.random(host.environment().random());
        List<InetSocketAddress> bootstrap = bootstrap();
        InetSocketAddress listen = host.address();
        KeySpaceNode local = new KeySpaceNode(
                new KeySpaceSettings("default", hash.name(), Optional.of(NETWORK), hostPort(listen),
                        bootstrap.stream().map(HostileNetwork::hostPort).toList(), Reachable.YES),
                hash, key, listen, listen.getAddress());
        local.bootstrap(bootstrap);
        return assemble(host, local, bad);
    }

    private List<InetSocketAddress> bootstrap() {
        return honest.stream().limit(BOOTSTRAP_NODES).map(node -> node.host().address()).toList();
    }

    private RoutingNode assemble(SimulatedHost host, LocalNode local, boolean bad) {
        DatagramTransport wire = bad
                ? colluders.wrap(host.datagrams(), new Contact(local.id(), host.address()))
                : host.datagrams();
        Rpc rpc = new Rpc(host.environment(), local, wire, host.links(local.nodeKey()));
        Kademlia kademlia = new Kademlia(host.environment(), local, rpc, KnownContacts.NONE, settings, defences);
        rpc.start();
        kademlia.start();
        return new RoutingNode(host, local, rpc, kademlia, bad, world.nanoTime());
    }

    /**
     * Hostile nodes with ids chosen near a key, several to a /24.
     *
     * @param free whether they may have any id they like; else the nearest that BEP 42 allows each address
     */
    public void addSybils(Key key, int number, int perGroup, boolean free) {
        for (int i = 0; i < number; i++) {
            SimulatedHost host = world.host("90.0." + i / perGroup + "." + (1 + i % perGroup), PORT);
            SimulatedNode local = new SimulatedNode(
                    host, keySpace(), RoutingNode.PublicPart.random(host.environment().random()), bootstrap());
            byte[] chosen = key.toArray();
            chosen[chosen.length - 2] ^= (byte) (i + 1);
            local.id(free ? Key.of(chosen) : colluders.fitting(host.address(), key));
            hostile.add(assemble(host, local, true));
            world.run(JOIN_EVERY);
        }
    }

    /** Public, each in a /24 of its own, never twice. */
    private String nextIp() {
        int number = addresses++;
        return 20 + number / 65_536 + "." + (number / 256 & 255) + "." + (number & 255) + "." + (1 + number % 250);
    }

    private static HostPort hostPort(InetSocketAddress address) {
        return new HostPort(address.getAddress().getHostAddress(), address.getPort());
    }

    /** Looks so many random keys up, each with every number of paths, and says how it went. */
    public List<HostileFigures> measure() {
        Map<Integer, HostileFigures.Tally> tallies = new HashMap<>();
        options.paths().forEach(number -> tallies.put(number, new HostileFigures.Tally(number)));
        for (int i = 0; i < options.lookups(); i++) {
            byte[] key = new byte[hash.bits() / 8];
            chance.nextBytes(key);
            colluders.censor(Key.of(key));
            for (int number : options.paths()) {
                // Another asker each time: what one has learnt must not help the next.
                look(Key.of(key), number, tallies.get(number));
            }
            world.run(LOOKUP_EVERY);
        }
        return options.paths().stream().map(number -> tallies.get(number).figures(options)).toList();
    }

    private void look(Key key, int paths, HostileFigures.Tally tally) {
        RoutingNode asker = grownUp();
        List<RoutingNode> wanted = trulyNearest(key, asker);
        LookupResult result = null;
        int queries = 0;
        long startedNanos = world.nanoTime();
        for (int round = 0; round < ROUNDS_MAX; round++) {
            result = lookup(asker, key, paths);
            queries += result.effort().queries();
            List<Contact> pretenders = result.nearest().stream().filter(contact ->
                    colluders.contains(contact.address()) && !colluders.isTrueIdOf(contact)).toList();
            if (pretenders.isEmpty()) {
                break;
            }
            world.await(asker.host().call(() -> {
                pretenders.forEach(asker.kademlia()::reject);
                return CompletableFuture.completedFuture(true);
            }), LOOKUP_LIMIT);
        }
        List<Contact> found = result.nearest();
        List<RoutingNode> missing = wanted.stream()
                .filter(node -> node.host().alive() && !found.contains(node.contact()))
                .toList();
        if (!missing.isEmpty() && Boolean.getBoolean("hostile.explain")) {
            missing.forEach(node -> explain(key, paths, node, asker, found));
        }
        tally.add(wanted.size(), missing.size(), queries, world.nanoTime() - startedNanos, result);
    }

    /** Why a node may have been missed. */
    private void explain(Key key, int paths, RoutingNode node, RoutingNode asker, List<Contact> found) {
        long knowIt = honest.stream().filter(other -> other.kademlia().table().stream()
                .anyMatch(entry -> entry.contact().equals(node.contact()))).count();
        long badFound = found.stream().filter(contact -> colluders.contains(contact.address())).count();
        System.out.printf("missed: key %s, d = %d, node %s at prefix %d, %d min old, in %d honest tables; asker %d min old, table of "
                        + "%d; %d found, %d of them hostile, the last at prefix %d%n", key.shortHex(), paths, node.local().id().shortHex(),
                key.commonPrefixBits(node.local().id()), (world.nanoTime() - node.bornNanos()) / 60_000_000_000L, knowIt,
                (world.nanoTime() - asker.bornNanos()) / 60_000_000_000L, asker.kademlia().table().size(), found.size(), badFound,
                found.isEmpty() ? -1 : key.commonPrefixBits(found.get(found.size() - 1).id()));
    }

    private LookupResult lookup(RoutingNode asker, Key key, int paths) {
        LookupRequest request = LookupRequest.nodes(key, WANTED).withPaths(paths);
        return world.await(asker.host().call(() -> asker.kademlia().search(request).result()), LOOKUP_LIMIT);
    }

    /**
     * Looks a key up.
     *
     * @return how many of the honest nodes nearest to it a grown-up honest node finds, if it wants eight
     */
    public int honestFound(Key key, int paths) {
        RoutingNode asker = grownUp();
        LookupResult result = lookup(asker, key, paths);
        return (int) result.nearest().stream().filter(contact -> !colluders.contains(contact.address())).count();
    }

    /** Grown-up honest nodes that no other honest node has in its table: nobody will find them. */
    public long eclipsed() {
        Set<Contact> known = new HashSet<>();
        honest.forEach(node -> node.kademlia().table().forEach(entry -> known.add(entry.contact())));
        return honest.stream().filter(node -> isGrownUp(node) && !known.contains(node.contact())).count();
    }

    /** Datagrams that have come to the node that {@link Lie#VICTIM} names. */
    public long victimReceived() {
        return victimReceived;
    }

    private boolean isGrownUp(RoutingNode node) {
        return world.nanoTime() - node.bornNanos() >= GROWN_UP.toNanos();
    }

    private RoutingNode grownUp() {
        while (true) {
            RoutingNode node = honest.get(chance.nextInt(honest.size()));
            if (isGrownUp(node)) {
                return node;
            }
        }
    }

    /** The honest ones that must be found. */
    private List<RoutingNode> trulyNearest(Key key, RoutingNode asker) {
        List<RoutingNode> all = new ArrayList<>(honest);
        all.addAll(hostile);
        return all.stream()
                .filter(node -> node != asker)
                .sorted((a, b) -> key.compareDistance(a.local().id(), b.local().id()))
                .limit(WANTED)
                .filter(node -> !node.hostile() && isGrownUp(node))
                .toList();
    }

    /** Of the contacts in honest nodes' tables, the share that are hostile. */
    public double hostileShareOfTables() {
        long all = 0;
        long bad = 0;
        for (RoutingNode node : honest) {
            for (var entry : node.kademlia().table()) {
                all++;
                bad += colluders.contains(entry.contact().address()) ? 1 : 0;
            }
        }
        return all == 0 ? 0 : (double) bad / all;
    }

    Hostiles hostiles() {
        return colluders;
    }

    public int departures() {
        return departures;
    }

    public SimulatedWorld world() {
        return world;
    }
}
