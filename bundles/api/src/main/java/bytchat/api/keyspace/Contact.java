package bytchat.api.keyspace;

import java.net.InetSocketAddress;
import java.util.Objects;

/** A node as routing knows it: a claimed id and where to reach it, by datagram and by link. The address is resolved. */
public record Contact(Key id, InetSocketAddress address) {
    public Contact {
        Objects.requireNonNull(id, "id");
        if (address.isUnresolved() || address.getPort() == 0) {
            throw new IllegalArgumentException("a contact needs a resolved address and a port, not " + address);
        }
    }
}
