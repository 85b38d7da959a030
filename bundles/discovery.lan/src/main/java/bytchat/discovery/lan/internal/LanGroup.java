package bytchat.discovery.lan.internal;

import bytchat.api.env.Registration;
import java.net.InetAddress;

/** Everybody in the local network who listens, this node too. Used on the event loop. */
interface LanGroup {
    /** Sends to all, or to nobody: what a network does with it is not known. */
    void send(byte[] datagram);

    /** Sets the receiver, called on the event loop. */
    Registration receive(Receiver receiver);

    /** Takes what arrives. */
    @FunctionalInterface
    interface Receiver {
        void received(InetAddress from, byte[] datagram);
    }
}
