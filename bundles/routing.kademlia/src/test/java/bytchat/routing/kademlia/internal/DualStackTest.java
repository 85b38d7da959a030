package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Contact;
import bytchat.api.routing.RoutingPlane.TableEntry;
import bytchat.routing.kademlia.internal.KademliaTestNet.Router;
import bytchat.wire.CompactNodes;
import java.net.Inet6Address;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** BEP 32: a table for each family, and answers from each. In the simulation an IPv6 socket serves both, as with [::]. */
class DualStackTest {
    private static final int K = TableSettings.BUCKET_SIZE;

    private final KademliaTestNet net = new KademliaTestNet(51);

    private static boolean ipv6(Contact contact) {
        return contact.address().getAddress() instanceof Inet6Address;
    }

    private BDict findNode(Router asker, Router asked, List<String> want) {
        BDict.Builder arguments = BDict.builder().put("target", net.key("x").unsafeArray());
        if (!want.isEmpty()) {
            arguments.put("want", want.stream().map(BBytes::of).toList());
        }
        BDict question = arguments.build();
        return net.world.await(
                asker.host().call(() -> asker.rpc().query(asked.contact(), "find_node", question)),
                Duration.ofSeconds(5)).result();
    }

    private static List<Contact> nodes(BDict result, boolean ipv6) {
        return CompactNodes.decode(result.requireBytes(ipv6 ? "nodes6" : "nodes"), 64, ipv6);
    }

    @Test
    void eachFamilyHasItsTableAndItsListInAnAnswer() {
        Router ipv4 = net.router(0);
        IntStream.range(1, 12).forEach(i -> net.router(i, 0));
        IntStream.range(1, 12).forEach(i ->
                net.router("fd00::" + i, KademliaDefences.ALL, 0));
        net.world.run(Duration.ofMinutes(1));
        Router both = net.routers.get(15);
        // They know each other by the IPv4 nodes at first, who keep no IPv6 contacts: so they are told of one.
        net.routers.subList(12, net.routers.size()).forEach(router ->
                net.run(router, () -> router.kademlia().suggest(List.of(net.routers.get(13).contact()))));
        net.world.run(Duration.ofMinutes(20));

        assertThat(ipv4.kademlia().table()).extracting(TableEntry::contact).noneMatch(DualStackTest::ipv6);
        List<Contact> known = both.kademlia().table().stream().map(TableEntry::contact).toList();
        assertThat(known).filteredOn(DualStackTest::ipv6).hasSizeGreaterThanOrEqualTo(K);
        assertThat(known).filteredOn(contact -> !ipv6(contact)).hasSizeGreaterThanOrEqualTo(K);
        assertThat(both.kademlia().status().facts().get("contacts_ipv6"))
                .isEqualTo((int) known.stream().filter(DualStackTest::ipv6).count());
        assertThat(both.kademlia().closest(net.key("x"), 30)).as("merged, nearest first")
                .isSortedAccordingTo((a, b) -> net.key("x").compareDistance(a.id(), b.id())).hasSameSizeAs(known);

        // Who has answered lately gets the whole answer.
        findNode(net.routers.get(18), both, List.of());
        BDict answer = findNode(both, net.routers.get(18), List.of("n4", "n6"));
        assertThat(nodes(answer, false)).isNotEmpty().noneMatch(DualStackTest::ipv6);
        assertThat(nodes(answer, true)).isNotEmpty().allMatch(DualStackTest::ipv6);
        assertThat(findNode(both, net.routers.get(18), List.of("n6")).get("nodes")).isEmpty();
        BDict unasked = findNode(both, net.routers.get(18), List.of());
        assertThat(unasked.get("nodes")).as("the family of the question goes without saying").isEmpty();
        assertThat(nodes(unasked, true)).isNotEmpty();
    }
}
