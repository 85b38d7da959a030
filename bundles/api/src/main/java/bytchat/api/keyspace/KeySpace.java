package bytchat.api.keyspace;

import bytchat.api.hash.HashAlgorithm;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A key space this node lives in: a hash, and the network that uses it. Service property {@link #PROPERTY} = {@link #name()}.
 * Distance exists only inside one key space; only hash bundles know a width.
 */
@ProviderType
public interface KeySpace {
    /** Service and configuration property by which every part of a key space finds the others. */
    String PROPERTY = "bytchat.keyspace";

    /** The configuration's name, for example {@code default}: local to this node, never on the wire. */
    String name();

    HashAlgorithm hash();

    /** The messaging network, sent as {@code nw}; empty for an open network, which speaks plain BEP 5 and only routes. */
    Optional<String> network();

    default int bits() {
        return hash().bits();
    }

    /** The hash of the parts joined, as a key. */
    default Key keyOf(byte[]... parts) {
        return Key.of(hash().digest(parts));
    }

    /** @throws IllegalArgumentException if the bytes are not of this key space's width */
    default Key key(byte[] bytes) {
        if (bytes.length * 8 != bits()) {
            throw new IllegalArgumentException(
                    "a key of " + hash().name() + " has " + bits() / 8 + " bytes, these are " + bytes.length);
        }
        return Key.of(bytes);
    }

    /** UID of an account: the hash of the DER SubjectPublicKeyInfo of its RSA key. */
    default Key uid(byte[] accountKey) {
        return keyOf(accountKey);
    }

    /** Where the signed meta of a user lies: hash("meta" + UID). */
    default Key metaKey(Key uid) {
        return keyOf("meta".getBytes(StandardCharsets.US_ASCII), uid.unsafeArray());
    }

    /** Where the messages for a user wait: hash("chat" + UID). */
    default Key chatKey(Key uid) {
        return keyOf("chat".getBytes(StandardCharsets.US_ASCII), uid.unsafeArray());
    }
}
