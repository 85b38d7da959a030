package bytchat.wire;

import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Node ids (BEP 42 over a node key).
 *
 * <p>Threat: who may choose ids freely surrounds a key with nodes of their own and decides what is found there. Answer:
 * an id is the hash of the node key, with bits 0–20 given by the IP address where that is routable and only the last
 * byte free; on a link, where the node key is proven, that is checked in full.
 */
public final class NodeIds {
    private static final int IPV4_MASK = 0x030f3fff;
    private static final long IPV6_MASK = 0x0103070f1f3f7fffL;

    private NodeIds() {
    }

    /**
     * @param lastByte 0 to 255, chosen freely; its low 3 bits choose one of 8 prefixes for an address
     */
    public static Key derive(KeySpace keySpace, byte[] nodeKey, InetAddress address, int lastByte) {
        if (lastByte < 0 || lastByte > 255) {
            throw new IllegalArgumentException("the last byte of a node id is 0 to 255, not " + lastByte);
        }
        byte[] id = keySpace.keyOf(nodeKey).toArray();
        if (routable(address)) {
            int prefix = prefix(address, lastByte);
            id[0] = (byte) (prefix >>> 24);
            id[1] = (byte) (prefix >>> 16);
            id[2] = (byte) ((prefix >>> 8) & 0xf8 | id[2] & 0x07);
        }
        id[id.length - 1] = (byte) lastByte;
        return Key.of(id);
    }

    /** Whether a node with this key may have this id at this address. */
    public static boolean matches(KeySpace keySpace, byte[] nodeKey, InetAddress address, Key id) {
        return id.bits() == keySpace.bits() && derive(keySpace, nodeKey, address, lastByte(id)).equals(id);
    }

    /**
     * BEP 42 alone, for nodes of an open network, whose key nobody knows: whether bits 0–20 fit the address, or it is
     * not routable.
     */
    public static boolean matchesAddress(InetAddress address, Key id) {
        if (!routable(address)) {
            return true;
        }
        byte[] bytes = id.unsafeArray();
        int claimed = (bytes[0] & 0xff) << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xf8) << 8;
        return claimed == prefix(address, lastByte(id));
    }

    /**
     * Whether the address is one that BEP 42 binds ids to: not unspecified, loopback, link-local, private (RFC 1918,
     * RFC 4193), shared (RFC 6598) or multicast.
     */
    public static boolean routable(InetAddress address) {
        if (address.isAnyLocalAddress() || address.isLoopbackAddress() || address.isLinkLocalAddress()
                || address.isSiteLocalAddress() || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        int first = bytes[0] & 0xff;
        if (address instanceof Inet6Address) {
            return (first & 0xfe) != 0xfc;
        }
        boolean shared = first == 100 && (bytes[1] & 0xc0) == 0x40;
        return first != 0 && !shared;
    }

    /** The 21 bits in the most significant places, the rest 0. */
    private static int prefix(InetAddress address, int lastByte) {
        byte[] bytes = address.getAddress();
        long r = lastByte & 7;
        CRC32C crc = new CRC32C();
        if (address instanceof Inet6Address) {
            long high = ByteBuffer.wrap(bytes).getLong() & IPV6_MASK | r << 61;
            crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, high));
        } else {
            int ip = ByteBuffer.wrap(bytes).getInt() & IPV4_MASK | (int) r << 29;
            crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, ip));
        }
        return (int) crc.getValue() & 0xfffff800;
    }

    private static int lastByte(Key id) {
        byte[] bytes = id.unsafeArray();
        return bytes[bytes.length - 1] & 0xff;
    }
}
