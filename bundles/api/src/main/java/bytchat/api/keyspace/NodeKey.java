package bytchat.api.keyspace;

import java.security.KeyStore;
import org.osgi.annotation.versioning.ProviderType;

/**
 * This node's Ed25519 key pair (RFC 8032): one per node, shared by its key spaces. It signs store receipts and is shown on
 * every link. Safe for use from any thread.
 */
@ProviderType
public interface NodeKey {
    int PUBLIC_KEY_BYTES = 32;

    /** The raw public key, {@value #PUBLIC_KEY_BYTES} bytes. */
    byte[] publicKey();

    /** A 64-byte Ed25519 signature over exactly these bytes; domain separation is the caller's (see {@code wire}). */
    byte[] sign(byte[] message);

    /** Private key and self-signed certificate in the JDK's own types, for the link transport's TLS only. */
    KeyStore.PrivateKeyEntry tlsEntry();
}
