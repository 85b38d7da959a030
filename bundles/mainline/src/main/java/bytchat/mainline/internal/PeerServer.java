package bytchat.mainline.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.rpc.Request;
import bytchat.api.rpc.RpcException;
import bytchat.wire.CompactNodes;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Serves {@code get_peers} and {@code announce_peer} (BEP 5). An address is only ever announced by itself, so that nobody can be
 * sent to a victim.
 */
final class PeerServer {
    private static final int PORT_MAX = 65_535;

    private final KeySpace keySpace;
    private final PeerStore store;
    private final Tokens tokens;
    private final Answers answers;
    private final MainlineSettings settings;
    private final MainlineDefences defences;

    PeerServer(KeySpace keySpace, PeerStore store, Tokens tokens, Answers answers, MainlineSettings settings,
            MainlineDefences defences) {
        this.keySpace = keySpace;
        this.store = store;
        this.tokens = tokens;
        this.answers = answers;
        this.settings = settings;
        this.defences = defences;
    }

    /** Peers of the asker's address family: it can use no other. */
    BDict getPeers(Request request) {
        Key infoHash = infoHash(request);
        BDict.Builder result = answers.begin(request, infoHash);
        boolean ipv6 = request.from().getAddress() instanceof Inet6Address;
        List<BBytes> peers = store.peers(infoHash, ipv6, settings.answerPeersMax()).stream()
                .map(peer -> BBytes.wrap(CompactNodes.address(peer)))
                .toList();
        return peers.isEmpty() ? result.build() : result.put("values", peers).build();
    }

    BDict announcePeer(Request request) throws RpcException {
        BDict arguments = request.arguments();
        Key infoHash = infoHash(request);
        if (defences.tokens() && !tokens.good(arguments.requireBytes("token"), request.from().getAddress())) {
            throw RpcException.answered(RpcException.PROTOCOL, "bad token");
        }
        boolean implied = arguments.integer("implied_port").orElse(0) != 0;
        long port = implied ? request.from().getPort() : arguments.requireInteger("port");
        if (port < 1 || port > PORT_MAX) {
            throw RpcException.answered(RpcException.PROTOCOL, "'port' is not 1 to " + PORT_MAX);
        }
        store(infoHash, new InetSocketAddress(request.from().getAddress(), (int) port));
        return BDict.EMPTY;
    }

    void store(Key infoHash, InetSocketAddress peer) throws RpcException {
        if (!store.announce(infoHash, peer)) {
            throw RpcException.answered(RpcException.SERVER, "no room");
        }
    }

    private Key infoHash(Request request) {
        return Key.of(request.arguments().requireBytes("info_hash", keySpace.bits() / 8));
    }
}
