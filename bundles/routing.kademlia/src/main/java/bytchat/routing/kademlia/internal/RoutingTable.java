package bytchat.routing.kademlia.internal;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.RoutingPlane.TableEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * k-buckets of one address family (Kademlia, Maymounkov and Mazières 2002, in BEP 5's form; a table for each family:
 * BEP 32). Bucket i holds contacts that share exactly i leading bits with this node's id, the last one all that share
 * more; when the last one is full it splits, at most once for each bit of the key space.
 *
 * <p>Threats and answers:
 * <ul>
 * <li>Made-up contacts: only who has answered a query of ours gets in.
 * <li>Newcomers that push out proven neighbours: a contact that answers keeps its place; others wait, the best first.
 * <li>One party with many addresses: those of one /24 or /48 have few places in a bucket and in the table, and few wait. Those
 * of this node's own have some more: a network may begin in one place.
 * <li>An address that takes a new id for each question: the address has one place, and the old id leaves it.
 * <li>An id that is claimed from another address: the old one is asked first and stays if it answers.
 * </ul>
 * It asks nobody itself: {@link #heard}, {@link #failed} and {@link #stale} say whom to ask.
 */
final class RoutingTable {
    /** Not all at once, and of two that know each other one asks before the other would: see {@link #stale}. */
    private static final double STALE_SPREAD = 0.25;

    private final Key self;
    private final TableSettings settings;
    private final AddressGroup.Grouping grouping;
    private final List<Bucket> buckets = new ArrayList<>();
    private final NodeIndex nodes = new NodeIndex();
    private TableSnapshot snapshot = TableSnapshot.EMPTY;
    private boolean changed;
    private int changes;

    RoutingTable(Key self, TableSettings settings, AddressGroup.Grouping grouping, long nowNanos) {
        this.self = self;
        this.settings = settings;
        this.grouping = grouping;
        buckets.add(new Bucket(nowNanos));
    }

    Key self() {
        return self;
    }

    int size() {
        return nodes.size();
    }

    /** All, in the order of their ids, until the next change. */
    List<TableNode> nodes() {
        return nodes.nodes();
    }

    /** Contacts that are not bad, as they are now. Made when it is asked for after a change, and then kept. */
    TableSnapshot snapshot() {
        if (changed) {
            changed = false;
            snapshot = new TableSnapshot(nodes.nodes().stream()
                    .filter(this::good).map(TableNode::contact).toArray(Contact[]::new));
        }
        return snapshot;
    }

    /** How often somebody came or left. */
    int changes() {
        return changes;
    }

    int buckets() {
        return buckets.size();
    }

    Bucket bucket(int index) {
        return buckets.get(index);
    }

    Optional<TableNode> find(Contact contact) {
        return Optional.ofNullable(nodes.find(contact.id())).filter(node -> node.contact().equals(contact));
    }

    /** Who has a place under this contact's address, but under another id. */
    Optional<Contact> otherAt(Contact contact) {
        TableNode there = nodes.find(contact.address());
        return there == null || there.contact().id().equals(contact.id()) ? Optional.empty() : Optional.of(there.contact());
    }

    /** Whether it would change the table if this contact answered: there is a place, or it is not what we believe. */
    boolean isNews(Contact contact) {
        TableNode known = nodes.find(contact.id());
        if (known != null) {
            return known.failures() > 0 || !known.contact().equals(contact);
        }
        return hasPlaceFor(contact) || nodes.find(contact.address()) != null;
    }

    private boolean hasPlaceFor(Contact contact) {
        int index = indexOf(contact.id());
        Bucket bucket = buckets.get(index);
        boolean room = !full(index) || splittable(index) || bucket.worst(settings.badFailures()) != null;
        if (!room) {
            return false;
        }
        long group = grouping.of(contact.address().getAddress());
        boolean splits = full(index) && splittable(index);
        return tableTakes(group) && (splits || bucketTakes(bucket, group));
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
        TableNode atAddress = nodes.find(contact.address());
        if (atAddress != null && !atAddress.contact().id().equals(contact.id())) {
            remove(atAddress, nowNanos);
        }
        TableNode known = nodes.find(contact.id());
        if (known != null && known.contact().equals(contact)) {
            changed |= !good(known);
            known.heard(nowNanos);
            return Optional.empty();
        }
        TableNode waiting = bucketOf(contact.id()).waiting(contact);
        TableNode node = waiting != null ? waiting
                : new TableNode(contact, grouping.of(contact.address().getAddress()), nowNanos);
        node.heard(nowNanos);
        if (known == null) {
            return insert(node, nowNanos);
        }
        bucketOf(contact.id()).wait(node, settings, better(nowNanos));
        return Optional.of(known);
    }

    /** Takes over what another table knows, as far as it has a place here. */
    void adopt(RoutingTable other, long nowNanos) {
        other.nodes().stream()
                .filter(node -> !node.contact().id().equals(self))
                .forEach(node -> insert(node, nowNanos));
    }

    private Optional<TableNode> insert(TableNode node, long nowNanos) {
        int index = indexOf(node.contact().id());
        while (full(index) && splittable(index)) {
            split(nowNanos);
            index = indexOf(node.contact().id());
        }
        Bucket bucket = buckets.get(index);
        if (!mayJoin(bucket, node.group())) {
            bucket.wait(node, settings, better(nowNanos));
            return Optional.empty();
        }
        if (full(index)) {
            TableNode worst = bucket.worst(settings.badFailures());
            if (worst == null) {
                bucket.wait(node, settings, better(nowNanos));
                TableNode oldest = bucket.leastRecentlyHeard();
                return silent(oldest, nowNanos) ? Optional.of(oldest) : Optional.empty();
            }
            evict(bucket, worst);
        }
        place(bucket, node);
        return Optional.empty();
    }

    private void split(long nowNanos) {
        int last = buckets.size() - 1;
        Bucket deeper = new Bucket(nowNanos);
        buckets.get(last).splitInto(deeper, node -> self.commonPrefixBits(node.contact().id()) > last);
        buckets.add(deeper);
    }

    /** A known contact has asked us: a sign of life. */
    void asked(Contact contact, long nowNanos) {
        TableNode known = nodes.find(contact.id());
        if (known != null && known.contact().address().equals(contact.address())) {
            known.asked(nowNanos);
        }
    }

    /** An answer took so long. */
    void measured(Contact contact, long roundTripNanos) {
        TableNode waiting = bucketOf(contact.id()).waiting(contact);
        if (waiting != null) {
            waiting.measured(roundTripNanos);
        }
        find(contact).ifPresent(node -> node.measured(roundTripNanos));
    }

    /**
     * A contact did not answer in time.
     *
     * @return a contact to ask, because it has taken the place of this one and was not heard lately
     */
    Optional<TableNode> failed(Contact contact, long nowNanos) {
        Bucket bucket = bucketOf(contact.id());
        TableNode waiting = bucket.waiting(contact);
        if (waiting != null) {
            bucket.dropWaiting(waiting);
        }
        TableNode node = find(contact).orElse(null);
        if (node == null) {
            return Optional.empty();
        }
        node.failed();
        changed |= node.failures() == settings.badFailures();
        boolean leaves = node.failures() >= settings.removeFailures()
                || node.failures() >= settings.badFailures() && bucket.waiting() > 0;
        return leaves ? remove(node, nowNanos) : Optional.empty();
    }

    /**
     * Somebody else answers there, or no link can be had: the contact leaves, and the best that waits takes its place.
     *
     * @return as {@link #failed}
     */
    Optional<TableNode> remove(Contact contact, long nowNanos) {
        Bucket bucket = bucketOf(contact.id());
        TableNode waiting = bucket.waiting(contact);
        if (waiting != null) {
            bucket.dropWaiting(waiting);
        }
        return find(contact).flatMap(node -> remove(node, nowNanos));
    }

    private Optional<TableNode> remove(TableNode node, long nowNanos) {
        Bucket bucket = bucketOf(node.contact().id());
        evict(bucket, node);
        Optional<TableNode> next = bucket.promote(
                waiting -> nodes.find(waiting.contact().id()) == null
                        && nodes.find(waiting.contact().address()) == null
                        && mayJoin(bucket, waiting.group()),
                better(nowNanos));
        next.ifPresent(waiting -> place(bucket, waiting));
        return next.filter(waiting -> silent(waiting, nowNanos));
    }

    private void evict(Bucket bucket, TableNode node) {
        bucket.remove(node);
        nodes.remove(node);
        changed = true;
        changes++;
    }

    private void place(Bucket bucket, TableNode node) {
        bucket.dropWaiting(node);
        bucket.add(node);
        nodes.add(node);
        changed = true;
        changes++;
    }

    /**
     * Contacts to ask whether they are still there, those heard longest ago first: silent for the time that BEP 5 calls
     * questionable, and up to a quarter longer, by the contact's id. So of two that know each other one asks first, which
     * tells both, and what was heard at the same time is not asked at the same time.
     */
    List<TableNode> stale(long nowNanos) {
        return nodes.nodes().stream()
                .filter(node -> !node.checking() && nowNanos - node.lastHeardNanos() >= staleNanos(node.contact().id()))
                .sorted(Comparator.comparingLong(TableNode::lastHeardNanos))
                .toList();
    }

    private long staleNanos(Key id) {
        byte[] bytes = id.unsafeArray();
        double share = (bytes[bytes.length - 2] & 0xff) / 256.0; // the last byte may be chosen
        return (long) (settings.staleAfter().toNanos() * (1 + STALE_SPREAD * share));
    }

    /** Nobody is believed to be there any more until it is heard again. */
    void doubtAll(long nowNanos) {
        long longAgo = nowNanos - (long) (settings.staleAfter().toNanos() * (1 + STALE_SPREAD));
        nodes.nodes().forEach(node -> node.doubt(longAgo));
    }

    List<TableEntry> entries(long nowNanos) {
        return nodes.nodes().stream()
                .map(node -> new TableEntry(
                        node.contact(),
                        self.commonPrefixBits(node.contact().id()),
                        nowNanos - node.lastHeardNanos(),
                        node.roundTripNanos(),
                        node.failures()))
                .toList();
    }

    int indexOf(Key id) {
        return Math.min(self.commonPrefixBits(id), buckets.size() - 1);
    }

    private Bucket bucketOf(Key id) {
        return buckets.get(indexOf(id));
    }

    boolean full(int index) {
        int capacity = last(index) ? settings.bucketSize() : settings.capacity(index);
        return buckets.get(index).nodes().size() >= capacity;
    }

    private boolean last(int index) {
        return index == buckets.size() - 1;
    }

    private boolean splittable(int index) {
        return last(index) && buckets.size() < self.bits();
    }

    private boolean good(TableNode node) {
        return node.failures() < settings.badFailures();
    }

    private boolean silent(TableNode node, long nowNanos) {
        return nowNanos - node.lastHeardNanos() >= settings.staleAfter().toNanos();
    }

    private boolean mayJoin(Bucket bucket, long group) {
        return bucketTakes(bucket, group) && tableTakes(group);
    }

    private boolean bucketTakes(Bucket bucket, long group) {
        return group == AddressGroup.NONE || grouping.own(group) || bucket.count(group) < settings.groupBucketMax();
    }

    private boolean tableTakes(long group) {
        int max = grouping.own(group) ? settings.groupOwnMax() : settings.groupTableMax();
        return group == AddressGroup.NONE || Bucket.count(nodes.nodes(), group) < max;
    }

    /** The best first: heard lately, then near in round trips (not measured counts as far), then heard last. */
    private Comparator<TableNode> better(long nowNanos) {
        return Comparator.comparing((TableNode node) -> silent(node, nowNanos))
                .thenComparingLong(node -> node.roundTripNanos() < 0 ? Long.MAX_VALUE : node.roundTripNanos())
                .thenComparing(Comparator.comparingLong(TableNode::lastHeardNanos).reversed());
    }
}
