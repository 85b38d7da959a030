package bytchat.keyspace.internal;

import bytchat.api.keyspace.NodeKey;
import bytchat.wire.crypto.Ed25519;
import java.security.KeyStore;
import java.security.SecureRandom;

/** A node's key pair in memory. The private key leaves it only towards the node's own key file and TLS. */
public final class NodeIdentity implements NodeKey {
    private final byte[] privateKey;
    private final byte[] publicKey;
    private KeyStore.PrivateKeyEntry tlsEntry;

    private NodeIdentity(byte[] privateKey) {
        this.privateKey = privateKey;
        this.publicKey = Ed25519.publicKey(privateKey);
    }

    public static NodeIdentity generate(SecureRandom random) {
        return new NodeIdentity(Ed25519.generatePrivateKey(random));
    }

    /** @param privateKey the 32 bytes of RFC 8032 */
    public static NodeIdentity of(byte[] privateKey) {
        return new NodeIdentity(privateKey.clone());
    }

    @Override
    public byte[] publicKey() {
        return publicKey.clone();
    }

    @Override
    public byte[] sign(byte[] message) {
        return Ed25519.sign(privateKey, message);
    }

    /** Made when first asked for: a node without links, and a simulated one, need none. */
    @Override
    public synchronized KeyStore.PrivateKeyEntry tlsEntry() {
        if (tlsEntry == null) {
            tlsEntry = NodeCertificate.entry(privateKey, publicKey);
        }
        return tlsEntry;
    }

    byte[] privateKey() {
        return privateKey.clone();
    }
}
