package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.Contact;
import bytchat.api.routing.RoutingPlane.TableEntry;
import bytchat.routing.kademlia.internal.KademliaTestNet.Router;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** To whom the limits on groups of addresses apply; nodes under ids of their own choice, so without BEP 42. */
class ContactBookTest {
    private static final KademliaDefences ANY_ID = KademliaDefences.without("idFitsAddress");
    private static final int NODES = 30;

    private final KademliaTestNet net = new KademliaTestNet(61);

    /** How many of 30 nodes in one /24 a node at this address has in its table. */
    private int known(String ip, String network) {
        return known(ip, network, ANY_ID);
    }

    private int known(String ip, String network, KademliaDefences defences) {
        List<Contact> nodes = IntStream.rangeClosed(1, NODES)
                .mapToObj(i -> net.router(String.format(network, i), ANY_ID).contact()).toList();
        Router router = net.router(ip, defences);
        net.world.run(Duration.ofSeconds(1));
        for (Contact node : nodes) {
            net.run(router, () -> router.kademlia().suggest(List.of(node)));
            net.world.run(Duration.ofSeconds(1));
        }
        net.world.run(Duration.ofMinutes(1));
        return (int) router.kademlia().table().stream().map(TableEntry::contact).filter(nodes::contains).count();
    }

    @Test
    void ofAForeignNetworkFewAreKnown() {
        assertThat(known("203.0.113.1", "198.51.100.%d")).isBetween(1, TableSettings.GROUP_TABLE_MAX);
    }

    @Test
    void twin_withoutLimitsMostAre() {
        assertThat(known("203.0.113.1", "198.51.100.%d", KademliaDefences.without("idFitsAddress", "groupLimits")))
                .isGreaterThan(15);
    }

    @Test
    void ofTheOwnNetworkMoreAreKnown() {
        assertThat(known("198.51.100.200", "198.51.100.%d"))
                .isBetween(TableSettings.GROUP_TABLE_MAX + 1, TableSettings.GROUP_OWN_MAX);
    }

    @Test
    void atHomeThereIsNoLimitOnPrivateAddresses() {
        assertThat(known("192.168.1.200", "192.168.1.%d")).isGreaterThan(TableSettings.GROUP_OWN_MAX);
    }

    @Test
    void aNodeWithAPublicAddressLimitsPrivateOnesToo() {
        assertThat(known("203.0.113.1", "192.168.1.%d")).isBetween(1, TableSettings.GROUP_TABLE_MAX);
    }

    @Test
    void theExemptionCanBeTurnedOff() {
        net.settings = KademliaSettings.DEFAULTS.withTable(TableSettings.DEFAULTS.withGroups(2, 4, true));
        assertThat(known("10.1.0.1", "192.168.1.%d")).isBetween(1, TableSettings.GROUP_TABLE_MAX);
    }
}
