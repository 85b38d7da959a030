package bytchat.api.hash;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A hash that a key space can be made with. Service property {@code bytchat.hash} = {@link #name()}. Implementations are
 * safe for use from any thread.
 */
@ConsumerType
public interface HashAlgorithm {
    /** Lower-case name as in FIPS 180-4, for example {@code sha-1} or {@code sha-512}. */
    String name();

    /** Width of a digest in bits, a multiple of 8. */
    int bits();

    /** The digest of the parts joined in order. */
    byte[] digest(byte[]... parts);
}
