package bytchat.holders.internal;

import bytchat.api.bencode.BBytes;
import bytchat.wire.NodeIds;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;

/** What one party usually has whole: an IPv4 /24, an IPv6 /64. */
final class Subnet {
    private static final int IPV4_BYTES = 3;
    private static final int IPV6_BYTES = 8;

    private Subnet() {
    }

    /** Empty if the address is not routable: who is in a private network has let the others in. */
    static Optional<BBytes> of(InetAddress address) {
        return NodeIds.routable(address)
                ? Optional.of(BBytes.wrap(Arrays.copyOf(
                        address.getAddress(), address instanceof Inet6Address ? IPV6_BYTES : IPV4_BYTES)))
                : Optional.empty();
    }
}
