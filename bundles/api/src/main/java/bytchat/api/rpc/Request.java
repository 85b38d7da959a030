package bytchat.api.rpc;

import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Key;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A request to serve.
 *
 * @param arguments  the dictionary {@code a}
 * @param callerId   the id in the arguments: on a link proven by the node key, on a datagram a claim
 * @param from       the observed address
 * @param peer       present on a link
 * @param readOnly   the caller only uses the network (BEP 43)
 */
public record Request(
        String method, BDict arguments, Key callerId, InetSocketAddress from, Optional<Peer> peer, boolean readOnly) {
    /** The link's peer, for methods that are served on links only. */
    public Peer link() {
        return peer.orElseThrow();
    }
}
