package bytchat.api.holder;

import bytchat.api.keyspace.Key;
import bytchat.api.rpc.Peer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Single-use nonces against replay, given out by the method {@code challenge{target}} on links. Service property
 * {@code bytchat.keyspace}. Used on the event loop.
 */
@ProviderType
public interface Challenges {
    int NONCE_BYTES = 32;
    /** A nonce is good for so many seconds. */
    int NONCE_SECONDS = 60;

    /**
     * Uses a nonce up.
     *
     * @return whether it was given to this very peer for this target, not longer than {@value #NONCE_SECONDS} s ago, and not
     *         used before
     */
    boolean redeem(Peer peer, Key target, byte[] nonce);
}
