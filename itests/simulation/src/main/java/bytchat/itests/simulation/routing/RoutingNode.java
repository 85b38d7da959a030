package bytchat.itests.simulation.routing;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.NodeKey;
import bytchat.api.transport.Link;
import bytchat.api.transport.LinkException;
import bytchat.api.transport.LinkTransport;
import bytchat.api.env.Registration;
import bytchat.keyspace.internal.KeySpaceNode;
import bytchat.routing.kademlia.internal.Kademlia;
import bytchat.transport.memory.SimulatedHost;
import java.net.InetSocketAddress;
import java.security.KeyStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A living node that only routes: the production key space, RPC and Kademlia.
 *
 * @param contact   who it is
 * @param bornNanos virtual time of its start; {@link Long#MIN_VALUE} for one that was always there
 * @param nat       others reach it only after it spoke to them
 */
public record RoutingNode(
        Contact contact, SimulatedHost host, KeySpaceNode local, SharingRpc rpc, Kademlia kademlia, long bornNanos, boolean nat,
        boolean hostile) {

    public boolean alive() {
        return host.alive();
    }

    /** Whether a datagram from anybody reaches it. */
    public boolean reachable() {
        return alive() && !nat;
    }

    /** A public key for an id; nothing is ever signed with it, because no link opens here. */
    record PublicPart(byte[] publicKey) implements NodeKey {
        @Override
        public byte[] sign(byte[] message) {
            throw new UnsupportedOperationException("a node that only routes signs nothing");
        }

        @Override
        public KeyStore.PrivateKeyEntry tlsEntry() {
            throw new UnsupportedOperationException("a node that only routes opens no link");
        }
    }

    /** Nobody listens for links, and none can be opened. */
    record NoLinks(InetSocketAddress local) implements LinkTransport {
        @Override
        public CompletionStage<Link> dial(InetSocketAddress to, PeerCheck check) {
            return CompletableFuture.failedFuture(
                    new LinkException(LinkException.Reason.UNREACHABLE, "there are no links in this network"));
        }

        @Override
        public Registration accept(Consumer<Link> acceptor) {
            return () -> { };
        }
    }
}
