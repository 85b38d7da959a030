package bytchat.routing.kademlia.internal;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * Addresses that one party is likely to have many of: an IPv4 /24, an IPv6 /48 (the usual size of a site, RFC 6177).
 * Neighbouring addresses are cheap; addresses far apart are not.
 */
final class AddressGroup {
    /** Of an address to which no limits apply. */
    static final long NONE = -1;

    private static final int IPV4_BYTES = 3;
    private static final int IPV6_BYTES = 6;
    /** So that no IPv6 group is an IPv4 group as well. */
    private static final long IPV6_MARK = 1L << 48;

    private AddressGroup() {
    }

    /** Tells groups apart as a node in its place does. */
    @FunctionalInterface
    interface Grouping {
        /** The group of an address, or {@link #NONE}. */
        long of(InetAddress address);

        /** Whether it is this node's own: its neighbours may be its whole network, so they have more places. */
        default boolean own(long group) {
            return false;
        }
    }

    static long of(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean ipv6 = address instanceof Inet6Address;
        long group = 0;
        for (int i = 0; i < (ipv6 ? IPV6_BYTES : IPV4_BYTES); i++) {
            group = group << 8 | bytes[i] & 0xff;
        }
        return ipv6 ? group | IPV6_MARK : group;
    }
}
