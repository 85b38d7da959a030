package bytchat.api.transport;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/** An open link. Used on the event loop. */
@ConsumerType
public interface Link {
    /** The Ed25519 node key that the other end has proven in the handshake. */
    byte[] peerKey();

    /** The other end's socket address; of an inbound link its port is ephemeral. */
    InetSocketAddress remote();

    /** Whether the other end dialled. */
    boolean inbound();

    /**
     * Sets the receiver of frames, called on the event loop; frames that came before are delivered first.
     * What it throws closes the link.
     */
    void receive(FrameReceiver receiver);

    /**
     * Queues a frame. A link whose queue is over its bound (bytes) closes with {@link LinkException.Reason#OVERFLOW}: a
     * reader that does not read must not cost memory.
     *
     * @throws IllegalArgumentException if the frame is longer than {@link LinkTransport#FRAME_BYTES_MAX}
     */
    void send(byte[] frame);

    /**
     * The other end may now send frames up to {@link LinkTransport#FRAME_BYTES_MAX}; an inbound link starts with a smaller
     * limit and a deadline (8 KiB, 5 s by default) so that strangers cost little.
     */
    void authenticated();

    /** Closes after what is queued has been written. */
    void close();

    /** Completes on the event loop with the reason once closed, by either end. Never fails. */
    CompletionStage<LinkException> closed();

    /** Takes frames; the array is the receiver's to keep. */
    @FunctionalInterface
    interface FrameReceiver {
        void received(byte[] frame);
    }
}
