package bytchat.transport.memory;

import bytchat.api.env.Registration;
import bytchat.api.transport.DatagramTransport;
import java.net.InetSocketAddress;

/** A host's datagrams. */
public final class SimulatedDatagrams implements DatagramTransport {
    private final SimulatedWorld world;
    private final SimulatedHost host;
    private DatagramReceiver receiver;
    private long sent;
    private long sentBytes;
    private long received;
    private long failures;

    SimulatedDatagrams(SimulatedWorld world, SimulatedHost host) {
        this.world = world;
        this.host = host;
    }

    @Override
    public InetSocketAddress local() {
        return host.address();
    }

    @Override
    public void send(InetSocketAddress to, byte[] payload) {
        if (payload.length > PAYLOAD_BYTES_MAX) {
            throw new IllegalArgumentException(payload.length + " bytes, at most " + PAYLOAD_BYTES_MAX + " are sent");
        }
        if (host.alive()) {
            sent++;
            sentBytes += payload.length;
            host.spoke(to);
            world.post(host.address(), to, payload);
        }
    }

    @Override
    public Registration receive(DatagramReceiver newReceiver) {
        if (receiver != null) {
            throw new IllegalStateException("there is a receiver already");
        }
        receiver = newReceiver;
        return () -> {
            if (receiver == newReceiver) {
                receiver = null;
            }
        };
    }

    /** Datagrams sent. */
    public long sent() {
        return sent;
    }

    public long sentBytes() {
        return sentBytes;
    }

    public long received() {
        return received;
    }

    /** Datagrams that the receiver threw at: should stay 0 whatever arrives. */
    public long failures() {
        return failures;
    }

    void deliver(InetSocketAddress from, byte[] payload) {
        if (receiver == null) {
            return;
        }
        received++;
        try {
            receiver.received(from, payload);
        } catch (RuntimeException e) {
            failures++;
        }
    }
}
