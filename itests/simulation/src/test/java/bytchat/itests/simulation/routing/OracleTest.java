package bytchat.itests.simulation.routing;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.hash.sha1.internal.Sha1;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OracleTest {
    private final Random chance = new Random(1);

    @Test
    void theNearestAreThoseOfASortedList() {
        RoutingNetwork network = new RoutingNetwork(RoutingOptions.DEFAULTS.withNodes(300).withNat(0.3), new Sha1(), Misbehaviour.NONE);
        network.start();
        Oracle oracle = network.oracle();
        oracle.died(oracle.living().get(7));
        for (Predicate<RoutingNode> wanted : List.<Predicate<RoutingNode>>of(node -> true, RoutingNode::reachable, node -> false)) {
            for (int i = 0; i < 50; i++) {
                Key key = network.randomKey();
                assertThat(oracle.nearest(key, 8, wanted)).isEqualTo(oracle.living().stream()
                        .filter(wanted)
                        .sorted((a, b) -> key.compareDistance(a.contact().id(), b.contact().id()))
                        .limit(8)
                        .toList());
            }
        }
        assertThat(oracle.nearest(network.randomKey(), 1_000, node -> true)).hasSize(299);
    }

    /** Each prefix of the own id has its bucket, full where there are enough. */
    @Test
    void aWarmTableHasUpToEightOfEachDistance() {
        List<Contact> all = IntStream.range(1, 1_000)
                .mapToObj(i -> new Contact(key(), new InetSocketAddress("10.0.0.1", i))).toList();
        Key own = key();
        List<Contact> table = new WarmStart(all, 8, chance).tableOf(own);
        assertThat(table).doesNotHaveDuplicates();
        for (int bits = 0; bits < 20; bits++) {
            int prefix = bits;
            long there = all.stream().filter(contact -> own.commonPrefixBits(contact.id()) == prefix).count();
            long known = table.stream().filter(contact -> own.commonPrefixBits(contact.id()) == prefix).count();
            assertThat(known).isEqualTo(Math.min(8, there));
        }
        Contact nearest = all.stream().min(Comparator.comparing(Contact::id, own::compareDistance)).orElseThrow();
        assertThat(table).contains(nearest);
        assertThat(new WarmStart(all, 8, chance).tableOf(nearest.id())).doesNotContain(nearest);
    }

    private Key key() {
        byte[] bytes = new byte[20];
        chance.nextBytes(bytes);
        return Key.of(bytes);
    }
}
