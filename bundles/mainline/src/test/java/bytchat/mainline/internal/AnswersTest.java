package bytchat.mainline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.rpc.Request;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.transport.memory.SimulatedWorld;
import bytchat.wire.CompactNodes;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The lists of nodes in answers to {@code get} and {@code get_peers} (BEP 5, BEP 32). */
class AnswersTest {
    private static final Key TARGET = Key.of(new byte[20]);
    private final List<Contact> table = new ArrayList<>();
    private final Answers answers = new Answers(() -> plane(table),
            new Tokens(new SimulatedWorld(1).host("10.0.0.1", 1).environment(), new Sha1(), Duration.ofMinutes(5)));

    AnswersTest() {
        for (int i = 0; i < 40; i++) {
            table.add(contact(i, "10.0.0." + (1 + i)));
        }
        for (int i = 40; i < 60; i++) {
            table.add(contact(i, "2001:db8::" + i));
        }
    }

    @Test
    void eachFamilyHasItsNearestHoweverManyOfTheOtherAreNearer() {
        BDict both = begin("10.9.9.9", contact(99, "10.9.9.9").id(), "n4", "n6");
        assertThat(nodes(both, "nodes", false)).isEqualTo(table.subList(0, 8));
        assertThat(nodes(both, "nodes6", true)).isEqualTo(table.subList(40, 48));
    }

    @Test
    void withoutAWishItIsTheAskersFamily() {
        assertThat(begin("10.9.9.9", contact(99, "10.9.9.9").id()).get("nodes6")).isEmpty();
        BDict six = begin("2001:db8::9", contact(99, "10.9.9.9").id());
        assertThat(six.get("nodes")).isEmpty();
        assertThat(nodes(six, "nodes6", true)).hasSize(8);
    }

    @Test
    void theAskerIsNotToldOfItself() {
        assertThat(nodes(begin("10.0.0.1", table.get(0).id()), "nodes", false)).isEqualTo(table.subList(1, 9));
    }

    private BDict begin(String from, Key asker, String... want) {
        BDict.Builder arguments = BDict.builder();
        if (want.length > 0) {
            arguments.put("want", List.of(want).stream().map(BBytes::of).toList());
        }
        InetSocketAddress address = new InetSocketAddress(MainlineTestNet.address(from), 1);
        return answers.begin(new Request("get", arguments.build(), asker, address, Optional.empty(), false), TARGET).build();
    }

    private static List<Contact> nodes(BDict answer, String name, boolean ipv6) {
        return CompactNodes.decode(answer.requireBytes(name), 20, ipv6);
    }

    private static Contact contact(int distance, String ip) {
        byte[] id = new byte[20];
        id[0] = (byte) distance;
        return new Contact(Key.of(id), new InetSocketAddress(MainlineTestNet.address(ip), 4000));
    }

    /** One that knows these contacts, the nearest first. */
    private static RoutingPlane plane(List<Contact> contacts) {
        return (RoutingPlane) Proxy.newProxyInstance(RoutingPlane.class.getClassLoader(), new Class<?>[] {RoutingPlane.class},
                (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("closest");
                    return contacts.subList(0, Math.min(contacts.size(), (int) arguments[1]));
                });
    }
}
