package bytchat.rpc.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.rpc.RpcException;
import bytchat.wire.CompactNodes;
import bytchat.wire.KrpcMessage;
import bytchat.wire.KrpcView;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Puts on every message what this node says about itself, and reads it from others': id, version, network, address. */
final class Envelopes {
    /** Client "BC", version 1. */
    static final byte[] VERSION = {'B', 'C', 0, 1};
    private static final BBytes ID = BBytes.of("id");
    private static final int ERROR_CHARS_MAX = 200;

    private final LocalNode local;
    private final Optional<BBytes> network;
    private final boolean sameNetworkOnly;

    Envelopes(LocalNode local, RpcDefences defences) {
        this.local = local;
        this.network = local.keySpace().network().map(BBytes::of);
        this.sameNetworkOnly = defences.sameNetwork();
    }

    byte[] query(byte[] t, String method, BDict arguments) {
        Optional<String> network = local.keySpace().network();
        return new KrpcMessage.Query(
                t, method, withId(arguments), local.readOnly(), network, Optional.of(VERSION)).encode();
    }

    KrpcMessage.Response response(KrpcMessage.Query to, BDict result, InetSocketAddress asker) {
        return new KrpcMessage.Response(
                to.t(),
                withId(result),
                Optional.of(CompactNodes.address(asker)),
                Optional.of(VERSION),
                local.keySpace().network());
    }

    byte[] failure(byte[] t, RpcException why) {
        String text = why.getMessage() == null ? "" : why.getMessage();
        String sentence = text.substring(0, Math.min(text.length(), ERROR_CHARS_MAX));
        return new KrpcMessage.Failure(t, why.code(), sentence, why.details()).encode();
    }

    BDict withId(BDict fields) {
        return fields.with().put("id", local.id().unsafeArray()).build();
    }

    /** The id in arguments or result; fails with {@link bytchat.api.bencode.BencodeException} if it is not one. */
    Key idIn(BDict fields) {
        return Key.of(fields.requireBytes("id", local.id().bits() / 8));
    }

    /** As {@link #idIn(BDict)}, of a query's arguments. */
    Key idIn(KrpcView query) {
        return query.key(ID, local.id().bits() / 8);
    }

    boolean isOurs(KrpcView query) {
        return !sameNetworkOnly || query.isOfNetwork(network);
    }

    boolean isOurs(Optional<String> network) {
        return !sameNetworkOnly || network.equals(local.keySpace().network());
    }

    RpcException otherNetwork() {
        return RpcException.answered(RpcException.WRONG_NETWORK, "another network");
    }
}
