package bytchat.routing.kademlia.internal;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.RoutingPlane.TableEntry;
import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The tables of a node, one for each address family (BEP 32). On the event loop, where nothing else is said. */
final class RoutingTables {
    private final TableSettings settings;
    private final AddressGroup.Grouping grouping;
    private RoutingTable ipv4;
    private RoutingTable ipv6;
    private int changesBefore;
    private volatile int ipv4Size;
    private volatile int ipv6Size;

    RoutingTables(Key self, TableSettings settings, AddressGroup.Grouping grouping, long nowNanos) {
        this.settings = settings;
        this.grouping = grouping;
        this.ipv4 = new RoutingTable(self, settings, grouping, nowNanos);
        this.ipv6 = new RoutingTable(self, settings, grouping, nowNanos);
    }

    Key self() {
        return ipv4.self();
    }

    RoutingTable of(boolean sixth) {
        return sixth ? ipv6 : ipv4;
    }

    private RoutingTable of(Contact contact) {
        return of(contact.address().getAddress() instanceof Inet6Address);
    }

    List<RoutingTable> both() {
        return List.of(ipv4, ipv6);
    }

    /** This node has another id now: the contacts find their places by it, and are to be asked again. */
    void moved(Key self, long nowNanos) {
        RoutingTable[] before = {ipv4, ipv6};
        changesBefore = changes();
        ipv4 = new RoutingTable(self, settings, grouping, nowNanos);
        ipv6 = new RoutingTable(self, settings, grouping, nowNanos);
        ipv4.adopt(before[0], nowNanos);
        ipv6.adopt(before[1], nowNanos);
        doubtAll(nowNanos);
        count();
    }

    /** See {@link RoutingTable#doubtAll}. */
    void doubtAll(long nowNanos) {
        ipv4.doubtAll(nowNanos);
        ipv6.doubtAll(nowNanos);
    }

    // ---- what a table does

    Optional<TableNode> heard(Contact contact, long nowNanos) {
        Optional<TableNode> toAsk = of(contact).heard(contact, nowNanos);
        count();
        return toAsk;
    }

    void asked(Contact contact, long nowNanos) {
        of(contact).asked(contact, nowNanos);
    }

    boolean isNews(Contact contact) {
        return of(contact).isNews(contact);
    }

    Optional<Contact> otherAt(Contact contact) {
        return of(contact).otherAt(contact);
    }

    void measured(Contact contact, long roundTripNanos) {
        of(contact).measured(contact, roundTripNanos);
    }

    Optional<TableNode> failed(Contact contact, long nowNanos) {
        Optional<TableNode> toAsk = of(contact).failed(contact, nowNanos);
        count();
        return toAsk;
    }

    Optional<TableNode> remove(Contact contact, long nowNanos) {
        Optional<TableNode> toAsk = of(contact).remove(contact, nowNanos);
        count();
        return toAsk;
    }

    Optional<TableNode> find(Contact contact) {
        return of(contact).find(contact);
    }

    /** A key of this distance was looked up. */
    void refreshed(Key target, long nowNanos) {
        for (RoutingTable table : both()) {
            table.bucket(table.indexOf(target)).refreshed(nowNanos);
        }
    }

    // ---- reading

    /** Contacts that are not bad. The snapshot may be handed to any thread. */
    TableSnapshot snapshot(boolean sixth) {
        return of(sixth).snapshot();
    }

    /** Contacts that are not bad, nearest first. */
    List<Contact> closest(Key target, int count) {
        if (ipv6.size() == 0) {
            return ipv4.snapshot().closest(target, count);
        }
        return Stream.of(ipv4, ipv6)
                .flatMap(table -> table.snapshot().closest(target, count).stream())
                .sorted((a, b) -> target.compareDistance(a.id(), b.id()))
                .limit(count)
                .toList();
    }

    int goodCount() {
        return ipv4.snapshot().size() + ipv6.snapshot().size();
    }

    /** All, the bad ones too. */
    List<TableNode> nodes() {
        List<TableNode> all = new ArrayList<>(ipv4.nodes());
        all.addAll(ipv6.nodes());
        return all;
    }

    List<TableEntry> entries(long nowNanos) {
        return both().stream()
                .flatMap(table -> table.entries(nowNanos).stream())
                .sorted(Comparator.comparingInt(TableEntry::bucket).thenComparing(entry -> entry.contact().id()))
                .toList();
    }

    private void count() {
        ipv4Size = ipv4.size();
        ipv6Size = ipv6.size();
    }

    /** How often somebody came or left. */
    int changes() {
        return changesBefore + ipv4.changes() + ipv6.changes();
    }

    /** May be called from any thread. */
    int size(boolean sixth) {
        return sixth ? ipv6Size : ipv4Size;
    }

    /** May be called from any thread. */
    int size() {
        return ipv4Size + ipv6Size;
    }
}
