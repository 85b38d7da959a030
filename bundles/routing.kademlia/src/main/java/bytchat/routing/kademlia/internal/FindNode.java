package bytchat.routing.kademlia.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BList;
import bytchat.api.bencode.BValue;
import bytchat.api.bencode.BencodeException;
import bytchat.api.keyspace.Key;
import bytchat.api.rpc.DirectCall;
import bytchat.api.rpc.DirectHandler;
import bytchat.api.rpc.RpcException;
import bytchat.wire.CompactNodes;
import java.net.Inet6Address;
import java.util.Optional;
import java.util.function.Function;

/**
 * Answers {@code find_node} (BEP 5) with the k good contacts nearest the target, of each address family that is wanted
 * (BEP 32): {@code nodes} for IPv4, {@code nodes6} for IPv6; without {@code want}, of the family that the question came
 * by. What does not fit is left out, the other family's first, then the farthest. The asker is not told of itself.
 */
final class FindNode implements DirectHandler {
    private static final BBytes TARGET = BBytes.of("target");
    private static final BBytes WANT = BBytes.of("want");
    private static final BBytes NODES = BBytes.of("nodes");
    private static final BBytes NODES6 = BBytes.of("nodes6");
    private static final BBytes N4 = BBytes.of("n4");
    private static final BBytes N6 = BBytes.of("n6");
    /** Of a list beside its nodes: its name and the lengths of both, as in {@code 6:nodes6304:}. */
    private static final int LIST_BYTES = 12;

    private final Function<Boolean, TableSnapshot> tables;
    private final int[] nearest;
    private final int[] nearest6;
    private byte[] list = new byte[0];

    /** @param tables the contacts of IPv4 for false, of IPv6 for true */
    FindNode(int bucketSize, Function<Boolean, TableSnapshot> tables) {
        this.tables = tables;
        this.nearest = new int[bucketSize];
        this.nearest6 = new int[bucketSize];
    }

    @Override
    public void serve(DirectCall call) throws RpcException {
        Key target = call.key(TARGET);
        Optional<BValue> want = call.argument(WANT);
        boolean askerIpv6 = call.from().getAddress() instanceof Inet6Address;
        boolean ipv4 = want.isPresent() ? contains(want.get(), N4) : !askerIpv6;
        boolean ipv6 = want.isPresent() ? contains(want.get(), N6) : askerIpv6;
        TableSnapshot table = tables.apply(false);
        TableSnapshot table6 = tables.apply(true);
        int found = ipv4 ? table.closest(target.unsafeArray(), call.callerId().unsafeArray(), nearest) : 0;
        int found6 = ipv6 ? table6.closest(target.unsafeArray(), call.callerId().unsafeArray(), nearest6) : 0;

        int nodeBytes = CompactNodes.nodeBytes(target.bits() / 8, false);
        int nodeBytes6 = CompactNodes.nodeBytes(target.bits() / 8, true);
        int room = call.room() - (ipv4 ? LIST_BYTES : 0) - (ipv6 ? LIST_BYTES : 0);
        if (room < 0) {
            throw RpcException.answered(RpcException.TOO_BIG, "not even an empty list may be sent");
        }
        if (askerIpv6) {
            found6 = Math.min(found6, room / nodeBytes6);
            found = Math.min(found, (room - found6 * nodeBytes6) / nodeBytes);
        } else {
            found = Math.min(found, room / nodeBytes);
            found6 = Math.min(found6, (room - found * nodeBytes) / nodeBytes6);
        }
        if (ipv4) {
            call.put(NODES, compact(table, nearest, found, nodeBytes), found * nodeBytes);
        }
        if (ipv6) {
            call.put(NODES6, compact(table6, nearest6, found6, nodeBytes6), found6 * nodeBytes6);
        }
    }

    private static boolean contains(BValue want, BBytes family) {
        if (want instanceof BList families) {
            return families.values().contains(family);
        }
        throw new BencodeException("'want' has the wrong type, expected BList");
    }

    /** Valid until the next. */
    private byte[] compact(TableSnapshot table, int[] indices, int count, int nodeBytes) {
        if (list.length < count * nodeBytes) {
            list = new byte[nearest.length * nodeBytes];
        }
        for (int i = 0; i < count; i++) {
            CompactNodes.write(table.contact(indices[i]), list, i * nodeBytes);
        }
        return list;
    }
}
