package bytchat.itests.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.bencode.BDict;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.NodeKey;
import bytchat.api.routing.LookupRequest;
import bytchat.api.routing.LookupResult;
import bytchat.api.rpc.RpcException;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.keyspace.internal.NodeIdentity;
import bytchat.routing.kademlia.internal.KnownContacts;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedWorld;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Ten nodes of one JVM, each with one node key in two key spaces at once: 512 bits for messages, 160 bits of plain BEP 5. */
class TwoKeySpacesTest {
    private static final int NODES = 10;
    private static final int MESSAGING_PORT = 4_000;
    private static final int OPEN_PORT = 4_001;
    private static final HashAlgorithm WIDE = new Sha512();
    private static final HashAlgorithm NARROW = new Sha1();

    private final SimulatedWorld world = new SimulatedWorld(77);
    private final List<Place> wide = new ArrayList<>();
    private final List<Place> narrow = new ArrayList<>();

    /** A node in one of its key spaces. */
    private record Place(SimulatedHost host, NodeParts parts) {
    }

    @Test
    void eachNodeIsInBothAndFindsTheNearestInEach() {
        grow();
        for (int i = 0; i < NODES; i++) {
            assertFinds(wide, i, WIDE);
            assertFinds(narrow, i, NARROW);
            assertThat(wide.get(i).parts().local().nodeKey()).as("one node").isSameAs(narrow.get(i).parts().local().nodeKey());
        }
    }

    @Test
    void theyDoNotMix() {
        grow();
        Contact other = new Contact(wide.get(3).parts().local().id(), wide.get(3).host().address());
        BDict question = BDict.builder().put("target", key(NARROW, "any").unsafeArray()).build();
        assertThatThrownBy(() -> world.await(narrow.get(0).host().call(() -> narrow.get(0).parts().rpc()
                .query(other.address(), LookupRequest.FIND_NODE, question)), Duration.ofMinutes(1)))
                        .hasRootCauseInstanceOf(RpcException.class);
        assertThat(contacts(wide)).allMatch(contact -> contact.id().bits() == 512 && contact.address().getPort() == MESSAGING_PORT);
        assertThat(contacts(narrow)).allMatch(contact -> contact.id().bits() == 160 && contact.address().getPort() == OPEN_PORT);
    }

    private void grow() {
        for (int i = 0; i < NODES; i++) {
            SimulatedHost host = world.host(ip(i), MESSAGING_PORT);
            NodeKey key = NodeIdentity.generate(host.environment().random());
            wide.add(start(host, WIDE, Optional.of(NodeParts.NETWORK), key));
            narrow.add(start(world.host(ip(i), OPEN_PORT), NARROW, Optional.empty(), key));
            world.run(Duration.ofMillis(300));
        }
        world.run(Duration.ofSeconds(60));
    }

    private Place start(SimulatedHost host, HashAlgorithm hash, Optional<String> network, NodeKey key) {
        List<InetSocketAddress> bootstrap = host.address().getHostString().equals(ip(0)) ? List.of()
                : List.of(new InetSocketAddress(ip(0), host.address().getPort()));
        return new Place(host, NodeParts.start(host.environment(), hash, network, key, host.datagrams(), host.links(key), bootstrap,
                KnownContacts.NONE, NodeParts.PlaneMaker.KADEMLIA));
    }

    private static String ip(int number) {
        return "10.1.0." + (1 + number);
    }

    private static Key key(HashAlgorithm hash, String text) {
        return Key.of(hash.digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private List<Contact> contacts(List<Place> places) {
        return places.stream().flatMap(place -> world.await(place.host().call(() -> java.util.concurrent.CompletableFuture
                .completedFuture(place.parts().routing().table())), Duration.ofSeconds(1)).stream())
                .map(entry -> entry.contact()).toList();
    }

    private void assertFinds(List<Place> places, int asker, HashAlgorithm hash) {
        Key target = key(hash, "target of " + asker);
        LookupResult found = world.await(places.get(asker).host().call(() -> places.get(asker).parts().routing().lookup(target, 5)),
                Duration.ofMinutes(1));
        List<Contact> nearest = IntStream.range(0, NODES).filter(i -> i != asker).mapToObj(i -> places.get(i).parts().contact())
                .sorted((a, b) -> target.compareDistance(a.id(), b.id())).limit(5).toList();
        assertThat(found.nearest()).containsExactlyElementsOf(nearest);
    }
}
