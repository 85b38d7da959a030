package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AnchorsTest {
    private final Random random = new Random(3);

    private TableNode node(String ip, int region, long sinceNanos) {
        byte[] id = new byte[20];
        random.nextBytes(id);
        id[0] = (byte) (region << 4 | id[0] & 0x0f);
        InetSocketAddress address = new InetSocketAddress(ip, 1 + random.nextInt(60_000));
        return new TableNode(new Contact(Key.of(id), address), AddressGroup.of(address.getAddress()), sinceNanos);
    }

    private static List<Contact> contacts(List<TableNode> nodes) {
        return nodes.stream().map(TableNode::contact).toList();
    }

    @Test
    void theOldestOfEachNetworkAndRegionComeFirst() {
        List<TableNode> old = IntStream.range(0, 10).mapToObj(i -> node("198.51." + i + ".1", i, i)).toList();
        List<TableNode> sameNetwork = IntStream.range(0, 10).mapToObj(i -> node("198.51.0.2", 10 + i % 6, 50)).toList();
        List<TableNode> sameRegion = IntStream.range(0, 10).mapToObj(i -> node("203.0." + i + ".1", 3, 60)).toList();
        List<TableNode> all = new ArrayList<>(Stream.of(old, sameNetwork, sameRegion).flatMap(List::stream).toList());
        Collections.shuffle(all, random);
        List<Contact> order = new Anchors().order(all, List.of());
        assertThat(order).hasSize(30).startsWith(contacts(old).toArray(Contact[]::new));
    }

    @Test
    void whoWasAnAnchorStaysOneWhateverComesAndHoweverOftenWeRestart() {
        List<TableNode> honest = IntStream.range(0, 10).mapToObj(i -> node("198.51." + i + ".1", i, 0)).toList();
        List<Contact> before = new Anchors().order(honest, List.of());
        // After a restart the flood answered before the honest ones did.
        List<TableNode> again = honest.stream()
                .map(node -> new TableNode(node.contact(), node.group(), 1_000)).toList();
        List<TableNode> flood = IntStream.range(0, 200).mapToObj(i -> node("203.0." + i + ".1", i % 16, i)).toList();
        List<Contact> order = new Anchors().order(Stream.concat(flood.stream(), again.stream()).toList(), before);
        assertThat(order.subList(0, 10)).isEqualTo(before);
    }

    @Test
    void whoFailsIsNotRememberedAndThoseOfBeforeAreWhenFewAreKnown() {
        TableNode alive = node("198.51.1.1", 1, 0);
        TableNode failing = node("198.51.2.1", 2, 0);
        failing.failed();
        List<Contact> before = contacts(IntStream.range(0, 100).mapToObj(i -> node("203.0." + i + ".1", 1, 0)).toList());
        List<Contact> order = new Anchors().order(List.of(alive, failing), before);
        assertThat(order).startsWith(alive.contact()).doesNotContain(failing.contact()).hasSize(64);
        assertThat(order.subList(1, 64)).isEqualTo(before.subList(0, 63));
    }

    @Test
    void whatIsRememberedIsBounded() {
        List<TableNode> many = IntStream.range(0, 1_000).mapToObj(i -> node("203." + i / 250 + "." + i % 250 + ".1", 1, 0)).toList();
        assertThat(new Anchors().order(many, List.of())).hasSize(KnownContacts.MAX);
    }
}
