package bytchat.routing.kademlia.internal;

import bytchat.api.keyspace.Contact;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which contacts to remember, at most {@link KnownContacts#MAX}, and in which order to go by them after a restart.
 *
 * <p>Threat: who floods a node with contacts and then makes it restart (Heilman et al. 2015) is all that it knows.
 * Answer: first come the anchors, at most one for each /24 or /48 and each sixteenth of the key space: those who were
 * anchors before, then those known longest; a flood is neither old nor far apart.
 */
final class Anchors {
    /** Anchors, and contacts of an earlier run that are asked first. */
    static final int MAX = 16;

    /** So many are remembered if need be with those of before who are not known now: a bad hour forgets no network. */
    private static final int REMEMBERED_MIN = 64;
    private static final int REGION_BITS = 4;

    /**
     * @param nodes  all that are known
     * @param before what was remembered last, in its order
     */
    List<Contact> order(List<TableNode> nodes, List<Contact> before) {
        List<Contact> former = before.subList(0, Math.min(MAX, before.size()));
        List<TableNode> oldestFirst = nodes.stream()
                .filter(node -> node.failures() == 0)
                .sorted(Comparator.comparingInt((TableNode node) -> rank(former, node.contact()))
                        .thenComparingLong(TableNode::sinceNanos))
                .toList();
        Set<Contact> ordered = new LinkedHashSet<>();
        Set<Long> groups = new HashSet<>();
        Set<Integer> regions = new HashSet<>();
        for (TableNode node : oldestFirst) {
            boolean newGroup = node.group() == AddressGroup.NONE || !groups.contains(node.group());
            if (ordered.size() < MAX && newGroup && regions.add(region(node.contact()))) {
                groups.add(node.group());
                ordered.add(node.contact());
            }
        }
        oldestFirst.forEach(node -> ordered.add(node.contact()));
        before.stream().limit(Math.max(0, REMEMBERED_MIN - ordered.size())).forEach(ordered::add);
        return ordered.stream().limit(KnownContacts.MAX).toList();
    }

    private static int rank(List<Contact> former, Contact contact) {
        int index = former.indexOf(contact);
        return index < 0 ? former.size() : index;
    }

    private static int region(Contact contact) {
        return (contact.id().unsafeArray()[0] & 0xff) >> (Byte.SIZE - REGION_BITS);
    }
}
