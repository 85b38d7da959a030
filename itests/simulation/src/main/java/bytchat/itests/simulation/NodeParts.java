package bytchat.itests.simulation;

import bytchat.api.env.Environment;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.NodeKey;
import bytchat.api.transport.DatagramTransport;
import bytchat.api.transport.LinkTransport;
import bytchat.holders.internal.HolderPart;
import bytchat.keyspace.internal.HostPort;
import bytchat.keyspace.internal.KeySpaceNode;
import bytchat.keyspace.internal.KeySpaceSettings;
import bytchat.keyspace.internal.KeySpaceSettings.Reachable;
import bytchat.routing.kademlia.internal.Kademlia;
import bytchat.routing.kademlia.internal.KnownContacts;
import bytchat.rpc.internal.Rpc;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * The parts of a node that make the network: key space, RPC, routing, holders. Made of the production classes, on
 * whatever transports it is given.
 */
public record NodeParts(Environment environment, KeySpaceNode local, Rpc rpc, Kademlia routing, HolderPart holders) {
    /** The messaging network of every simulation. */
    public static final String NETWORK = "simulation";

    /** Begins to work. */
    public static NodeParts start(
            Environment environment,
            HashAlgorithm hash,
            NodeKey nodeKey,
            DatagramTransport datagrams,
            LinkTransport links,
            List<InetSocketAddress> bootstrap,
            KnownContacts known) {
        InetSocketAddress listen = datagrams.local();
        KeySpaceSettings settings = new KeySpaceSettings(
                "default", hash.name(), Optional.of(NETWORK), hostPort(listen),
                bootstrap.stream().map(NodeParts::hostPort).toList(), Reachable.AUTO);
        KeySpaceNode local = new KeySpaceNode(settings, hash, nodeKey, listen, listen.getAddress());
        local.bootstrap(bootstrap);
        Rpc rpc = new Rpc(environment, local, datagrams, links);
        Kademlia routing = new Kademlia(environment, local, rpc, known);
        HolderPart holders = new HolderPart(environment, local, rpc, routing);
        rpc.start();
        routing.start();
        holders.start();
        return new NodeParts(environment, local, rpc, routing, holders);
    }

    private static HostPort hostPort(InetSocketAddress address) {
        return new HostPort(address.getAddress().getHostAddress(), address.getPort());
    }

    public Contact contact() {
        return new Contact(local.id(), local.endpoint());
    }

    /** Stops in order; links close. */
    public void stop() {
        holders.stop();
        routing.stop();
        rpc.stop();
    }
}
