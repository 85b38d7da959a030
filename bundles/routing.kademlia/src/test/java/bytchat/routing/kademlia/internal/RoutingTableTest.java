package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingTableTest {
    private static final long MINUTE = 60_000_000_000L;
    private static final int K = TableSettings.BUCKET_SIZE;

    /** All buckets of k, as in the papers. */
    private static final TableSettings PLAIN = TableSettings.DEFAULTS.withBuckets(K, 1, K);

    private final Random random = new Random(11);
    private int lastHost;

    private Key randomKey(int bits) {
        byte[] bytes = new byte[bits / 8];
        random.nextBytes(bytes);
        return Key.of(bytes);
    }

    /** A key in the far half of the key space, seen from the zero key. */
    private Key farKey() {
        byte[] bytes = randomKey(160).toArray();
        bytes[0] |= (byte) 0x80;
        return Key.of(bytes);
    }

    private Contact at(Key id) {
        lastHost++;
        String ip = "10." + lastHost / 65_536 + "." + lastHost / 256 % 256 + "." + lastHost % 256;
        return new Contact(id, new InetSocketAddress(ip, 1));
    }

    private RoutingTable table(int bits) {
        return new RoutingTable(Key.of(new byte[bits / 8]), PLAIN, address -> AddressGroup.NONE, 0);
    }

    private static List<Contact> all(RoutingTable table) {
        return table.nodes().stream().map(TableNode::contact).toList();
    }

    private static boolean contains(RoutingTable table, Contact contact) {
        return table.find(contact).isPresent();
    }

    @ParameterizedTest
    @ValueSource(ints = {160, 512})
    void everyBucketHoldsItsPrefixAndAtMostKAndTheNearestAreFound(int bits) {
        RoutingTable table = table(bits);
        List<Contact> heard = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            Contact contact = at(randomKey(bits));
            heard.add(contact);
            table.heard(contact, i);
        }
        for (int i = 0; i < table.buckets(); i++) {
            assertThat(table.bucket(i).nodes()).hasSizeLessThanOrEqualTo(K);
            for (TableNode node : table.bucket(i).nodes()) {
                int prefix = table.self().commonPrefixBits(node.contact().id());
                assertThat(i == table.buckets() - 1 ? prefix >= i : prefix == i).isTrue();
            }
        }
        // Its own neighbourhood a table knows completely.
        List<Contact> nearest = heard.stream()
                .sorted((a, b) -> table.self().compareDistance(a.id(), b.id())).limit(K).toList();
        assertThat(table.snapshot().closest(table.self(), K)).isEqualTo(nearest);
        assertThat(all(table)).hasSize(table.snapshot().size()).hasSizeBetween(5 * K, 12 * K);
    }

    @Test
    void aContactThatAnswersKeepsItsPlaceAndNewcomersWait() {
        RoutingTable table = table(160);
        List<Contact> first = IntStream.range(0, K).mapToObj(i -> at(farKey())).toList();
        first.forEach(contact -> table.heard(contact, 0));
        Contact late = at(farKey());
        assertThat(table.heard(late, MINUTE)).isEmpty();
        assertThat(all(table)).containsExactlyInAnyOrderElementsOf(first);
        assertThat(table.bucket(0).waiting()).isEqualTo(1);
    }

    @Test
    void aStaleContactIsToBeAskedAndReplacedByTheOneThatWaitsWhenItIsBad() {
        RoutingTable table = table(160);
        List<Contact> first = IntStream.range(0, K).mapToObj(i -> at(farKey())).toList();
        first.forEach(contact -> table.heard(contact, 0));
        first.subList(1, K).forEach(contact -> table.heard(contact, 10 * MINUTE));
        Contact late = at(farKey());
        assertThat(table.heard(late, 16 * MINUTE).orElseThrow().contact()).isEqualTo(first.get(0));
        table.failed(first.get(0), MINUTE);
        assertThat(contains(table, first.get(0))).isTrue();
        table.failed(first.get(0), MINUTE);
        assertThat(contains(table, first.get(0))).isFalse();
        assertThat(contains(table, late)).isTrue();
    }

    @Test
    void aBadContactIsNotGivenOutAndLeavesInTheEnd() {
        RoutingTable table = table(160);
        Contact contact = at(farKey());
        table.heard(contact, 0);
        table.failed(contact, MINUTE);
        table.failed(contact, MINUTE);
        assertThat(table.snapshot().closest(contact.id(), K)).isEmpty();
        assertThat(contains(table, contact)).isTrue();
        table.heard(contact, MINUTE);
        assertThat(table.snapshot().closest(contact.id(), K)).containsExactly(contact);
        IntStream.range(0, TableSettings.REMOVE_FAILURES).forEach(i -> table.failed(contact, MINUTE));
        assertThat(all(table)).isEmpty();
    }

    @Test
    void anAddressHasOnePlaceAndTheOldIdLeavesIt() {
        RoutingTable table = table(160);
        Contact old = at(farKey());
        Contact renamed = new Contact(farKey(), old.address());
        table.heard(old, 0);
        table.heard(renamed, 1);
        assertThat(all(table)).containsExactly(renamed);
    }

    @Test
    void anIdMovesToAnotherAddressOnlyWhenTheOldOneIsSilent() {
        RoutingTable table = table(160);
        Contact old = at(farKey());
        Contact moved = at(old.id());
        table.heard(old, 0);
        assertThat(table.heard(moved, 1).orElseThrow().contact()).isEqualTo(old);
        assertThat(all(table)).containsExactly(old);
        table.failed(old, MINUTE);
        table.failed(old, MINUTE);
        assertThat(all(table)).containsExactly(moved);
    }

    @Test
    void thisNodeItselfHasNoPlace() {
        RoutingTable table = table(160);
        table.heard(at(table.self()), 0);
        assertThat(all(table)).isEmpty();
    }

    @Test
    void newsIsWhatWouldChangeTheTable() {
        RoutingTable table = table(160);
        List<Contact> first = IntStream.range(0, K).mapToObj(i -> at(farKey())).toList();
        assertThat(table.isNews(first.get(0))).isTrue();
        first.forEach(contact -> table.heard(contact, 0));
        // Nearer contacts, so that the far bucket is not the last one any more.
        byte[] near = new byte[20];
        near[0] = 1;
        table.heard(at(Key.of(near)), 0);
        Contact known = first.get(0);
        assertThat(table.isNews(at(farKey()))).isFalse();
        assertThat(table.isNews(known)).isFalse();
        assertThat(table.isNews(at(known.id()))).as("another address").isTrue();
        assertThat(table.isNews(new Contact(farKey(), known.address()))).as("another id").isTrue();
        table.failed(known, MINUTE);
        assertThat(table.isNews(known)).as("back after a failure").isTrue();
    }

    @Test
    void theTableIsBoundedWhateverIsHeard() {
        RoutingTable table = table(160);
        for (int prefix = 0; prefix < 160; prefix++) {
            for (int i = 0; i < 3 * K; i++) {
                byte[] id = randomKey(160).toArray();
                for (int bit = 0; bit < prefix; bit++) {
                    id[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
                }
                table.heard(at(Key.of(id)), i);
            }
        }
        int waiting = IntStream.range(0, table.buckets()).map(i -> table.bucket(i).waiting()).sum();
        assertThat(table.size()).isLessThanOrEqualTo(160 * K);
        assertThat(waiting).isLessThanOrEqualTo(160 * TableSettings.REPLACEMENTS);
    }

    // ---- wide buckets

    @Test
    void theFarthestBucketsAreWider() {
        assertThat(List.of(0, 1, 2, 3, 200)).extracting(PLAIN.withBuckets(K, 4, K)::capacity)
                .containsExactly(4 * K, 2 * K, K, K, K);
        RoutingTable table = new RoutingTable(
                Key.of(new byte[20]), PLAIN.withBuckets(K, 4, K), address -> AddressGroup.NONE, 0);
        IntStream.range(0, 2_000).forEach(i -> table.heard(at(randomKey(160)), 0));
        assertThat(table.bucket(0).nodes()).hasSize(4 * K);
        assertThat(table.bucket(1).nodes()).hasSize(2 * K);
        assertThat(table.bucket(2).nodes()).hasSize(K);
    }

    @Test
    void theDeepestBucketOfAWideKeySpaceIsReached() {
        RoutingTable table = table(512);
        for (int prefix = 0; prefix < 512; prefix++) {
            byte[] id = new byte[64];
            id[prefix / 8] |= (byte) (0x80 >> (prefix % 8));
            table.heard(at(Key.of(id)), 0);
        }
        assertThat(table.size()).isEqualTo(512);
        assertThat(table.buckets()).isBetween(512 - K, 512);
        assertThat(table.snapshot().closest(table.self(), 1).get(0).id().commonPrefixBits(table.self())).isEqualTo(511);
    }

    // ---- who waits, and for how long

    @Test
    void ofThoseWhoWaitTheFreshAndNearOneTakesThePlace() {
        RoutingTable table = table(160);
        List<Contact> first = IntStream.range(0, K).mapToObj(i -> at(farKey())).toList();
        first.forEach(contact -> table.heard(contact, 40 * MINUTE));
        Contact longAgo = at(farKey());
        Contact far = at(farKey());
        Contact near = at(farKey());
        Contact unmeasured = at(farKey());
        List.of(longAgo, far, near, unmeasured).forEach(contact -> table.heard(contact, 0));
        table.measured(longAgo, 1_000);
        List.of(far, near, unmeasured).forEach(contact -> table.heard(contact, 40 * MINUTE));
        table.measured(far, 90_000_000);
        table.measured(near, 20_000_000);
        List<Contact> order = new ArrayList<>();
        for (Contact gone : first.subList(0, 4)) {
            List<Contact> before = all(table);
            Optional<TableNode> toAsk = table.remove(gone, 41 * MINUTE);
            Contact promoted = all(table).stream().filter(contact -> !before.contains(contact)).findFirst().orElseThrow();
            assertThat(toAsk.isPresent()).as("who was not heard lately is asked").isEqualTo(promoted.equals(longAgo));
            order.add(promoted);
        }
        assertThat(order).containsExactly(near, far, unmeasured, longAgo);
    }

    @Test
    void whoWaitsAndDoesNotAnswerWaitsNoMore() {
        RoutingTable table = table(160);
        List<Contact> first = IntStream.range(0, K).mapToObj(i -> at(farKey())).toList();
        first.forEach(contact -> table.heard(contact, 0));
        Contact late = at(farKey());
        table.heard(late, 0);
        table.failed(late, 0);
        assertThat(table.bucket(0).waiting()).isZero();
    }

    @Test
    void whoAsksUsIsAliveUnlessItOwesUsAnswers() {
        RoutingTable table = table(160);
        Contact talks = at(farKey());
        Contact owes = at(farKey());
        table.heard(talks, 0);
        table.heard(owes, 0);
        table.failed(owes, MINUTE);
        table.asked(talks, 19 * MINUTE);
        table.asked(owes, 19 * MINUTE);
        assertThat(table.stale(20 * MINUTE)).extracting(TableNode::contact).containsExactly(owes);
    }

    @Test
    void theSilentAreAskedBetween15And19MinutesAndNotAllAtOnce() {
        RoutingTable table = table(160);
        IntStream.range(0, 60).forEach(i -> table.heard(at(randomKey(160)), 0));
        assertThat(table.stale(15 * MINUTE - 1)).isEmpty();
        assertThat(table.stale(17 * MINUTE)).hasSizeBetween(table.size() / 4, 3 * table.size() / 4);
        assertThat(table.stale(19 * MINUTE)).hasSize(table.size());
    }

    @Test
    void afterASleepAllAreDoubtedAndNobodyLeaves() {
        RoutingTable table = table(160);
        IntStream.range(0, 60).forEach(i -> table.heard(at(randomKey(160)), MINUTE));
        List<Contact> before = all(table);
        table.doubtAll(2 * MINUTE);
        assertThat(table.stale(2 * MINUTE)).hasSameSizeAs(before);
        assertThat(all(table)).isEqualTo(before);
        assertThat(table.snapshot().all()).isEqualTo(before);
    }

    // ---- groups of addresses

    private static Contact in(Key id, String ip) {
        return new Contact(id, new InetSocketAddress(ip, 1));
    }

    private static RoutingTable grouped() {
        return new RoutingTable(Key.of(new byte[20]), PLAIN, AddressGroup::of, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.%d", "2001:db8:7:%x::1"})
    void oneNetworkHasFewPlacesInABucketAndInTheTable(String network) {
        RoutingTable table = grouped();
        long group = flood(table, network);
        assertThat(Bucket.count(table.nodes(), group)).isEqualTo(TableSettings.GROUP_TABLE_MAX);
        for (int i = 0; i < table.buckets(); i++) {
            assertThat(table.bucket(i).count(group)).isLessThanOrEqualTo(TableSettings.GROUP_BUCKET_MAX);
        }
        assertThat(table.isNews(in(farKey(), String.format(network, 222)))).as("not worth a ping").isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.%d", "2001:db8:7:%x::1"})
    void twin_withoutTheLimitsOneNetworkTakesMostPlaces(String network) {
        RoutingTable table = table(160);
        flood(table, network);
        assertThat(all(table)).filteredOn(contact -> !contact.address().getHostString().startsWith("198.51."))
                .hasSizeGreaterThan(2 * K);
    }

    /** Some honest contacts of everywhere, then many of one network. */
    private long flood(RoutingTable table, String network) {
        for (int i = 0; i < 20; i++) {
            table.heard(in(randomKey(160), "198.51." + i + ".1"), 0);
        }
        for (int i = 0; i < 200; i++) {
            table.heard(in(randomKey(160), String.format(network, i)), i);
        }
        return AddressGroup.of(new InetSocketAddress(String.format(network, 0), 1).getAddress());
    }

    @Test
    void aNetworkThatIsAllInOnePlaceWorks() {
        AddressGroup.Grouping own = new AddressGroup.Grouping() {
            @Override
            public long of(InetAddress address) {
                return AddressGroup.of(address);
            }

            @Override
            public boolean own(long group) {
                return true;
            }
        };
        RoutingTable table = new RoutingTable(Key.of(new byte[20]), PLAIN, own, 0);
        flood(table, "203.0.113.%d");
        long group = AddressGroup.of(new InetSocketAddress("203.0.113.1", 1).getAddress());
        assertThat(Bucket.count(table.nodes(), group)).isEqualTo(TableSettings.GROUP_OWN_MAX);
    }

    @Test
    void networksFarApartHaveTheirPlacesEach() {
        RoutingTable table = grouped();
        for (int i = 0; i < K; i++) {
            table.heard(in(farKey(), "198.51." + i + ".1"), 0);
        }
        assertThat(table.size()).isEqualTo(K);
    }

    @Test
    void oneOfANetworkThatWaitedTakesThePlaceOfItsNeighbourThatLeft() {
        RoutingTable table = grouped();
        List<Contact> neighbours = IntStream.range(0, 3).mapToObj(i -> in(farKey(), "203.0.113." + i)).toList();
        neighbours.forEach(contact -> table.heard(contact, 0));
        assertThat(all(table)).containsExactlyInAnyOrderElementsOf(neighbours.subList(0, 2));
        table.remove(neighbours.get(0), 0);
        assertThat(all(table)).containsExactlyInAnyOrderElementsOf(neighbours.subList(1, 3));
    }

    // ---- another place

    @Test
    void underAnotherIdTheTableKeepsWhomItHasAPlaceForAndForgetsItself() {
        RoutingTable table = table(160);
        List<Contact> known = IntStream.range(0, 6).mapToObj(i -> at(randomKey(160))).toList();
        known.forEach(contact -> table.heard(contact, 0));
        RoutingTable moved = new RoutingTable(known.get(2).id(), PLAIN, address -> AddressGroup.NONE, 0);
        moved.adopt(table, 0);
        assertThat(all(moved)).hasSize(5).doesNotContain(known.get(2)).allMatch(known::contains);
    }
}
