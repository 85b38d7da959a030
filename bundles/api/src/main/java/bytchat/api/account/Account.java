package bytchat.api.account;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An unlocked account on this node, which makes this node one of its devices. One service per account, with the properties
 * {@link #FINGERPRINT} and {@link #UID} (one text per key space of the node). It signs and decapsulates and never hands out
 * a private key. May be used from any thread; stages complete on the event loop.
 */
@ProviderType
public interface Account {
    /** Service property: hexadecimal SHA-512 fingerprint. */
    String FINGERPRINT = "bytchat.fingerprint";
    /** Service property: hexadecimal UIDs, one per key space this node lives in. */
    String UID = "bytchat.uid";

    /** The name given at creation; at most 64 characters. */
    String name();

    /** DER SubjectPublicKeyInfo of the RSA key. Its hash in a key space is the UID there. */
    byte[] publicKey();

    /** SHA-512 of {@link #publicKey()}, 64 bytes: what contacts, sessions and deduplication are keyed by. */
    byte[] fingerprint();

    /** SHA-512/256 of this device's Ed25519 key, 32 bytes. */
    byte[] deviceId();

    Credentials credentials();

    /** The prekeys to publish now; rotated weekly, privates kept past the longest TTL. */
    Prekeys prekeys();

    /** An image of at most 16 KiB, or empty. */
    byte[] avatar();

    /** RSA-PSS (SHA-512, MGF1-SHA-512, salt 64) by the account key over exactly these bytes, on the worker pool. */
    CompletionStage<byte[]> signAsAccount(byte[] message);

    /** Ed25519 by this device's key over exactly these bytes: 64 bytes. Quick (tens of microseconds). */
    byte[] signAsDevice(byte[] message);

    /**
     * Uses a prekey private.
     *
     * @param prekeysHash SHA-512/256 of the public prekeys that the other side used
     * @param ephemeral   the other side's X25519 key
     * @param ciphertext  ML-KEM-768 ciphertext
     * @return completes with both secrets; fails with {@link UnknownPrekeyException} if that private is gone, and with
     *         {@link IllegalArgumentException} for an all-zero X25519 result or a malformed ciphertext
     */
    CompletionStage<PrekeySecrets> openPrekey(byte[] prekeysHash, byte[] ephemeral, byte[] ciphertext);

    /**
     * Takes a device list that another device of this account, or its meta, showed. Lists that were made at the same time are joined: the
     * devices of both but for those that either revoked, under the next number, signed by the account key that is here. A change is told
     * by the service's property {@code bytchat.revision}.
     *
     * @return completes on the event loop when it is on disk, with whether {@link #credentials()} changed: false if this device's list says
     *         all that the other does; fails with {@link IllegalArgumentException} if this account did not sign it, if it revokes this
     *         device, or if both together name more than {@link DeviceList#DEVICES_MAX}, and with {@link java.io.IOException} if it could
     *         not be saved: then nothing has changed
     */
    CompletionStage<Boolean> adopt(DeviceList shown);

    /** X25519(ephemeral, prekey) and the ML-KEM shared secret, 32 bytes each. */
    record PrekeySecrets(byte[] x25519, byte[] mlkem) {
    }

    /** The prekey private is not, or no longer, here: the sender has to shake hands again. */
    final class UnknownPrekeyException extends Exception {
        private static final long serialVersionUID = 1L;

        public UnknownPrekeyException(String message) {
            super(message, null, false, false);
        }
    }
}
