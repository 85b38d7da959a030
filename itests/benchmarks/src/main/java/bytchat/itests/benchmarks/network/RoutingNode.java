package bytchat.itests.benchmarks.network;

import bytchat.api.env.Environment;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.status.State;
import bytchat.api.transport.DatagramTransport;
import bytchat.keyspace.internal.HostPort;
import bytchat.keyspace.internal.KeySpaceNode;
import bytchat.keyspace.internal.KeySpaceSettings;
import bytchat.keyspace.internal.KeySpaceSettings.Reachable;
import bytchat.keyspace.internal.NodeIdentity;
import bytchat.routing.kademlia.internal.Kademlia;
import bytchat.routing.kademlia.internal.KademliaDefences;
import bytchat.routing.kademlia.internal.KademliaSettings;
import bytchat.routing.kademlia.internal.KnownContacts;
import bytchat.rpc.internal.Rpc;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** What {@code ./bytchat node --network open --features routing} runs: the production classes, with their defaults unless asked otherwise. */
record RoutingNode(Environment environment, KeySpaceNode local, Rpc rpc, Kademlia routing) {
    /** @param datagrams of this node alone */
    static RoutingNode start(Environment environment, HashAlgorithm hash, DatagramTransport datagrams, List<InetSocketAddress> bootstrap,
            KademliaSettings kademlia) {
        InetSocketAddress listen = datagrams.local();
        KeySpaceSettings settings = new KeySpaceSettings("default", hash.name(), Optional.empty(), hostPort(listen),
                bootstrap.stream().map(RoutingNode::hostPort).toList(), Reachable.YES);
        KeySpaceNode local = new KeySpaceNode(settings, hash, NodeIdentity.generate(environment.random()), listen, listen.getAddress());
        local.bootstrap(bootstrap);
        Rpc rpc = new Rpc(environment, local, datagrams, new NoLinks(listen));
        Kademlia routing = new Kademlia(environment, local, rpc, KnownContacts.NONE, kademlia, KademliaDefences.ALL);
        rpc.start();
        routing.start();
        return new RoutingNode(environment, local, rpc, routing);
    }

    private static HostPort hostPort(InetSocketAddress address) {
        return new HostPort(address.getAddress().getHostAddress(), address.getPort());
    }

    Key id() {
        return local.id();
    }

    Contact contact() {
        return new Contact(local.id(), local.endpoint());
    }

    boolean ready() {
        return routing.status().state() == State.READY;
    }

    void stop() {
        routing.stop();
        rpc.stop();
    }
}
