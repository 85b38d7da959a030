package bytchat.itests.simulation.hostile;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.api.env.Registration;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
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
import bytchat.transport.memory.SimulatedWorld;
import bytchat.transport.memory.SimulationOptions;
import bytchat.wire.KrpcMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Two addresses ask a running node under ever new ids, from ever new ports, and answer whatever they are asked; then the node
 * restarts, while they go on (the attack of Heilman et al. 2015 on Bitcoin, in a DHT). The network is an open one, where ids are
 * free: half of them are random, half are near the node's own id, where its table has most room.
 */
public final class IdFlood {
    /** The links that are judged. */
    public static final int LINKS = 10;
    private static final int PORT = 4_000;
    private static final int HONEST = 100;
    private static final Duration QUIET = Duration.ofMinutes(30);
    /** Below what one source may ask. */
    private static final Duration ASK_EVERY = Duration.ofMillis(10);

    private final SimulatedWorld world;
    private final HashAlgorithm hash;
    private final KademliaDefences defences;
    private final Random chance;
    private final Memory memory = new Memory();
    private final List<RoutingNode> honest = new ArrayList<>();
    private final List<InetAddress> attackers = List.of(address("198.51.100.7"), address("203.0.113.9"));
    private final Set<InetSocketAddress> asked = new LinkedHashSet<>();
    private RoutingNode victim;

    /**
     * How the node stands a minute after its restart.
     *
     * @param attackerEntries contacts of the two addresses in its table
     * @param entries         all contacts
     * @param honestLinks     of the nodes nearest to ten random keys, as its lookups find them, and to which it would open its
     *                        links, those that are honest
     * @param honestAsked     of the first ten addresses it asked after the restart, those of honest nodes
     */
    public record Outcome(int attackerEntries, int entries, int honestLinks, int honestAsked) {
    }

    private IdFlood(long seed, HashAlgorithm hash, KademliaDefences defences) {
        this.world = new SimulatedWorld(seed, SimulationOptions.CLEAN);
        this.hash = hash;
        this.defences = defences;
        this.chance = new Random(seed);
    }

    /** @param ids how many different ids ask */
    public static Outcome run(long seed, HashAlgorithm hash, int ids, KademliaDefences defences) {
        return new IdFlood(seed, hash, defences).outcome(ids);
    }

    private Outcome outcome(int ids) {
        for (int i = 0; i < HONEST; i++) {
            honest.add(start(world.host("20.0." + i + ".1", PORT), false));
            world.run(Duration.ofMillis(300));
        }
        victim = start(world.host("20.1.0.1", PORT), true);
        world.run(QUIET);
        flood(ids);
        world.run(Duration.ofMinutes(1));
        victim.host().crash();
        asked.clear();
        victim = start(world.host("20.1.0.1", PORT), true);
        flood((int) (Duration.ofMinutes(1).toMillis() / ASK_EVERY.toMillis()));
        return judged();
    }

    private Outcome judged() {
        List<Contact> table = victim.kademlia().table().stream().map(entry -> entry.contact()).toList();
        int links = 0;
        for (int i = 0; i < LINKS; i++) {
            byte[] key = new byte[hash.bits() / 8];
            chance.nextBytes(key);
            List<Contact> nearest = world.await(victim.host().call(() -> victim.kademlia().lookup(Key.of(key), 1)),
                    Duration.ofMinutes(1)).nearest();
            links += nearest.stream().filter(contact -> !isAttacker(contact.address())).count();
        }
        return new Outcome(
                (int) table.stream().filter(contact -> isAttacker(contact.address())).count(), table.size(), links,
                (int) asked.stream().limit(LINKS).filter(address -> !isAttacker(address)).count());
    }

    private void flood(int ids) {
        for (int i = 0; i < ids; i++) {
            InetSocketAddress from = new InetSocketAddress(attackers.get(i % 2), 1_024 + i / 2 % 64_000);
            world.forge(from, victim.host().address(), new KrpcMessage.Query(new byte[] {1, 2}, "ping",
                    BDict.builder().put("id", id(from).unsafeArray()).build(), false, Optional.empty(), Optional.empty()).encode());
            world.run(ASK_EVERY);
        }
    }

    /** Whoever is asked answers under the id it has asked under: it follows from the address. */
    private Key id(InetSocketAddress attacker) {
        byte[] id = hash.digest(attacker.toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        if (attacker.getPort() % 2 == 0) {
            // As near to the victim as need be to fall into one of its deeper buckets.
            byte[] near = victim.local().id().toArray();
            int from = attacker.getPort() / 2 % 80;
            for (int bit = from; bit < near.length * 8; bit++) {
                int mask = 0x80 >> (bit & 7);
                boolean set = bit == from ? (near[bit >> 3] & mask) == 0 : (id[bit >> 3] & mask) != 0;
                near[bit >> 3] = (byte) (set ? near[bit >> 3] | mask : near[bit >> 3] & ~mask);
            }
            return Key.of(near);
        }
        return Key.of(id);
    }

    private boolean isAttacker(InetSocketAddress address) {
        return attackers.contains(address.getAddress());
    }

    private RoutingNode start(SimulatedHost host, boolean isVictim) {
        RoutingNode.PublicPart key = isVictim
                ? new RoutingNode.PublicPart(new byte[32])
                : RoutingNode.PublicPart.random(host.environment().random());
        List<InetSocketAddress> bootstrap = honest.stream().limit(1).map(node -> node.host().address()).toList();
        InetSocketAddress listen = host.address();
        KeySpaceNode local = new KeySpaceNode(
                new KeySpaceSettings("default", hash.name(), Optional.empty(),
                        new HostPort(listen.getAddress().getHostAddress(), PORT), List.of(), Reachable.YES),
                hash, key, listen, listen.getAddress());
        local.bootstrap(bootstrap);
        DatagramTransport wire = isVictim ? new Answered(host.datagrams()) : host.datagrams();
        Rpc rpc = new Rpc(host.environment(), local, wire, host.links(key));
        Kademlia kademlia = new Kademlia(host.environment(), local, rpc, isVictim ? memory : KnownContacts.NONE,
                KademliaSettings.DEFAULTS, isVictim ? defences : KademliaDefences.ALL);
        rpc.start();
        kademlia.start();
        return new RoutingNode(host, local, rpc, kademlia, false, world.nanoTime());
    }

    /** What the victim sends to the attackers is answered at once, by whichever of the ids it was sent to. */
    private final class Answered implements DatagramTransport {
        private final DatagramTransport wire;

        Answered(DatagramTransport wire) {
            this.wire = wire;
        }

        @Override
        public InetSocketAddress local() {
            return wire.local();
        }

        @Override
        public void send(InetSocketAddress to, byte[] payload) {
            try {
                if (KrpcMessage.parse(payload, PAYLOAD_BYTES_MAX) instanceof KrpcMessage.Query query) {
                    asked.add(to);
                    if (isAttacker(to)) {
                        BDict result = BDict.builder().put("id", id(to).unsafeArray()).put("nodes", new byte[0]).build();
                        world.forge(to, local(), new KrpcMessage.Response(
                                query.t(), result, Optional.empty(), Optional.empty()).encode());
                    }
                }
            } catch (BencodeException e) {
                throw new IllegalStateException("the node sent what it would not read itself", e);
            }
            wire.send(to, payload);
        }

        @Override
        public Registration receive(DatagramReceiver receiver) {
            return wire.receive(receiver);
        }
    }

    /** The victim's disk. */
    private static final class Memory implements KnownContacts {
        private List<Contact> saved = List.of();

        @Override
        public List<Contact> load() {
            return saved;
        }

        @Override
        public void save(List<Contact> contacts) {
            saved = contacts;
        }
    }

    private static InetAddress address(String ip) {
        try {
            return InetAddress.getByAddress(InetAddress.getByName(ip).getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("a number is always an address", e);
        }
    }
}
