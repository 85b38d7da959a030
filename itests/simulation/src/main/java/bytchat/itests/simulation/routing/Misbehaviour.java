package bytchat.itests.simulation.routing;

import bytchat.api.keyspace.Contact;
import bytchat.api.transport.DatagramTransport;

/** Makes a node hostile: the production node above joins and is remembered as any other, what it says is changed on the wire. */
@FunctionalInterface
public interface Misbehaviour {
    /** Nobody lies. */
    Misbehaviour NONE = (wire, self) -> wire;

    /**
     * @param wire the node's own datagrams
     * @param self who it is in truth
     * @return what the production node is given instead
     */
    DatagramTransport wrap(DatagramTransport wire, Contact self);
}
