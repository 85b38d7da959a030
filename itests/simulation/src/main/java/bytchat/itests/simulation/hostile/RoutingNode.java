package bytchat.itests.simulation.hostile;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.keyspace.NodeKey;
import bytchat.routing.kademlia.internal.Kademlia;
import bytchat.rpc.internal.Rpc;
import bytchat.transport.memory.SimulatedHost;
import java.security.KeyStore;
import java.security.SecureRandom;

/** A node that only routes: the production key space, RPC and Kademlia. */
record RoutingNode(SimulatedHost host, LocalNode local, Rpc rpc, Kademlia kademlia, boolean hostile, long bornNanos) {
    Contact contact() {
        return new Contact(local.id(), host.address());
    }

    /** A public key for an id; nothing is ever signed with it, because no link opens here. */
    record PublicPart(byte[] publicKey) implements NodeKey {
        static PublicPart random(SecureRandom random) {
            byte[] key = new byte[PUBLIC_KEY_BYTES];
            random.nextBytes(key);
            return new PublicPart(key);
        }

        @Override
        public byte[] sign(byte[] message) {
            throw new UnsupportedOperationException("a node that only routes signs nothing");
        }

        @Override
        public KeyStore.PrivateKeyEntry tlsEntry() {
            throw new UnsupportedOperationException("a node that only routes opens no link");
        }
    }
}
