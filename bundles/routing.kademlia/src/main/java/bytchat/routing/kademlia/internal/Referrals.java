package bytchat.routing.kademlia.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.LookupRequest;
import bytchat.wire.CompactNodes;
import bytchat.wire.NodeIds;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Lists of nodes in questions and answers (BEP 5 {@code nodes}, BEP 32 {@code nodes6} and {@code want}).
 *
 * <p>Threat: a list that sends us to ourselves, to somebody else's private network, to a broadcast address, or to
 * thousands of places. Answer: what is implausible is left out, and the rest is cut to k for each family.
 */
final class Referrals {
    private final LocalNode local;
    private final int bucketSize;
    private final Sources sources;
    private final KademliaDefences defences;

    Referrals(LocalNode local, int bucketSize, Sources sources, KademliaDefences defences) {
        this.local = local;
        this.bucketSize = bucketSize;
        this.sources = sources;
        this.defences = defences;
    }

    /** The arguments of {@code find_node}. */
    BDict question(Key target) {
        return withWant(BDict.builder().put("target", target.unsafeArray()));
    }

    /** The arguments of what a lookup asks. */
    BDict question(LookupRequest request) {
        return request.method().equals(LookupRequest.FIND_NODE)
                ? question(request.target())
                : withWant(request.arguments().with());
    }

    /** With a dual-stack socket both families are wanted, else the one that goes without saying. */
    private BDict withWant(BDict.Builder arguments) {
        if (local.listen().getAddress() instanceof Inet6Address) {
            arguments.put("want", List.of(BBytes.of("n4"), BBytes.of("n6")));
        }
        return arguments.build();
    }

    /** The plausible nodes of an answer, as many as the referrer is trusted for; none if it is garbled. */
    List<Contact> in(BDict result, InetSocketAddress referrer) {
        List<Contact> contacts = new ArrayList<>();
        int count = defences.sourceScores()
                ? (int) Math.ceil(bucketSize * sources.trust(referrer))
                : bucketSize;
        try {
            for (boolean ipv6 : new boolean[] {false, true}) {
                byte[] nodes = result.bytes(ipv6 ? "nodes6" : "nodes").orElse(new byte[0]);
                List<Contact> family = CompactNodes.decode(nodes, local.id().bits() / 8, ipv6);
                contacts.addAll(defences.boundedReferrals()
                        ? family.subList(0, Math.min(count, family.size()))
                        : family);
            }
        } catch (BencodeException e) {
            return List.of();
        }
        contacts.removeIf(contact -> defences.sensibleAddresses() && !sensible(contact, referrer.getAddress()));
        contacts.removeIf(contact -> {
            boolean unfit = !acceptable(contact);
            if (unfit) {
                sources.invented(referrer);
            }
            return unfit;
        });
        return contacts;
    }

    /** Whether the contact could be a node of this network that we can reach. */
    boolean acceptable(Contact contact) {
        InetAddress address = contact.address().getAddress();
        boolean reachable = address instanceof Inet4Address || local.listen().getAddress() instanceof Inet6Address;
        boolean fits = !defences.idFitsAddress()
                || local.keySpace().network().isEmpty()
                || NodeIds.matchesAddress(address, contact.id());
        return reachable && fits && contact.id().bits() == local.id().bits();
    }

    private boolean sensible(Contact contact, InetAddress referrer) {
        InetAddress address = contact.address().getAddress();
        return !contact.id().equals(local.id())
                && !contact.address().equals(local.endpoint())
                && !contact.address().equals(local.listen())
                && !address.isAnyLocalAddress()
                && !address.isMulticastAddress()
                && !isBroadcast(address)
                && privacy(address) <= privacy(referrer);
    }

    private static boolean isBroadcast(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 && (bytes[0] & bytes[1] & bytes[2] & bytes[3]) == -1;
    }

    /** 0 public, 1 a private network, 2 this machine. */
    private static int privacy(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return 2;
        }
        return NodeIds.routable(address) ? 0 : 1;
    }
}
