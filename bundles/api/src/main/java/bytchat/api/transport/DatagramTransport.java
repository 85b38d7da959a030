package bytchat.api.transport;

import bytchat.api.env.Registration;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.osgi.annotation.versioning.ConsumerType;

/** Sends and receives datagrams at one local address. Service property {@code bytchat.keyspace}. Used on the event loop. */
@ConsumerType
public interface DatagramTransport {
    /**
     * The largest payload in bytes that is sent or understood: Ethernet's 1,500 less IPv4 and UDP headers. BEP 44 values of
     * 1,000 bytes need as much with their keys and signatures.
     */
    int PAYLOAD_BYTES_MAX = 1_472;

    /** The largest payload in bytes that every path takes whole: IPv6's minimum of 1,280 less IPv6 and UDP headers. */
    int SAFE_PAYLOAD_BYTES = 1_232;

    /** Where it is bound. */
    InetSocketAddress local();

    /**
     * Sends a datagram, or drops it silently when the system's queue is full: the caller has a timeout anyway.
     *
     * @throws IllegalArgumentException if the payload is longer than {@link #PAYLOAD_BYTES_MAX}
     */
    void send(InetSocketAddress to, byte[] payload);

    /** As {@link #send(InetSocketAddress, byte[])}, of the first {@code length} bytes; the array stays the caller's. */
    default void send(InetSocketAddress to, byte[] buffer, int length) {
        send(to, Arrays.copyOf(buffer, length));
    }

    /** Sets the one receiver, called on the event loop for each datagram. Fails if there is one already. */
    Registration receive(DatagramReceiver receiver);

    /** Takes what arrives; the array is the receiver's to keep. What it throws is counted and goes no further. */
    @FunctionalInterface
    interface DatagramReceiver {
        void received(InetSocketAddress from, byte[] payload);
    }
}
