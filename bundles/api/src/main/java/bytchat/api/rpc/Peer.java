package bytchat.api.rpc;

import bytchat.api.bencode.BDict;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Key;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** The node at the other end of a link. Both ends ask and answer. Used on the event loop. */
@ProviderType
public interface Peer {
    /** How long a call waits for its answer by default. */
    Duration CALL_TIMEOUT = Duration.ofSeconds(10);

    /** The node key proven in the handshake. */
    byte[] nodeKey();

    /** The id, proven by the node key; empty on an inbound link until its first request has shown it. */
    Optional<Key> id();

    /** The other end's socket address; of an inbound link its port is ephemeral. */
    InetSocketAddress address();

    boolean inbound();

    /** Whether it is this node itself. */
    boolean isSelf();

    /**
     * Asks over the link.
     *
     * @return completes on the event loop with the result dictionary {@code r}; fails there with {@link RpcException}
     */
    CompletionStage<BDict> call(String method, BDict arguments, Duration timeout);

    default CompletionStage<BDict> call(String method, BDict arguments) {
        return call(method, arguments, CALL_TIMEOUT);
    }

    /** Something hangs on this link: it is kept open (and alive) until every such registration is closed. */
    Registration hang();

    /** Completes on the event loop when the link has closed, whatever the reason. Never fails. */
    CompletionStage<Void> closed();

    boolean open();

    void close();
}
