package bytchat.wire;

import bytchat.api.bencode.BencodeException;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Compact node and address info (BEP 5, BEP 32): id, 4 or 16 address bytes, port; big-endian. A node takes 26 or 38
 * bytes in a key space of 160 bits, 70 or 82 in one of 512.
 */
public final class CompactNodes {
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    private static final int PORT_BYTES = 2;

    private CompactNodes() {
    }

    /**
     * @throws IllegalArgumentException if a contact's address is of the other family
     */
    public static byte[] encode(List<Contact> contacts, boolean ipv6) {
        int bytes = 0;
        for (Contact contact : contacts) {
            bytes += nodeBytes(contact.id().bits() / 8, ipv6);
        }
        byte[] list = new byte[bytes];
        int at = 0;
        for (Contact contact : contacts) {
            if (contact.address().getAddress() instanceof Inet6Address != ipv6) {
                throw new IllegalArgumentException(contact.address() + " is not of the family of this list");
            }
            write(contact, list, at);
            at += nodeBytes(contact.id().bits() / 8, ipv6);
        }
        return list;
    }

    /**
     * Entries with port 0 or with an IPv4 address in IPv6 clothes are left out: nobody can be there, and they are not a
     * reason to lose the others.
     *
     * @param idBytes width of the key space in bytes
     * @throws BencodeException if the length is not a multiple of a node's
     */
    public static List<Contact> decode(byte[] bytes, int idBytes, boolean ipv6) {
        int nodeBytes = nodeBytes(idBytes, ipv6);
        if (bytes.length % nodeBytes != 0) {
            throw new BencodeException("compact nodes of " + bytes.length + " bytes, not a multiple of " + nodeBytes);
        }
        List<Contact> contacts = new ArrayList<>(bytes.length / nodeBytes);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.hasRemaining()) {
            byte[] id = new byte[idBytes];
            in.get(id);
            InetSocketAddress address = get(in, ipv6 ? IPV6_BYTES : IPV4_BYTES);
            if (address.getPort() != 0 && address.getAddress() instanceof Inet6Address == ipv6) {
                contacts.add(new Contact(Key.of(id), address));
            }
        }
        return contacts;
    }

    /** Writes a node into a list's bytes, from {@code at}. */
    public static void write(Contact contact, byte[] list, int at) {
        byte[] id = contact.id().unsafeArray();
        System.arraycopy(id, 0, list, at, id.length);
        write(contact.address(), list, at + id.length);
    }

    /** Writes an address with its port into {@code bytes}, from {@code at}; returns where it ends. */
    public static int write(InetSocketAddress address, byte[] bytes, int at) {
        byte[] ip = address.getAddress().getAddress();
        int end = at + ip.length;
        if (ip.length == IPV4_BYTES) { // by hand, so that the compiler need not make the array
            bytes[at] = ip[0];
            bytes[at + 1] = ip[1];
            bytes[at + 2] = ip[2];
            bytes[at + 3] = ip[3];
        } else {
            System.arraycopy(ip, 0, bytes, at, ip.length);
        }
        bytes[end] = (byte) (address.getPort() >>> 8);
        bytes[end + 1] = (byte) address.getPort();
        return end + PORT_BYTES;
    }

    /** A node's bytes in a list. */
    public static int nodeBytes(int idBytes, boolean ipv6) {
        return idBytes + (ipv6 ? IPV6_BYTES : IPV4_BYTES) + PORT_BYTES;
    }

    /** 6 bytes for an IPv4 address with its port, 18 for IPv6. */
    public static byte[] address(InetSocketAddress address) {
        byte[] compact = new byte[(address.getAddress() instanceof Inet6Address ? IPV6_BYTES : IPV4_BYTES) + PORT_BYTES];
        write(address, compact, 0);
        return compact;
    }

    /** @throws BencodeException if there are neither 6 nor 18 bytes */
    public static InetSocketAddress address(byte[] compact) {
        if (compact.length != IPV4_BYTES + PORT_BYTES && compact.length != IPV6_BYTES + PORT_BYTES) {
            throw new BencodeException("an address of " + compact.length + " bytes, neither 6 nor 18");
        }
        return get(ByteBuffer.wrap(compact), compact.length - PORT_BYTES);
    }

    private static InetSocketAddress get(ByteBuffer in, int addressBytes) {
        byte[] address = new byte[addressBytes];
        in.get(address);
        int port = in.getShort() & 0xffff;
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("4 and 16 bytes are always an address", impossible);
        }
    }
}
