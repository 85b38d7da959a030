package bytchat.itests.simulation.routing;

import bytchat.api.env.Registration;
import bytchat.api.transport.DatagramTransport;
import java.net.InetSocketAddress;

/** Swallows whatever arrives. */
record Deaf(DatagramTransport wire) implements DatagramTransport {
    @Override
    public InetSocketAddress local() {
        return wire.local();
    }

    @Override
    public void send(InetSocketAddress to, byte[] payload) {
        wire.send(to, payload);
    }

    @Override
    public Registration receive(DatagramReceiver receiver) {
        return wire.receive((from, payload) -> { });
    }
}
