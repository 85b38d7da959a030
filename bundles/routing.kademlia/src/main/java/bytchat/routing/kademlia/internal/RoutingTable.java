package bytchat.routing.kademlia.internal;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.RoutingPlane.TableEntry;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * k-buckets (Kademlia, Maymounkov and Mazières 2002, in BEP 5's form): bucket i holds contacts that share exactly i
 * leading bits with this node's id, the last one all that share more; when the last one is full it splits. At most k ×
 * bits contacts.
 *
 * <p>Threats and answers:
 * <ul>
 * <li>Made-up contacts: only who has answered a query of ours gets in.
 * <li>Newcomers that push out proven neighbours: a contact that answers keeps its place; others wait.
 * <li>An address that takes a new id for each question: the address has one place, and the old id leaves it.
 * <li>An id that is claimed from another address: the old one is asked first and stays if it answers.
 * </ul>
 * It asks nobody itself: {@link #heard} says whom to ask.
 */
final class RoutingTable {
    private final Key self;
    private final KademliaSettings settings;
    private final List<Bucket> buckets = new ArrayList<>();
    private final Map<Key, TableNode> byId = new HashMap<>();
    private final Map<InetSocketAddress, TableNode> byAddress = new HashMap<>();
    private volatile List<Contact> snapshot = List.of();

    RoutingTable(Key self, KademliaSettings settings, long nowNanos) {
        this.self = self;
        this.settings = settings;
        buckets.add(newBucket(nowNanos));
    }

    Key self() {
        return self;
    }

    /** All contacts; an immutable copy that may be read from any thread. */
    List<Contact> snapshot() {
        return snapshot;
    }

    int buckets() {
        return buckets.size();
    }

    Bucket bucket(int index) {
        return buckets.get(index);
    }

    Optional<TableNode> find(Contact contact) {
        return Optional.ofNullable(byId.get(contact.id())).filter(node -> node.contact().equals(contact));
    }

    boolean contains(Contact contact) {
        return find(contact).isPresent();
    }

    /** Whether it would change the table if this contact answered: there is a place, or it is not what we believe. */
    boolean isNews(Contact contact) {
        TableNode known = byId.get(contact.id());
        if (known != null) {
            return known.failures() > 0 || !known.contact().equals(contact);
        }
        int index = indexOf(contact.id());
        Bucket bucket = buckets.get(index);
        return byAddress.containsKey(contact.address())
                || !bucket.full()
                || splittable(index)
                || bucket.worst(settings.badFailures()).isPresent();
    }

    /**
     * A contact has answered a query of ours.
     *
     * @return a contact to ask, because its place is wanted and it may be gone
     */
    Optional<TableNode> heard(Contact contact, long nowNanos) {
        if (contact.id().equals(self)) {
            return Optional.empty();
        }
        TableNode atAddress = byAddress.get(contact.address());
        if (atAddress != null && !atAddress.contact().id().equals(contact.id())) {
            remove(atAddress);
        }
        TableNode known = byId.get(contact.id());
        if (known == null) {
            return insert(new TableNode(contact, nowNanos), nowNanos);
        }
        if (known.contact().address().equals(contact.address())) {
            known.heard(nowNanos);
            return Optional.empty();
        }
        bucketOf(contact.id()).wait(new TableNode(contact, nowNanos));
        return Optional.of(known);
    }

    private Optional<TableNode> insert(TableNode node, long nowNanos) {
        int index = indexOf(node.contact().id());
        while (buckets.get(index).full() && splittable(index)) {
            split(nowNanos);
            index = indexOf(node.contact().id());
        }
        Bucket bucket = buckets.get(index);
        if (bucket.full()) {
            Optional<TableNode> worst = bucket.worst(settings.badFailures());
            if (worst.isEmpty()) {
                bucket.wait(node);
                TableNode oldest = bucket.leastRecentlyHeard();
                boolean stale = nowNanos - oldest.lastHeardNanos() >= settings.staleAfter().toNanos();
                return stale ? Optional.of(oldest) : Optional.empty();
            }
            evict(bucket, worst.get());
        }
        place(bucket, node);
        return Optional.empty();
    }

    private void split(long nowNanos) {
        int last = buckets.size() - 1;
        Bucket deeper = newBucket(nowNanos);
        buckets.get(last).splitInto(deeper, node -> self.commonPrefixBits(node.contact().id()) > last);
        buckets.add(deeper);
    }

    /** A contact did not answer in time. */
    void failed(Contact contact) {
        find(contact).ifPresent(node -> {
            node.failed();
            if (node.failures() >= settings.badFailures()) {
                Bucket bucket = bucketOf(contact.id());
                if (bucket.waiting() > 0 || node.failures() >= settings.removeFailures()) {
                    remove(node);
                }
            }
        });
    }

    /** Somebody else answers there, or no link can be had: the contact leaves, and one that waits takes its place. */
    void remove(Contact contact) {
        find(contact).ifPresent(this::remove);
    }

    private void remove(TableNode node) {
        Bucket bucket = bucketOf(node.contact().id());
        evict(bucket, node);
        Optional<TableNode> next = bucket.promote();
        while (next.isPresent() && (byId.containsKey(next.get().contact().id())
                || byAddress.containsKey(next.get().contact().address()))) {
            next = bucket.promote();
        }
        next.ifPresent(waiting -> place(bucket, waiting));
    }

    private void evict(Bucket bucket, TableNode node) {
        bucket.remove(node);
        byId.remove(node.contact().id());
        byAddress.remove(node.contact().address());
        publish();
    }

    private void place(Bucket bucket, TableNode node) {
        bucket.dropWaiting(node);
        bucket.add(node);
        byId.put(node.contact().id(), node);
        byAddress.put(node.contact().address(), node);
        publish();
    }

    private void publish() {
        snapshot = byId.values().stream().map(TableNode::contact).toList();
    }

    /** The nearest contacts that are not bad, nearest first. */
    List<Contact> closest(Key target, int count) {
        return good()
                .map(TableNode::contact)
                .sorted((a, b) -> target.compareDistance(a.id(), b.id()))
                .limit(count)
                .toList();
    }

    int goodCount() {
        return (int) good().count();
    }

    private Stream<TableNode> good() {
        return byId.values().stream().filter(node -> node.failures() < settings.badFailures());
    }

    List<TableEntry> entries(long nowNanos) {
        return byId.values().stream()
                .map(node -> new TableEntry(
                        node.contact(),
                        self.commonPrefixBits(node.contact().id()),
                        nowNanos - node.lastHeardNanos(),
                        node.roundTripNanos(),
                        node.failures()))
                .sorted(Comparator.comparingInt(TableEntry::bucket).thenComparing(entry -> entry.contact().id()))
                .toList();
    }

    int indexOf(Key id) {
        return Math.min(self.commonPrefixBits(id), buckets.size() - 1);
    }

    private Bucket bucketOf(Key id) {
        return buckets.get(indexOf(id));
    }

    private boolean splittable(int index) {
        return index == buckets.size() - 1 && buckets.size() < self.bits();
    }

    private Bucket newBucket(long nowNanos) {
        return new Bucket(settings.bucketSize(), settings.replacements(), nowNanos);
    }
}
