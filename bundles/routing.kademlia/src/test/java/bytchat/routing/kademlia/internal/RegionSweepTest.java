package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.Region;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.routing.kademlia.internal.PaperNetwork.Asker;
import bytchat.routing.kademlia.internal.PaperNetwork.Options;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegionSweepTest {
    private static final int K = TableSettings.BUCKET_SIZE;
    private static final int LOOKUPS_MAX = LookupSettings.REGION_LOOKUPS_MAX;

    private static Region sweep(PaperNetwork net, Asker asker, Key prefix, int bits, int lookupsMax) {
        return net.world.await(
                asker.host.call(() -> new RegionSweep(
                        asker::begin, asker.host.environment().clock(), K, lookupsMax, prefix, bits).start()),
                Duration.ofMinutes(10));
    }

    private static List<Contact> truth(PaperNetwork net, Asker asker, Key prefix, int bits) {
        return net.living().stream()
                .filter(contact -> contact.id().commonPrefixBits(prefix) >= bits)
                .filter(contact -> !contact.id().equals(asker.id()))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"sha-1, 600, 0", "sha-1, 2000, 3", "sha-512, 2000, 6", "sha-1, 2000, 12", "sha-1, 20, 0"})
    void findsEveryNodeOfTheRegion(String hashName, int nodes, int bits) {
        HashAlgorithm hash = hashName.equals("sha-1") ? new Sha1() : new Sha512();
        PaperNetwork net = new PaperNetwork(31, hash, Options.HONEST.nodes(nodes).roundTrip(50, 0.1));
        Asker asker = net.asker();
        Key prefix = net.randomKey();
        Region region = sweep(net, asker, prefix, bits, LOOKUPS_MAX);
        assertThat(region.complete()).isTrue();
        List<Contact> truth = truth(net, asker, prefix, bits);
        assertThat(truth).containsAll(region.nodes());
        // Of k random contacts in a table of paper, a node is here and there in none.
        assertThat(region.nodes()).hasSizeGreaterThanOrEqualTo((int) (0.99 * truth.size()));
        assertThat(region.effort().answers()).isGreaterThanOrEqualTo(region.nodes().size());
    }

    @Test
    void oneSweepCostsFarLessThanALookupForEachNode() {
        PaperNetwork net = new PaperNetwork(32, new Sha1(), Options.HONEST.nodes(1_000).roundTrip(50, 0.1));
        Region region = sweep(net, net.asker(), net.randomKey(), 0, LOOKUPS_MAX);
        assertThat(region.nodes()).hasSizeBetween(985, 999);
        assertThat((double) region.effort().queries() / region.nodes().size()).isLessThan(8);
    }

    @Test
    void whereABoundIsMetTheRegionIsNotComplete() {
        PaperNetwork net = new PaperNetwork(33, new Sha1(), Options.HONEST.nodes(1_000).roundTrip(50, 0.1));
        Region region = sweep(net, net.asker(), net.randomKey(), 0, 5);
        assertThat(region.complete()).isFalse();
        assertThat(region.nodes()).hasSizeBetween(K, 5 * K);
    }

    @Test
    void aloneOneKnowsNothing() {
        KademliaTestNet net = new KademliaTestNet(1);
        KademliaTestNet.Router alone = net.router(0);
        net.world.run(Duration.ofSeconds(1));
        Region region = net.world.await(
                alone.host().call(() -> alone.kademlia().region(net.key("x"), 4)), Duration.ofMinutes(1));
        assertThat(region.nodes()).isEmpty();
        assertThat(region.complete()).isFalse();
    }

    @Test
    void aNodeOfARealNetworkSeesAllOthers() {
        KademliaTestNet net = new KademliaTestNet(3).grow(50);
        KademliaTestNet.Router from = net.routers.get(7);
        Region region = net.world.await(
                from.host().call(() -> from.kademlia().region(net.key("x"), 0)), Duration.ofMinutes(2));
        assertThat(region.complete()).isTrue();
        assertThat(region.nodes()).hasSize(49).isSortedAccordingTo((a, b) -> a.id().compareTo(b.id()));
    }

    @Test
    void aPrefixIsNoLongerThanAKey() {
        Key key = Key.of(new byte[20]);
        assertThatThrownBy(() -> new RegionSweep(request -> null, null, 8, 1, key, 161))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0 to 160");
    }
}
