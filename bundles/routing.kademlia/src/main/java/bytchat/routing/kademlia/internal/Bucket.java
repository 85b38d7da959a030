package bytchat.routing.kademlia.internal;

import bytchat.api.keyspace.Contact;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Contacts of one distance, and some that wait for a place among them. All have answered us. */
final class Bucket {
    private static final int FIRST_CAPACITY = 4;

    private final List<TableNode> nodes = new ArrayList<>(FIRST_CAPACITY);
    private final List<TableNode> replacements = new ArrayList<>(0);
    private long refreshedNanos;

    Bucket(long nowNanos) {
        this.refreshedNanos = nowNanos;
    }

    List<TableNode> nodes() {
        return nodes;
    }

    void add(TableNode node) {
        nodes.add(node);
    }

    void remove(TableNode node) {
        nodes.remove(node);
    }

    int waiting() {
        return replacements.size();
    }

    /** Null if it does not wait here. */
    TableNode waiting(Contact contact) {
        for (TableNode node : replacements) {
            if (node.contact().equals(contact)) {
                return node;
            }
        }
        return null;
    }

    /**
     * Remembers a contact that found no place.
     *
     * @param settings bounds their number, and that of one group
     * @param better   orders the best first; the last of too many is forgotten
     */
    void wait(TableNode node, TableSettings settings, Comparator<TableNode> better) {
        dropWaiting(node);
        if (node.group() == AddressGroup.NONE || count(replacements, node.group()) < settings.groupBucketMax()) {
            replacements.add(node);
            replacements.sort(better);
            if (replacements.size() > settings.replacements()) {
                replacements.remove(replacements.size() - 1);
            }
        }
    }

    /** Takes the best one that may have a place. */
    Optional<TableNode> promote(Predicate<TableNode> mayHavePlace, Comparator<TableNode> better) {
        Optional<TableNode> best = replacements.stream().filter(mayHavePlace).min(better);
        best.ifPresent(replacements::remove);
        return best;
    }

    /** Forgets whoever waits under this contact's id or address. */
    void dropWaiting(TableNode like) {
        replacements.removeIf(other -> other.contact().id().equals(like.contact().id())
                || other.contact().address().equals(like.contact().address()));
    }

    /** How many of the group have a place here. */
    int count(long group) {
        return count(nodes, group);
    }

    static int count(List<TableNode> nodes, long group) {
        int count = 0;
        for (TableNode node : nodes) {
            count += node.group() == group ? 1 : 0;
        }
        return count;
    }

    TableNode leastRecentlyHeard() {
        return nodes.stream().min(Comparator.comparingLong(TableNode::lastHeardNanos)).orElseThrow();
    }

    /** Null if none is bad. */
    TableNode worst(int badFailures) {
        TableNode worst = null;
        for (TableNode node : nodes) {
            if (node.failures() >= badFailures && (worst == null || node.failures() > worst.failures())) {
                worst = node;
            }
        }
        return worst;
    }

    /** Hands all that belong deeper to the new bucket behind this one. */
    void splitInto(Bucket deeper, Predicate<TableNode> belongsDeeper) {
        move(nodes, deeper.nodes, belongsDeeper);
        move(replacements, deeper.replacements, belongsDeeper);
        deeper.refreshedNanos = refreshedNanos;
    }

    private static void move(List<TableNode> from, List<TableNode> to, Predicate<TableNode> which) {
        for (Iterator<TableNode> i = from.iterator(); i.hasNext(); ) {
            TableNode node = i.next();
            if (which.test(node)) {
                i.remove();
                to.add(node);
            }
        }
    }

    /** When it was last looked into, or somebody in it was last heard. */
    long freshNanos() {
        long fresh = refreshedNanos;
        for (TableNode node : nodes) {
            fresh = Math.max(fresh, node.lastHeardNanos());
        }
        return fresh;
    }

    void refreshed(long nowNanos) {
        refreshedNanos = nowNanos;
    }
}
