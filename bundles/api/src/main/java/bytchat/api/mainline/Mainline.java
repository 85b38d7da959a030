package bytchat.api.mainline;

import bytchat.api.bencode.BValue;
import bytchat.api.keyspace.Key;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The BitTorrent DHT's storage (BEP 5, BEP 44), in the key space's own hash. What is stored is kept by others for so long as they like,
 * usually 30 minutes (peers) and two hours (values): who wants it to stay stores it again before that. Service property
 * {@code bytchat.keyspace}. Used on the event loop, where every stage completes; none fails because of others.
 */
@ProviderType
public interface Mainline {
    /** Bytes of a value in bencode. */
    int VALUE_BYTES_MAX = 1_000;

    /** Whoever announced themselves for a file, as the nodes nearest its infohash know them; in no order, each once. */
    CompletionStage<Found<List<InetSocketAddress>>> peers(Key infoHash);

    /**
     * Announces this node's address for a file.
     *
     * @param port where others are to connect, 1 to 65,535; 0 for the port they see this node's datagrams come from
     */
    CompletionStage<Stored> announce(Key infoHash, int port);

    /** Looks for an immutable value, and ends with the first whose hash is the target. */
    CompletionStage<Found<BValue>> get(Key target);

    /** Stores an immutable value at the nodes nearest its hash. */
    CompletionStage<Stored> put(BValue value);

    /** Looks for the newest item of that key and salt among the nodes nearest, with a signature that holds. */
    CompletionStage<Found<MutableItem>> get(byte[] publicKey, byte[] salt);

    /**
     * Stores a mutable item, one's own or, to keep it alive, another's. A node that has a newer one refuses with 302.
     *
     * @param compareAndSwap store only where nothing or an item of just this sequence number is stored; others refuse with 301
     */
    CompletionStage<Stored> put(MutableItem item, OptionalLong compareAndSwap);

    /** Makes an item to be put. May be called from any thread. */
    MutableItem sign(Signer signer, byte[] salt, long sequence, BValue value);

    /** Where an immutable value lies. May be called from any thread. */
    Key target(BValue value);

    /** Where a mutable item lies. May be called from any thread. */
    Key target(byte[] publicKey, byte[] salt);

    /** An Ed25519 key pair. */
    interface Signer {
        /** {@value MutableItem#PUBLIC_KEY_BYTES} bytes. */
        byte[] publicKey();

        /** The signature over exactly these bytes. */
        byte[] sign(byte[] message);
    }
}
