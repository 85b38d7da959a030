package bytchat.mainline.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BValue;
import bytchat.api.bencode.BencodeException;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.mainline.Found;
import bytchat.api.mainline.Stored;
import bytchat.api.routing.LookupRequest;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.rpc.RpcException;
import bytchat.wire.CompactNodes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Looks for peers of a file, and announces this node as one (BEP 5). What others say of peers cannot be checked, only bounded. */
final class PeerClient {
    private static final String GET_PEERS = "get_peers";
    private static final String ANNOUNCE_PEER = "announce_peer";
    private static final int PORT_MAX = 65_535;

    private final LocalNode local;
    private final Supplier<RoutingPlane> routing;
    private final Storing storing;
    private final PeerStore store;
    private final PeerServer server;
    private final MainlineSettings settings;

    PeerClient(LocalNode local, Supplier<RoutingPlane> routing, Storing storing, PeerStore store, PeerServer server,
            MainlineSettings settings) {
        this.local = local;
        this.routing = routing;
        this.storing = storing;
        this.store = store;
        this.server = server;
        this.settings = settings;
    }

    CompletionStage<Found<List<InetSocketAddress>>> peers(Key infoHash) {
        Set<InetSocketAddress> peers = new LinkedHashSet<>();
        for (boolean ipv6 : new boolean[] {false, true}) {
            peers.addAll(store.peers(infoHash, ipv6, settings.foundPeersMax()));
        }
        LookupRequest request = LookupRequest.nodes(infoHash, settings.copies())
                .asking(GET_PEERS, asked(infoHash), (from, result) -> {
                    values(result, peers);
                    return false;
                });
        return routing.get().search(request).result().thenApply(lookup -> new Found<>(infoHash,
                peers.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(peers)), lookup));
    }

    private void values(BDict result, Set<InetSocketAddress> peers) {
        try {
            for (BValue value : result.list("values").orElse(List.of())) {
                if (value instanceof BBytes compact && peers.size() < settings.foundPeersMax()) {
                    InetSocketAddress peer = CompactNodes.address(compact.unsafeArray());
                    if (peer.getPort() != 0) {
                        peers.add(peer);
                    }
                }
            }
        } catch (BencodeException e) {
            return; // garbled from here on: what came before it counts
        }
    }

    private static BDict asked(Key infoHash) {
        return BDict.builder().put("info_hash", infoHash.unsafeArray()).build();
    }

    CompletionStage<Stored> announce(Key infoHash, int port) {
        if (port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("a port is 1 to " + PORT_MAX + ", or 0 for the one that others see, not " + port);
        }
        int known = port == 0 ? local.endpoint().getPort() : port;
        BDict written = asked(infoHash).with()
                .put("implied_port", port == 0 ? 1 : 0)
                .put("port", known)
                .build();
        return storing.store(new Storing.Order(infoHash, GET_PEERS, asked(infoHash), ANNOUNCE_PEER, written,
                () -> announceHere(infoHash, known)));
    }

    private void announceHere(Key infoHash, int port) throws RpcException {
        InetAddress own = local.endpoint().getAddress();
        if (own.isAnyLocalAddress()) {
            throw RpcException.answered(RpcException.GENERIC, "this node does not know its own address yet");
        }
        server.store(infoHash, new InetSocketAddress(own, port));
    }
}
