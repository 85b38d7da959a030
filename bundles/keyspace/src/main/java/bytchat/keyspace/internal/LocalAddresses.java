package bytchat.keyspace.internal;

import bytchat.wire.NodeIds;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;

/** This machine's own addresses. */
final class LocalAddresses {
    private LocalAddresses() {
    }

    /**
     * The address to go by until others say what they see: the listening one, or, when that is "all", the best of its
     * family that an interface has, routable before private before loopback.
     */
    static InetAddress assumed(InetAddress listen) {
        if (!listen.isAnyLocalAddress()) {
            return listen;
        }
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try {
            return NetworkInterface.networkInterfaces().filter(LocalAddresses::up)
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address == listen instanceof Inet4Address)
                    .filter(address -> !address.isLinkLocalAddress())
                    .max(Comparator.comparing(NodeIds::routable).thenComparing(address -> !address.isLoopbackAddress()))
                    .orElse(loopback);
        } catch (SocketException e) {
            return loopback;
        }
    }

    private static boolean up(NetworkInterface networkInterface) {
        try {
            return networkInterface.isUp();
        } catch (SocketException e) {
            return false;
        }
    }
}
