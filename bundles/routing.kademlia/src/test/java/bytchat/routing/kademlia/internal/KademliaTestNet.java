package bytchat.routing.kademlia.internal;

import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.NodeKey;
import bytchat.api.routing.LookupResult;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.rpc.internal.Rpc;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedNodeKey;
import bytchat.transport.memory.SimulatedWorld;
import bytchat.transport.memory.SimulationOptions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Nodes that route: the production classes on the simulated network. */
final class KademliaTestNet {
    final SimulatedWorld world;
    final HashAlgorithm hash;
    final List<Router> routers = new ArrayList<>();
    /** Of the routers made from now on. */
    KademliaSettings settings = KademliaSettings.DEFAULTS;
    /** What the node at an address remembers over a restart. */
    final Map<InetSocketAddress, KnownContacts> memories = new HashMap<>();

    KademliaTestNet(long seed) {
        this(new SimulatedWorld(seed, SimulationOptions.CLEAN), new Sha512());
    }

    KademliaTestNet(SimulatedWorld world, HashAlgorithm hash) {
        this.world = world;
        this.hash = hash;
    }

    static String ip(int number) {
        return "10.0." + number / 250 + "." + (1 + number % 250);
    }

    static InetSocketAddress address(int number) {
        return new InetSocketAddress(ip(number), 4000);
    }

    Router router(int number, Integer... bootstrap) {
        return router(ip(number), KademliaDefences.ALL, bootstrap);
    }

    Router router(String ip, KademliaDefences defences, Integer... bootstrap) {
        SimulatedHost host = world.host(ip, 4000);
        return router(host, new SimulatedNodeKey(host.environment().random()), defences, bootstrap);
    }

    /** Starts again with an old key. */
    Router router(int number, NodeKey key, Integer... bootstrap) {
        return router(world.host(ip(number), 4000), key, KademliaDefences.ALL, bootstrap);
    }

    Router router(SimulatedHost host, NodeKey key, KademliaDefences defences, Integer... bootstrap) {
        List<InetSocketAddress> addresses = List.of(bootstrap).stream().map(KademliaTestNet::address).toList();
        SimulatedNode node = new SimulatedNode(
                host, SimulatedNode.keySpace(hash, Optional.of("bytchat")), key, addresses);
        Rpc rpc = new Rpc(host.environment(), node, host.datagrams(), host.links(node.nodeKey()));
        Kademlia kademlia = new Kademlia(
                host.environment(), node, rpc, memories.computeIfAbsent(host.address(), a -> new Memory()),
                settings, defences);
        rpc.start();
        kademlia.start();
        Router router = new Router(host, node, rpc, kademlia);
        routers.add(router);
        return router;
    }

    /** So many nodes, of which all but the first know the first. */
    KademliaTestNet grow(int count) {
        router(0);
        for (int i = 1; i < count; i++) {
            router(i, 0);
            world.run(Duration.ofMillis(200));
        }
        world.run(Duration.ofSeconds(30));
        return this;
    }

    LookupResult lookup(Router from, Key target, int count) {
        return world.await(from.host.call(() -> from.kademlia.lookup(target, count)), Duration.ofMinutes(1));
    }

    void run(Router router, Runnable task) {
        boolean[] done = new boolean[1];
        router.host.environment().loop().execute(() -> {
            task.run();
            done[0] = true;
        });
        world.runUntil(() -> done[0], Duration.ofSeconds(1));
    }

    /** The truth: the living nodes nearest the target, without the asker. */
    List<Contact> nearest(Key target, int count, Router asker) {
        return nearest(routers, target, count, asker);
    }

    static List<Contact> nearest(Collection<Router> routers, Key target, int count, Router asker) {
        return routers.stream()
                .filter(router -> router != asker && router.host.alive() && !router.node.readOnly())
                .map(Router::contact)
                .sorted((a, b) -> target.compareDistance(a.id(), b.id()))
                .limit(count)
                .toList();
    }

    Key key(String text) {
        return Key.of(hash.digest(text.getBytes()));
    }

    record Router(SimulatedHost host, SimulatedNode node, Rpc rpc, Kademlia kademlia) {
        Contact contact() {
            return new Contact(node.id(), host.address());
        }
    }

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
}
