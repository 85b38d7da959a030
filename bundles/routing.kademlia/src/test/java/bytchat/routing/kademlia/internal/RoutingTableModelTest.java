package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever happens in whatever order, the table keeps its promises, and agrees with a naive one about who is good. */
class RoutingTableModelTest {
    private static final int K = 3;
    private static final TableSettings SETTINGS = TableSettings.DEFAULTS.withBuckets(K, 2, 2).withGroups(2, 4, true);

    private enum What {
        HEARD,
        ASKED,
        FAILED,
        REMOVED
    }

    private record Event(What what, Contact contact, int minutes) {
    }

    /** Few ids, few addresses in few networks: so that they collide. */
    @Provide
    Arbitrary<List<Event>> events() {
        Arbitrary<Contact> contacts = Combinators.combine(
                        Arbitraries.integers().between(1, 63), Arbitraries.integers().between(1, 4),
                        Arbitraries.integers().between(1, 12))
                .as((id, network, host) -> new Contact(
                        Key.of(new byte[] {(byte) (id << 2), (byte) (id * 37)}),
                        new InetSocketAddress("198.51." + network + "." + host, 1)));
        return Combinators.combine(
                        Arbitraries.frequencyOf(
                                net.jqwik.api.Tuple.of(6, Arbitraries.just(What.HEARD)),
                                net.jqwik.api.Tuple.of(1, Arbitraries.just(What.ASKED)),
                                net.jqwik.api.Tuple.of(3, Arbitraries.just(What.FAILED)),
                                net.jqwik.api.Tuple.of(1, Arbitraries.just(What.REMOVED))),
                        contacts, Arbitraries.integers().between(0, 5))
                .as(Event::new).list().ofMaxSize(300);
    }

    @Property(tries = 300)
    void theTableKeepsItsPromises(@ForAll("events") List<Event> events) {
        RoutingTable table = new RoutingTable(Key.of(new byte[2]), SETTINGS, AddressGroup::of, 0);
        Set<Contact> everHeard = new HashSet<>();
        Map<Contact, Integer> failures = new HashMap<>();
        long now = 0;
        for (Event event : events) {
            now += event.minutes * 60_000_000_000L;
            Contact contact = event.contact;
            boolean had = table.find(contact).isPresent();
            switch (event.what) {
                case HEARD -> {
                    boolean news = table.isNews(contact);
                    int before = table.size();
                    table.heard(contact, now);
                    everHeard.add(contact);
                    failures.put(contact, 0);
                    assertThat(news || had || table.size() <= before).as("only news makes the table grow").isTrue();
                    assertThat(table.otherAt(contact)).as("an address has one id").isEmpty();
                }
                case ASKED -> table.asked(contact, now);
                case FAILED -> {
                    table.failed(contact, now);
                    if (had) {
                        failures.merge(contact, 1, Integer::sum);
                    }
                }
                case REMOVED -> {
                    table.remove(contact, now);
                    assertThat(table.find(contact)).isEmpty();
                }
                default -> throw new IllegalStateException();
            }
            table.nodes().stream().map(TableNode::contact).filter(c -> !failures.containsKey(c))
                    .forEach(c -> failures.put(c, 0));
            check(table, everHeard, failures);
        }
    }

    private static void check(RoutingTable table, Set<Contact> everHeard, Map<Contact, Integer> failures) {
        List<Contact> contacts = table.nodes().stream().map(TableNode::contact).toList();
        assertThat(contacts).isSubsetOf(everHeard).isSortedAccordingTo(Comparator.comparing(Contact::id));
        assertThat(contacts.stream().map(Contact::id)).doesNotHaveDuplicates();
        assertThat(contacts.stream().map(Contact::address)).doesNotHaveDuplicates();
        assertThat(IntStream.range(0, table.buckets()).boxed().flatMap(i -> table.bucket(i).nodes().stream())
                .map(TableNode::contact)).containsExactlyInAnyOrderElementsOf(contacts);
        for (int i = 0; i < table.buckets(); i++) {
            int index = i;
            boolean last = i == table.buckets() - 1;
            List<TableNode> nodes = table.bucket(i).nodes();
            assertThat(nodes).hasSizeLessThanOrEqualTo(SETTINGS.capacity(i)).allMatch(node -> {
                int prefix = table.self().commonPrefixBits(node.contact().id());
                return last ? prefix >= index : prefix == index;
            });
            assertThat(table.bucket(i).waiting()).isLessThanOrEqualTo(SETTINGS.replacements());
            assertThat(byGroup(nodes.stream().map(TableNode::contact).toList())).allMatch(n -> n <= 2);
        }
        assertThat(byGroup(contacts)).allMatch(n -> n <= 4);
        // The snapshot is the naive filter and sort.
        List<Contact> good = table.nodes().stream()
                .filter(node -> node.failures() < SETTINGS.badFailures()).map(TableNode::contact).toList();
        assertThat(table.snapshot().all()).isEqualTo(good);
        for (TableNode node : table.nodes()) {
            assertThat(table.find(node.contact())).containsSame(node);
            assertThat(node.failures()).isLessThanOrEqualTo(failures.get(node.contact()))
                    .isLessThan(SETTINGS.removeFailures());
        }
    }

    private static Iterable<Long> byGroup(List<Contact> contacts) {
        return contacts.stream().collect(Collectors.groupingBy(
                contact -> AddressGroup.of(contact.address().getAddress()), Collectors.counting())).values();
    }
}
