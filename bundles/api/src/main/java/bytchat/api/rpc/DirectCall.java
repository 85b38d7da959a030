package bytchat.api.rpc;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BValue;
import bytchat.api.keyspace.Key;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** A query that a {@link DirectHandler} serves, and the place for its answer. */
@ProviderType
public interface DirectCall {
    /** The observed address. */
    InetSocketAddress from();

    /** The id in the arguments, a claim. */
    Key callerId();

    /**
     * An argument that is a key.
     *
     * @throws bytchat.api.bencode.BencodeException if it is absent, no byte string or not of this key space's width
     */
    Key key(BBytes name);

    /** An argument of any kind. */
    Optional<BValue> argument(BBytes name);

    /**
     * How many bytes of entries the answer still has room for: what one datagram takes and, for an address that has not
     * proven itself, a multiple of what it sent.
     */
    int room();

    /**
     * Adds a byte string to the result. Names must come in the order of their bytes, each after {@code id}.
     *
     * @param length of {@code bytes}, from its start; with name and lengths it must fit in {@link #room()}
     */
    void put(BBytes name, byte[] bytes, int length);
}
