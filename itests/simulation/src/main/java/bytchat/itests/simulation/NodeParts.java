package bytchat.itests.simulation;

import bytchat.api.env.Environment;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.keyspace.NodeKey;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.status.StatusSource;
import bytchat.api.transport.DatagramTransport;
import bytchat.api.transport.LinkTransport;
import bytchat.holders.internal.HolderPart;
import bytchat.keyspace.internal.HostPort;
import bytchat.keyspace.internal.KeySpaceNode;
import bytchat.keyspace.internal.KeySpaceSettings;
import bytchat.keyspace.internal.KeySpaceSettings.Reachable;
import bytchat.routing.fixed.internal.FixedRouting;
import bytchat.routing.fixed.internal.FixedSettings;
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
public record NodeParts(Environment environment, KeySpaceNode local, Rpc rpc, Plane plane, HolderPart holders) {
    /** The messaging network of every simulation. */
    public static final String NETWORK = "simulation";

    /** A routing plane that can be started and stopped, and says how it is. */
    public record Plane(RoutingPlane routing, StatusSource status, Runnable start, Runnable stop) {
    }

    /** Makes the routing plane of a node. */
    @FunctionalInterface
    public interface PlaneMaker {
        /** Kademlia, as a node has it by default. */
        PlaneMaker KADEMLIA = (environment, local, rpc, known) -> {
            Kademlia kademlia = new Kademlia(environment, local, rpc, known);
            return new Plane(kademlia, kademlia, kademlia::start, kademlia::stop);
        };

        /** The fixed list. */
        static PlaneMaker fixed(List<InetSocketAddress> nodes) {
            return (environment, local, rpc, known) -> {
                FixedRouting fixed = new FixedRouting(environment, local, rpc, FixedSettings.of(nodes));
                return new Plane(fixed, fixed, fixed::start, fixed::stop);
            };
        }

        Plane make(Environment environment, LocalNode local, RpcEndpoint rpc, KnownContacts known);
    }

    /** Begins to work, in the messaging network, on Kademlia. */
    public static NodeParts start(
            Environment environment,
            HashAlgorithm hash,
            NodeKey nodeKey,
            DatagramTransport datagrams,
            LinkTransport links,
            List<InetSocketAddress> bootstrap,
            KnownContacts known) {
        return start(environment, hash, Optional.of(NETWORK), nodeKey, datagrams, links, bootstrap, known, PlaneMaker.KADEMLIA);
    }

    /**
     * Begins to work.
     *
     * @param network empty for an open one
     */
    public static NodeParts start(
            Environment environment,
            HashAlgorithm hash,
            Optional<String> network,
            NodeKey nodeKey,
            DatagramTransport datagrams,
            LinkTransport links,
            List<InetSocketAddress> bootstrap,
            KnownContacts known,
            PlaneMaker maker) {
        InetSocketAddress listen = datagrams.local();
        KeySpaceSettings settings = new KeySpaceSettings(
                network.isPresent() ? "default" : "open", hash.name(), network, hostPort(listen),
                bootstrap.stream().map(NodeParts::hostPort).toList(), Reachable.AUTO);
        KeySpaceNode local = new KeySpaceNode(settings, hash, nodeKey, listen, listen.getAddress());
        local.bootstrap(bootstrap);
        Rpc rpc = new Rpc(environment, local, datagrams, links);
        Plane plane = maker.make(environment, local, rpc, known);
        HolderPart holders = new HolderPart(environment, local, rpc, plane.routing());
        rpc.start();
        plane.start().run();
        holders.start();
        return new NodeParts(environment, local, rpc, plane, holders);
    }

    public RoutingPlane routing() {
        return plane.routing();
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
        plane.stop().run();
        rpc.stop();
    }
}
