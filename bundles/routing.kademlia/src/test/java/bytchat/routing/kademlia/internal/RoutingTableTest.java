package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingTableTest {
    private static final long MINUTE = 60_000_000_000L;
    private static final int K = KademliaSettings.BUCKET_SIZE;

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
        return new RoutingTable(Key.of(new byte[bits / 8]), KademliaSettings.DEFAULTS, 0);
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
        assertThat(table.closest(table.self(), K)).isEqualTo(nearest);
        assertThat(table.snapshot()).hasSize(table.goodCount()).hasSizeBetween(5 * K, 12 * K);
    }

    @Test
    void aContactThatAnswersKeepsItsPlaceAndNewcomersWait() {
        RoutingTable table = table(160);
        List<Contact> first = IntStream.range(0, K).mapToObj(i -> at(farKey())).toList();
        first.forEach(contact -> table.heard(contact, 0));
        Contact late = at(farKey());
        assertThat(table.heard(late, MINUTE)).isEmpty();
        assertThat(table.snapshot()).containsExactlyInAnyOrderElementsOf(first);
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
        table.failed(first.get(0));
        assertThat(table.contains(first.get(0))).isTrue();
        table.failed(first.get(0));
        assertThat(table.contains(first.get(0))).isFalse();
        assertThat(table.contains(late)).isTrue();
    }

    @Test
    void aBadContactIsNotGivenOutAndLeavesInTheEnd() {
        RoutingTable table = table(160);
        Contact contact = at(farKey());
        table.heard(contact, 0);
        table.failed(contact);
        table.failed(contact);
        assertThat(table.closest(contact.id(), K)).isEmpty();
        assertThat(table.contains(contact)).isTrue();
        table.heard(contact, MINUTE);
        assertThat(table.closest(contact.id(), K)).containsExactly(contact);
        IntStream.range(0, KademliaSettings.REMOVE_FAILURES).forEach(i -> table.failed(contact));
        assertThat(table.snapshot()).isEmpty();
    }

    @Test
    void anAddressHasOnePlaceAndTheOldIdLeavesIt() {
        RoutingTable table = table(160);
        Contact old = at(farKey());
        Contact renamed = new Contact(farKey(), old.address());
        table.heard(old, 0);
        table.heard(renamed, 1);
        assertThat(table.snapshot()).containsExactly(renamed);
    }

    @Test
    void anIdMovesToAnotherAddressOnlyWhenTheOldOneIsSilent() {
        RoutingTable table = table(160);
        Contact old = at(farKey());
        Contact moved = at(old.id());
        table.heard(old, 0);
        assertThat(table.heard(moved, 1).orElseThrow().contact()).isEqualTo(old);
        assertThat(table.snapshot()).containsExactly(old);
        table.failed(old);
        table.failed(old);
        assertThat(table.snapshot()).containsExactly(moved);
    }

    @Test
    void thisNodeItselfHasNoPlace() {
        RoutingTable table = table(160);
        table.heard(at(table.self()), 0);
        assertThat(table.snapshot()).isEmpty();
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
        table.failed(known);
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
        assertThat(table.snapshot().size()).isLessThanOrEqualTo(160 * K);
        assertThat(waiting).isLessThanOrEqualTo(160 * KademliaSettings.REPLACEMENTS);
    }
}
