package bytchat.itests.simulation.routing;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Knows who lives, and so what a lookup should find. */
public final class Oracle {
    private static final Comparator<RoutingNode> BY_ID = Comparator.comparing(node -> node.contact().id());

    private final List<RoutingNode> byId = new ArrayList<>();
    private final Map<Contact, RoutingNode> byContact = new HashMap<>();

    /** All at once. */
    void born(Collection<RoutingNode> nodes) {
        byId.addAll(nodes);
        byId.sort(BY_ID);
        nodes.forEach(node -> byContact.put(node.contact(), node));
    }

    void born(RoutingNode node) {
        byId.add(~Collections.binarySearch(byId, node, BY_ID), node);
        byContact.put(node.contact(), node);
    }

    void died(RoutingNode node) {
        byId.remove(Collections.binarySearch(byId, node, BY_ID));
        byContact.remove(node.contact());
    }

    /** Who lives, in the order of ids. */
    public List<RoutingNode> living() {
        return Collections.unmodifiableList(byId);
    }

    /** Who lives under this contact; null if nobody does. */
    public RoutingNode at(Contact contact) {
        return byContact.get(contact);
    }

    /** Whether a datagram from anybody reaches this contact. */
    public boolean reachable(Contact contact) {
        RoutingNode node = byContact.get(contact);
        return node != null && node.reachable();
    }

    /** The living nodes nearest the key for which the condition holds, nearest first. */
    public List<RoutingNode> nearest(Key key, int count, Predicate<RoutingNode> wanted) {
        // All that share a prefix with the key are nearer to it than all that do not: the longest prefix that enough share.
        int low = 0;
        int high = byId.size();
        List<int[]> ranges = new ArrayList<>();
        for (int bit = 0; bit < key.bits() && high - low > count; bit++) {
            ranges.add(new int[] {low, high});
            int middle = KeyRanges.firstWithBit(byId, node -> node.contact().id(), low, high, bit);
            low = key.bit(bit) ? middle : low;
            high = key.bit(bit) ? high : middle;
        }
        for (int i = ranges.size(); i >= 0; i--) {
            int[] range = i == ranges.size() ? new int[] {low, high} : ranges.get(i);
            List<RoutingNode> found = nearestIn(range, key, count, wanted);
            if (found.size() == count || i == 0) {
                return found;
            }
        }
        throw new IllegalStateException("the widest range has them all");
    }

    private List<RoutingNode> nearestIn(int[] range, Key key, int count, Predicate<RoutingNode> wanted) {
        return byId.subList(range[0], range[1]).stream()
                .filter(wanted)
                .sorted((a, b) -> key.compareDistance(a.contact().id(), b.contact().id()))
                .limit(count)
                .toList();
    }
}
