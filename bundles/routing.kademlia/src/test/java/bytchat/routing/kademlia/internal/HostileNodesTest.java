package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.RoutingPlane.TableEntry;
import bytchat.routing.kademlia.internal.KademliaTestNet.Router;
import bytchat.transport.memory.SimulatedHost;
import bytchat.wire.CompactNodes;
import bytchat.wire.KrpcMessage;
import bytchat.wire.NodeIds;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each defence, and its twin: the attack succeeds once the defence is off. */
class HostileNodesTest {
    private static final int K = TableSettings.BUCKET_SIZE;

    private final KademliaTestNet net = new KademliaTestNet(21);
    private final Key target = net.key("target");

    /** A node under a fixed id that answers with these contacts whoever looks for the target. */
    private SimulatedHost liar(String ip, Key id, Function<KrpcMessage.Query, List<Contact>> answer) {
        SimulatedHost host = net.world.host(ip, 4000);
        host.datagrams().receive((from, payload) -> {
            if (KrpcMessage.parse(payload, 1232) instanceof KrpcMessage.Query query) {
                boolean lies = query.arguments().bytes("target").filter(key -> Key.of(key).equals(target)).isPresent();
                BDict result = BDict.builder()
                        .put("id", id.unsafeArray())
                        .put("nodes", CompactNodes.encode(lies ? answer.apply(query) : List.of(), false))
                        .build();
                host.datagrams().send(from, new KrpcMessage.Response(
                        query.t(), result, Optional.empty(), Optional.empty(), Optional.of("bytchat")).encode());
            }
        });
        return host;
    }

    /** The target's id with the last bytes changed: as near as one likes. */
    private Key near(int number) {
        byte[] id = target.toArray();
        id[id.length - 1] ^= (byte) number;
        id[id.length - 2] ^= (byte) (number >> 8);
        id[id.length - 3] ^= 1;
        return Key.of(id);
    }

    private LookupResult lookupThrough(Router victim, Contact liar) {
        net.run(victim, () -> victim.kademlia().suggest(List.of(liar)));
        net.world.run(Duration.ofSeconds(2));
        return net.lookup(victim, target, 5);
    }

    // ---- contacts that never answered

    @Test
    void whoOnlyAsksFromAnInventedAddressIsNotInTheTable() {
        assertThat(inventedEntries(KademliaDefences.ALL)).isZero();
    }

    @Test
    void twin_otherwiseInventedAddressesFillTheTable() {
        assertThat(inventedEntries(KademliaDefences.without("answeredOnly"))).isGreaterThan(20);
    }

    @Test
    void pingsToInventedAddressesAreBounded() {
        Router victim = net.router(0);
        net.world.run(Duration.ofMillis(1));
        for (int i = 0; i < 200; i++) {
            askFrom(victim, i);
        }
        net.world.run(Duration.ofSeconds(1));
        assertThat(victim.host().datagrams().sent()).isEqualTo(200 + KademliaSettings.VERIFICATIONS_MAX);
    }

    /** A ping from an address and under an id that are both invented. */
    private void askFrom(Router victim, int number) {
        BDict arguments = BDict.builder().put("id", net.key("invented " + number).unsafeArray()).build();
        net.world.forge(new InetSocketAddress("10.7.0." + number, 1), victim.host().address(), new KrpcMessage.Query(
                new byte[] {1}, "ping", arguments, false, Optional.of("bytchat"), Optional.empty()).encode());
    }

    private int inventedEntries(KademliaDefences defences) {
        Router victim = net.router("10.0.0.1", defences);
        for (int i = 0; i < 200; i++) {
            askFrom(victim, i);
        }
        net.world.run(Duration.ofSeconds(10));
        return victim.kademlia().table().size();
    }

    // ---- lists of nodes

    @Test
    void aHugeListCostsAtMostK() {
        assertThat(queriesAfterAHugeList(KademliaDefences.ALL)).isLessThanOrEqualTo(1 + K);
    }

    @Test
    void twin_otherwiseAHugeListCostsAsManyQueries() {
        assertThat(queriesAfterAHugeList(KademliaDefences.without("boundedReferrals", "sourceScores"))).isGreaterThan(1 + K);
    }

    private int queriesAfterAHugeList(KademliaDefences defences) {
        Router victim = net.router("10.0.0.1", defences);
        List<Contact> dead = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            dead.add(new Contact(near(i), new InetSocketAddress("10.8.0." + (i + 1), 1)));
        }
        SimulatedHost liar = liar("10.0.0.9", near(100), query -> dead);
        return lookupThrough(victim, new Contact(near(100), liar.address())).effort().queries();
    }

    @Test
    void manyIdsAtOneAddressCostNoMoreThanOne() {
        assertThat(queriesToOneAddress(KademliaDefences.ALL)).isLessThanOrEqualTo(2);
    }

    @Test
    void twin_otherwiseOneAddressIsAskedForEachIdItInvents() {
        assertThat(queriesToOneAddress(KademliaDefences.without("askAddressOnce", "sourceScores"))).isGreaterThanOrEqualTo(8);
    }

    private int queriesToOneAddress(KademliaDefences defences) {
        Router victim = net.router("10.0.0.1", defences);
        SimulatedHost bystander = net.world.host("10.0.0.66", 4000);
        AtomicInteger asked = new AtomicInteger();
        bystander.datagrams().receive((from, payload) -> asked.incrementAndGet());
        List<Contact> bogus = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            bogus.add(new Contact(near(i), bystander.address()));
        }
        SimulatedHost liar = liar("10.0.0.9", near(100), query -> bogus);
        LookupResult result = lookupThrough(victim, new Contact(near(100), liar.address()));
        assertThat(result.nearest()).extracting(Contact::address).containsExactly(liar.address());
        return asked.get();
    }

    @Test
    void aLiarThatNamesEndlessNearerNodesIsBoundedInQueriesAndTime() {
        Router victim = net.router(0);
        AtomicInteger counter = new AtomicInteger();
        Function<KrpcMessage.Query, List<Contact>> eightMore = query -> IntStream.range(0, 8)
                .map(i -> counter.incrementAndGet() % 1_499 + 1)
                .mapToObj(n -> new Contact(near(n), new InetSocketAddress(inventedIp(n), 4000)))
                .toList();
        Key liarId = near(100);
        SimulatedHost liar = liar("10.0.0.9", liarId, eightMore);
        // Every invented node exists and goes on lying.
        for (int n = 1; n < 1_500; n++) {
            liar(inventedIp(n), near(n), eightMore);
        }
        LookupResult result = lookupThrough(victim, new Contact(liarId, liar.address()));
        assertThat(result.effort().queries()).isLessThanOrEqualTo(LookupSettings.QUERIES_MAX);
        assertThat(result.effort().durationNanos()).isLessThanOrEqualTo(Duration.ofSeconds(15).toNanos());
    }

    private static String inventedIp(int n) {
        return "10.9." + n / 250 + "." + (1 + n % 250);
    }

    @Test
    void aReferralToOurselvesOrIntoAMorePrivateNetworkIsNotFollowed() {
        assertThat(sillyReferralsFollowed(KademliaDefences.ALL)).isEqualTo(1);
    }

    @Test
    void twin_otherwiseTheyAreFollowed() {
        assertThat(sillyReferralsFollowed(KademliaDefences.without("sensibleAddresses"))).isGreaterThanOrEqualTo(4);
    }

    private int sillyReferralsFollowed(KademliaDefences defences) {
        Router victim = net.router("10.0.0.1", defences);
        List<Contact> silly = List.of(
                new Contact(near(1), victim.host().address()),
                new Contact(near(2), new InetSocketAddress("127.0.0.1", 22)),
                new Contact(near(3), new InetSocketAddress("255.255.255.255", 4000)),
                new Contact(near(4), new InetSocketAddress("224.0.0.1", 4000)));
        SimulatedHost liar = liar("10.0.0.9", near(100), query -> silly);
        return lookupThrough(victim, new Contact(near(100), liar.address())).effort().queries();
    }

    @Test
    void aGarbledListIsAnAnswerWithoutNodes() {
        Router victim = net.router(0);
        SimulatedHost liar = net.world.host("10.0.0.9", 4000);
        liar.datagrams().receive((from, payload) -> {
            if (KrpcMessage.parse(payload, 1232) instanceof KrpcMessage.Query query) {
                BDict result = BDict.builder()
                        .put("id", near(100).unsafeArray()).put("nodes", new byte[71]).put("nodes6", 7).build();
                liar.datagrams().send(from, new KrpcMessage.Response(
                        query.t(), result, Optional.empty(), Optional.empty(), Optional.of("bytchat")).encode());
            }
        });
        assertThat(lookupThrough(victim, new Contact(near(100), liar.address())).effort().queries()).isEqualTo(1);
    }

    // ---- chosen ids

    @Test
    void anIdThatDoesNotFitItsRoutableAddressHasNoPlace() {
        assertThat(chosenIdIsInTable(KademliaDefences.ALL, near(100))).isFalse();
        InetAddress liarsAddress = new InetSocketAddress("203.0.113.7", 1).getAddress();
        Key fitting = NodeIds.derive(net.router(50).node().keySpace(), new byte[32], liarsAddress, 5);
        assertThat(chosenIdIsInTable(KademliaDefences.ALL, fitting)).isTrue();
    }

    @Test
    void twin_otherwiseAnIdChosenNearAKeyGetsItsPlace() {
        assertThat(chosenIdIsInTable(KademliaDefences.without("idFitsAddress"), near(100))).isTrue();
    }

    private boolean chosenIdIsInTable(KademliaDefences defences, Key id) {
        net.world.hosts().stream().filter(host -> host.address().getPort() == 4000).forEach(SimulatedHost::crash);
        Router victim = net.router("10.0.0.1", defences);
        SimulatedHost liar = liar("203.0.113.7", id, query -> List.of());
        Contact contact = new Contact(id, liar.address());
        lookupThrough(victim, contact);
        return victim.kademlia().table().stream().map(TableEntry::contact).anyMatch(contact::equals);
    }
}
