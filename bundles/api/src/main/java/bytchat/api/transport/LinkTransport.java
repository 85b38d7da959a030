package bytchat.api.transport;

import bytchat.api.env.Registration;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Opens and accepts links: ordered, confidential, with both ends' node keys proven. Service property
 * {@code bytchat.keyspace}. Used on the event loop.
 */
@ConsumerType
public interface LinkTransport {
    /** The largest frame in bytes: 256 KiB. */
    int FRAME_BYTES_MAX = 256 * 1024;

    InetSocketAddress local();

    /**
     * Opens a link. {@code check} is asked after every handshake, resumed ones too, before the link is given to anybody.
     *
     * @return completes on the event loop with an open link, or fails there with {@link LinkException}
     */
    CompletionStage<Link> dial(InetSocketAddress to, PeerCheck check);

    /** Sets the one acceptor of inbound links, called on the event loop after the handshake. Fails if there is one already. */
    Registration accept(Consumer<Link> acceptor);

    /** Decides whether the key that the other end proved is the one that was meant. */
    @FunctionalInterface
    interface PeerCheck {
        PeerCheck ANY = (nodeKey, address) -> true;

        boolean accepts(byte[] nodeKey, InetSocketAddress address);
    }
}
