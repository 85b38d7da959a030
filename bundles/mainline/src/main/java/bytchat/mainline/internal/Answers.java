package bytchat.mainline.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.rpc.Request;
import bytchat.wire.CompactNodes;
import java.net.Inet6Address;
import java.util.List;
import java.util.function.Supplier;

/** How answers to {@code get} and {@code get_peers} begin: a token to write with, and the nodes nearest the target (BEP 5, BEP 32). */
final class Answers {
    /** k of BEP 5: nodes of each address family in an answer. */
    private static final int NODES_MAX = 8;
    /** Contacts that are looked at for them, of both families; a larger number if those were not enough. */
    private static final int LOOK_AT = 2 * NODES_MAX + 1;
    private static final int LOOK_AT_MAX = 8 * LOOK_AT;

    private final Supplier<RoutingPlane> routing;
    private final Tokens tokens;

    Answers(Supplier<RoutingPlane> routing, Tokens tokens) {
        this.routing = routing;
        this.tokens = tokens;
    }

    BDict.Builder begin(Request request, Key target) {
        BDict.Builder result = BDict.builder().put("token", tokens.give(request.from().getAddress()));
        for (boolean ipv6 : new boolean[] {false, true}) {
            if (wants(request, ipv6)) {
                result.put(ipv6 ? "nodes6" : "nodes",
                        CompactNodes.encode(nearest(target, ipv6, request.callerId(), LOOK_AT), ipv6));
            }
        }
        return result;
    }

    /** A table of both families may know many of one that are nearer than any of the other. */
    private List<Contact> nearest(Key target, boolean ipv6, Key asker, int count) {
        List<Contact> known = routing.get().closest(target, count);
        List<Contact> nearest = known.stream()
                .filter(contact -> contact.address().getAddress() instanceof Inet6Address == ipv6)
                .filter(contact -> !contact.id().equals(asker))
                .limit(NODES_MAX)
                .toList();
        boolean perhapsMore = nearest.size() < NODES_MAX && known.size() == count && count < LOOK_AT_MAX;
        return perhapsMore ? nearest(target, ipv6, asker, LOOK_AT_MAX) : nearest;
    }

    /** The families in {@code want}, else the one that the question came by. */
    private static boolean wants(Request request, boolean ipv6) {
        return request.arguments().list("want")
                .map(families -> families.contains(BBytes.of(ipv6 ? "n6" : "n4")))
                .orElse(request.from().getAddress() instanceof Inet6Address == ipv6);
    }
}
