package bytchat.itests.simulation.routing;

import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.transport.DatagramTransport;
import bytchat.keyspace.internal.HostPort;
import bytchat.keyspace.internal.KeySpaceNode;
import bytchat.keyspace.internal.KeySpaceSettings;
import bytchat.keyspace.internal.KeySpaceSettings.Reachable;
import bytchat.routing.kademlia.internal.Kademlia;
import bytchat.routing.kademlia.internal.KnownContacts;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import bytchat.wire.NodeIds;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * The network of {@link RoutingOptions}: begins, and lets nodes come and go for as long as {@link #world()} runs. Every node has a public
 * address in a /24 of its own, to which its id is tied (BEP 42).
 */
public final class RoutingNetwork {
    /** What many home routers give an idle UDP mapping (RFC 4787 asks for at least 2 minutes). */
    public static final Duration NAT_MAPPING = Duration.ofMinutes(2);
    /** A warm start takes this time. Nothing is sent meanwhile: see {@link SharingRpc}. */
    public static final Duration WARM_UP = Duration.ofMinutes(10);
    /** In this part of it the nodes start, so that their timers are spread; in the rest they look around as often as newcomers do. */
    private static final Duration WARM_STARTS = Duration.ofMinutes(5);
    /** A cold start lets one join after the other at this pace. */
    public static final Duration JOIN_EVERY = Duration.ofMillis(100);
    private static final int BOOTSTRAP_NODES = 3;
    /** Those who left and may come back; the one longest away comes first. */
    private static final int AWAY_MAX = 1_000;

    private final RoutingOptions options;
    private final HashAlgorithm hash;
    private final KeySpace keySpace;
    private final Misbehaviour misbehaviour;
    private final SimulatedWorld world;
    private final Random chance;
    private final Oracle oracle = new Oracle();
    private final Map<InetSocketAddress, Contact> shared = new HashMap<>();
    private final List<Identity> away = new ArrayList<>();
    private List<InetSocketAddress> bootstrap = List.of();
    private int addresses;
    private int departures;
    private int returns;

    /** @param misbehaviour what hostile nodes do */
    public RoutingNetwork(RoutingOptions options, HashAlgorithm hash, Misbehaviour misbehaviour) {
        this.options = options;
        this.hash = hash;
        this.misbehaviour = misbehaviour;
        this.keySpace = SimulatedNode.keySpace(hash, options.network());
        this.world = new SimulatedWorld(options.seed(), options.wire());
        this.chance = new Random(options.seed());
    }

    /** Lets the network begin; returns when it has, and has settled. */
    public void start() {
        if (options.start() == Start.WARM) {
            warm();
        } else {
            cold();
        }
        world.run(options.settle());
    }

    private void warm() {
        List<Identity> living = new ArrayList<>();
        List<Contact> inTables = new ArrayList<>();
        for (int i = 0; i < options.nodes(); i++) {
            Identity identity = identity(kind(i));
            living.add(identity);
            if (!identity.nat) {
                inTables.add(identity.contact);
            }
        }
        bootstrap = inTables.stream().limit(BOOTSTRAP_NODES).map(Contact::address).toList();
        long dead = Math.round(inTables.size() * options.dead() / (1 - options.dead()));
        for (long i = 0; i < dead; i++) {
            inTables.add(identity(Kind.PLAIN).contact);
        }
        WarmStart tables = new WarmStart(inTables, options.settings().bucketSize(), chance);
        // Without bootstrap they are ready at once; what they would have learnt by joining they are given.
        List<RoutingNode> nodes = living.stream().map(identity -> start(identity, List.of(), Long.MIN_VALUE)).toList();
        nodes.forEach(node -> shared.put(node.contact().address(), node.contact()));
        inTables.forEach(contact -> shared.put(contact.address(), contact));
        oracle.born(nodes);
        for (int i = 0; i < nodes.size(); i++) {
            RoutingNode node = nodes.get(i);
            boolean stays = i < BOOTSTRAP_NODES;
            node.host().environment().loop().schedule(randomWithin(WARM_STARTS), () -> {
                node.rpc().start();
                node.kademlia().start();
                node.host().environment().loop().schedule(Duration.ofMillis(1), () -> {
                    tables.tableOf(node.contact().id()).forEach(node.rpc()::answeredBefore);
                    node.local().bootstrap(bootstrap);
                });
            });
            if (!stays) {
                leaveAfter(node, living.get(i), WARM_UP.plus(residual()));
            }
        }
        world.run(WARM_UP);
    }

    private void cold() {
        for (int i = 0; i < options.nodes(); i++) {
            Identity identity = identity(i < BOOTSTRAP_NODES ? Kind.PLAIN : kind(i));
            come(identity, i >= BOOTSTRAP_NODES);
            if (i < BOOTSTRAP_NODES) {
                bootstrap = oracle.living().stream().map(node -> node.contact().address()).toList();
            }
            world.run(JOIN_EVERY);
        }
    }

    private Kind kind(int number) {
        if (number < BOOTSTRAP_NODES) {
            return Kind.PLAIN;
        }
        double x = chance.nextDouble();
        return x < options.hostile() ? Kind.HOSTILE : x < options.hostile() + options.nat() ? Kind.NAT : Kind.PLAIN;
    }

    // ---- coming and going

    private void come(Identity identity, boolean leaves) {
        RoutingNode node = start(identity, bootstrap, world.nanoTime());
        shared.put(node.contact().address(), node.contact());
        oracle.born(node);
        node.rpc().start();
        node.kademlia().start();
        if (leaves) {
            leaveAfter(node, identity, options.sessions().endless() ? Duration.ZERO : options.sessions().fresh(chance));
        }
    }

    private Duration residual() {
        return options.sessions().endless() ? Duration.ZERO : options.sessions().residual(chance);
    }

    private void leaveAfter(RoutingNode node, Identity identity, Duration session) {
        if (!options.sessions().endless() && !node.hostile()) {
            node.host().environment().loop().schedule(session, () -> leave(node, identity));
        }
    }

    /** It dies without a word, and another comes: one that was here before, or a new one of the same kind. */
    private void leave(RoutingNode node, Identity identity) {
        departures++;
        node.host().vanish();
        oracle.died(node);
        shared.remove(node.contact().address());
        boolean back = !away.isEmpty() && chance.nextDouble() < options.returning();
        Identity next = back ? away.remove(0) : identity(identity.nat ? Kind.NAT : Kind.PLAIN);
        returns += back ? 1 : 0;
        if (away.size() < AWAY_MAX) {
            away.add(identity);
        }
        come(next, true);
    }

    // ---- making nodes

    private enum Kind { PLAIN, NAT, HOSTILE }

    /** What a node keeps while it is away. */
    private static final class Identity implements KnownContacts {
        private final RoutingNode.PublicPart key;
        private final Contact contact;
        private final boolean nat;
        private final boolean hostile;
        private List<Contact> known = List.of();

        Identity(RoutingNode.PublicPart key, Contact contact, Kind kind) {
            this.key = key;
            this.contact = contact;
            this.nat = kind == Kind.NAT;
            this.hostile = kind == Kind.HOSTILE;
        }

        @Override
        public List<Contact> load() {
            return known;
        }

        @Override
        public void save(List<Contact> contacts) {
            known = contacts;
        }
    }

    private Identity identity(Kind kind) {
        byte[] bytes = new byte[RoutingNode.PublicPart.PUBLIC_KEY_BYTES];
        chance.nextBytes(bytes);
        InetSocketAddress address = nextAddress();
        Key id = NodeIds.derive(keySpace, bytes, address.getAddress(), bytes[0] & 0xff);
        return new Identity(new RoutingNode.PublicPart(bytes), new Contact(id, address), kind);
    }

    /** Not yet at work. */
    private RoutingNode start(Identity identity, List<InetSocketAddress> joinBy, long bornNanos) {
        InetSocketAddress address = identity.contact.address();
        SimulatedHost host = world.host(address.getAddress().getHostAddress(), address.getPort());
        KeySpaceSettings settings = new KeySpaceSettings(
                "default", hash.name(), options.network(), hostPort(address),
                joinBy.stream().map(RoutingNetwork::hostPort).toList(),
                identity.nat && options.network().isPresent() ? Reachable.NO : Reachable.YES);
        KeySpaceNode local = new KeySpaceNode(settings, hash, identity.key, host.address(), host.address().getAddress());
        local.bootstrap(joinBy);
        Contact contact = new Contact(local.id(), host.address());
        if (!contact.equals(identity.contact)) {
            throw new IllegalStateException(contact + " is not " + identity.contact);
        }
        if (identity.nat) {
            host.behindNat(NAT_MAPPING);
        }
        DatagramTransport wire = identity.hostile ? misbehaviour.wrap(host.datagrams(), contact) : host.datagrams();
        SharingRpc rpc = new SharingRpc(this, host.environment(), local, wire, new RoutingNode.NoLinks(host.address()));
        Kademlia kademlia = new Kademlia(
                host.environment(), local, rpc, identity, options.settings(), options.defences());
        return new RoutingNode(contact, host, local, rpc, kademlia, bornNanos, identity.nat, identity.hostile);
    }

    /** The one object for this contact. */
    Contact shared(Contact contact) {
        Contact known = shared.get(contact.address());
        return known != null && known.id().equals(contact.id()) ? known : contact;
    }

    /** Whether a warm start is under way. */
    boolean rehearses() {
        return options.start() == Start.WARM && world.nanoTime() < WARM_UP.toNanos();
    }

    /** Public, each in a /24 of its own, never twice: 20.0.0.0 to 99.255.255.255 in a scattered order. */
    private InetSocketAddress nextAddress() {
        int number = addresses++;
        int network = (int) (number * 1_000_003L % (80 * 65_536));
        byte[] bytes = {
            (byte) (20 + (network >> 16)), (byte) (network >> 8), (byte) network, (byte) (1 + number % 250)
        };
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), 4_000);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("4 bytes are always an address", impossible);
        }
    }

    private static HostPort hostPort(InetSocketAddress address) {
        return new HostPort(address.getAddress().getHostAddress(), address.getPort());
    }

    private Duration randomWithin(Duration upTo) {
        return Duration.ofNanos((long) (upTo.toNanos() * chance.nextDouble()));
    }

    // ---- looking at it

    public RoutingOptions options() {
        return options;
    }

    public SimulatedWorld world() {
        return world;
    }

    public Oracle oracle() {
        return oracle;
    }

    public KeySpace keySpace() {
        return keySpace;
    }

    public Key randomKey() {
        byte[] key = new byte[keySpace.bits() / 8];
        chance.nextBytes(key);
        return Key.of(key);
    }

    /** An honest node that has lived for so long, if there is one. */
    public Optional<RoutingNode> anyone(Duration age) {
        List<RoutingNode> living = oracle.living();
        for (int attempt = 0; attempt < 1_000; attempt++) {
            RoutingNode node = living.get(chance.nextInt(living.size()));
            if (!node.hostile() && hasLivedFor(node, age)) {
                return Optional.of(node);
            }
        }
        return Optional.empty();
    }

    public boolean hasLivedFor(RoutingNode node, Duration age) {
        return node.bornNanos() == Long.MIN_VALUE || world.nanoTime() - node.bornNanos() >= age.toNanos();
    }

    /** Nodes that have left so far. */
    public int departures() {
        return departures;
    }

    /** Of those who came in their place, the ones that had been here before. */
    public int returns() {
        return returns;
    }
}
