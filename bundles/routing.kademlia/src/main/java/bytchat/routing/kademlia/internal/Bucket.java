package bytchat.routing.kademlia.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Up to k contacts, and as many that wait for a place. Both have answered us. */
final class Bucket {
    private final int size;
    private final int replacementsMax;
    private final List<TableNode> nodes = new ArrayList<>();
    private final ArrayDeque<TableNode> replacements = new ArrayDeque<>();
    private long refreshedNanos;

    Bucket(int size, int replacementsMax, long nowNanos) {
        this.size = size;
        this.replacementsMax = replacementsMax;
        this.refreshedNanos = nowNanos;
    }

    List<TableNode> nodes() {
        return nodes;
    }

    boolean full() {
        return nodes.size() >= size;
    }

    void add(TableNode node) {
        nodes.add(node);
    }

    /** Remembers a contact that found no place; the oldest of too many is forgotten. */
    void wait(TableNode node) {
        replacements.removeIf(other -> other.contact().id().equals(node.contact().id()));
        replacements.addLast(node);
        if (replacements.size() > replacementsMax) {
            replacements.removeFirst();
        }
    }

    int waiting() {
        return replacements.size();
    }

    /** Takes the one heard last of those that wait. */
    Optional<TableNode> promote() {
        return Optional.ofNullable(replacements.pollLast());
    }

    void remove(TableNode node) {
        nodes.remove(node);
        replacements.remove(node);
    }

    /** Forgets whoever waits under this contact's id or address. */
    void dropWaiting(TableNode like) {
        replacements.removeIf(other -> other.contact().id().equals(like.contact().id())
                || other.contact().address().equals(like.contact().address()));
    }

    TableNode leastRecentlyHeard() {
        return nodes.stream().min(Comparator.comparingLong(TableNode::lastHeardNanos)).orElseThrow();
    }

    Optional<TableNode> worst(int badFailures) {
        return nodes.stream()
                .filter(node -> node.failures() >= badFailures)
                .max(Comparator.comparingInt(TableNode::failures));
    }

    /** Hands all that belong deeper to the new bucket behind this one. */
    void splitInto(Bucket deeper, Predicate<TableNode> belongsDeeper) {
        for (Iterator<TableNode> i = nodes.iterator(); i.hasNext(); ) {
            TableNode node = i.next();
            if (belongsDeeper.test(node)) {
                i.remove();
                deeper.add(node);
            }
        }
        for (Iterator<TableNode> i = replacements.iterator(); i.hasNext(); ) {
            TableNode node = i.next();
            if (belongsDeeper.test(node)) {
                i.remove();
                deeper.wait(node);
            }
        }
        deeper.refreshedNanos = refreshedNanos;
    }

    long refreshedNanos() {
        return refreshedNanos;
    }

    void refreshed(long nowNanos) {
        refreshedNanos = nowNanos;
    }
}
