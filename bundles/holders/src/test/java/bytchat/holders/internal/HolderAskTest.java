package bytchat.holders.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BDict;
import bytchat.api.holder.Holders;
import bytchat.api.holder.Replies;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcException;
import bytchat.holders.internal.HolderTestNet.Member;
import bytchat.rpc.internal.Rpc;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedNode;
import bytchat.wire.CompactNodes;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Liars and faults around one question: real RPC, and routing that says what the test wants. */
class HolderAskTest {
    private static final HolderDefences ANY_SUBNET =
            new HolderDefences(true, true, true, true, true, false, true, true);
    private static final HolderDefences NO_BUDGET =
            new HolderDefences(true, true, true, true, true, true, false, true);

    private final HolderTestNet net = new HolderTestNet(1);
    private final List<Contact> contacts = new ArrayList<>();
    private final Set<Key> refusing = new HashSet<>();
    private Key key = net.key("a");
    private int askers;

    /** A node with RPC only; it serves {@link HolderTestNet#METHOD}. */
    private Rpc node(String ip, int port) {
        SimulatedHost host = net.world.host(ip, port);
        SimulatedNode node = new SimulatedNode(host, keySpace(), List.of());
        Rpc rpc = new Rpc(host.environment(), node, host.datagrams(), host.links(node.nodeKey()));
        rpc.start();
        Contact contact = new Contact(node.id(), host.address());
        contacts.add(contact);
        rpc.handle(HolderTestNet.METHOD, Carrier.LINK, request -> refusing.contains(node.id())
                ? CompletableFuture.failedFuture(RpcException.answered(
                        RpcException.NOT_A_HOLDER, "not a holder", madeUpNearerThan(contact)))
                : CompletableFuture.completedFuture(BDict.EMPTY));
        return rpc;
    }

    private KeySpace keySpace() {
        return SimulatedNode.keySpace(net.hash, Optional.of("bytchat"));
    }

    /** Eight nodes next to the key, that do not exist; others for each liar. */
    private BDict madeUpNearerThan(Contact liar) {
        List<Contact> madeUp = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            byte[] id = key.toArray();
            id[id.length - 1] ^= (byte) (i + 1);
            id[id.length - 2] ^= (byte) number(liar);
            madeUp.add(new Contact(Key.of(id), new InetSocketAddress(
                    "10.66." + number(liar) + "." + (i + 1), 4000)));
        }
        return BDict.builder().put("nodes", CompactNodes.encode(madeUp, false)).build();
    }

    private static byte number(Contact contact) {
        return contact.address().getAddress().getAddress()[3];
    }

    /** Asks everybody in {@link #contacts} from a node that is no holder itself. */
    private Replies<BDict> ask(HolderDefences defences, String broken) {
        contacts.sort((a, b) -> key.compareDistance(a.id(), b.id()));
        SimulatedHost host = net.world.host("10.0.0." + (200 + askers++), 4000);
        SimulatedNode node = new SimulatedNode(host, keySpace(), List.of());
        node.readOnly(true);
        Rpc rpc = new Rpc(host.environment(), node, host.datagrams(), host.links(node.nodeKey()));
        rpc.start();
        HolderPart holders = new HolderPart(host.environment(), node, throwing(RpcEndpoint.class, rpc, broken),
                throwing(RoutingPlane.class, routing(), broken), HolderSettings.DEFAULTS, defences);
        return net.world.await(
                host.call(() -> holders.ask(key, peer -> peer.call(HolderTestNet.METHOD, BDict.EMPTY))),
                HolderTestNet.PATIENCE);
    }

    private Replies<BDict> ask(HolderDefences defences) {
        return ask(defences, "nothing");
    }

    private static List<InetAddress> addresses(Replies<?> replies) {
        return replies.replies().stream().map(reply -> reply.peer().address().getAddress()).toList();
    }

    // ---- one place for one subnet

    /** Seven keys at two addresses of one /24, all nearer the key than the four honest nodes. */
    private void surround(String subnet, String... honest) {
        for (int i = 0; i < 7; i++) {
            node(subnet + (1 + i % 2), 4000 + i);
        }
        Set<Contact> attackers = Set.copyOf(contacts);
        for (String ip : honest) {
            node(ip, 4000);
        }
        key = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m").stream().map(net::key)
                .max(Comparator.comparingLong(k -> nearest(k).stream().filter(attackers::contains).count()))
                .orElseThrow();
        assertThat(nearest(key).stream().filter(attackers::contains).count()).isGreaterThanOrEqualTo(3);
    }

    private List<Contact> nearest(Key to) {
        return contacts.stream().sorted((a, b) -> to.compareDistance(a.id(), b.id())).limit(Holders.COUNT).toList();
    }

    private static long in(Replies<?> replies, String subnet) {
        return addresses(replies).stream().filter(address -> address.getHostAddress().startsWith(subnet)).count();
    }

    @Test
    void aRoutableSubnetIsOneHolderTheNearestOfIt() {
        surround("93.184.216.", "93.184.217.1", "8.8.8.8", "9.9.9.9", "1.1.1.1");
        Contact nearestOfAll = contacts.stream().min((a, b) -> key.compareDistance(a.id(), b.id())).orElseThrow();
        Replies<BDict> replies = ask(HolderDefences.ALL);
        assertThat(in(replies, "93.184.216.")).isEqualTo(1);
        assertThat(replies.replies()).hasSize(Holders.COUNT);
        assertThat(HolderTestNet.ids(replies)).contains(nearestOfAll.id());
    }

    @Test
    void twin_otherwiseOneMachineTakesTheMostPlaces() {
        surround("93.184.216.", "93.184.217.1", "8.8.8.8", "9.9.9.9", "1.1.1.1");
        assertThat(in(ask(ANY_SUBNET), "93.184.216.")).isGreaterThanOrEqualTo(3);
    }

    @Test
    void privateNetworksAreNoSubnets() {
        surround("10.1.1.", "10.1.2.1", "10.1.3.1", "10.1.4.1", "10.1.5.1");
        assertThat(in(ask(HolderDefences.ALL), "10.1.1.")).isGreaterThanOrEqualTo(3);
    }

    @Test
    void whoIsPassedOverLeavesThePlaceToItsNeighbour() {
        Rpc down = node("93.184.216.1", 4000);
        node("93.184.216.2", 4000);
        down.stop();
        assertThat(in(ask(HolderDefences.ALL), "93.184.216.2")).isEqualTo(1);
    }

    @Test
    void subnetsAreA24OrA64() throws UnknownHostException {
        assertThat(Subnet.of(InetAddress.getByName("93.184.216.1")))
                .isEqualTo(Subnet.of(InetAddress.getByName("93.184.216.254"))).isPresent()
                .isNotEqualTo(Subnet.of(InetAddress.getByName("93.184.217.1")));
        assertThat(Subnet.of(InetAddress.getByName("2001:db8:0:1::1")))
                .isEqualTo(Subnet.of(InetAddress.getByName("2001:db8:0:1:2::2"))).isPresent()
                .isNotEqualTo(Subnet.of(InetAddress.getByName("2001:db8:0:2::1")));
        for (String exempt : List.of("127.0.0.1", "10.0.0.1", "192.168.1.1", "::1", "fd00::1", "fe80::1")) {
            assertThat(Subnet.of(InetAddress.getByName(exempt))).isEmpty();
        }
    }

    @Test
    void neighboursOfOneSubnetAreNoReasonToRefuseAKey() {
        assertThat(refusesForNeighboursOfOneSubnet(HolderDefences.ALL)).isFalse();
    }

    @Test
    void twin_otherwiseOneMachineTalksAHolderOutOfItsKeys() {
        assertThat(refusesForNeighboursOfOneSubnet(ANY_SUBNET)).isTrue();
    }

    /** Ten keys at one address link a holder, all nearer to a key than it is. */
    private boolean refusesForNeighboursOfOneSubnet(HolderDefences defences) {
        SimulatedHost host = net.world.host("8.8.4.4", 4000);
        SimulatedNode node = new SimulatedNode(host, keySpace(), List.of());
        Rpc rpc = new Rpc(host.environment(), node, host.datagrams(), host.links(node.nodeKey()));
        rpc.start();
        HolderPart holder =
                new HolderPart(host.environment(), node, rpc, routing(), HolderSettings.DEFAULTS, defences);
        holder.start();
        byte[] farthest = node.id().toArray();
        for (int i = 0; i < farthest.length; i++) {
            farthest[i] ^= (byte) 0xff;
        }
        key = Key.of(farthest);
        for (int i = 0; i < 10; i++) {
            Rpc attacker = node("93.184.216.1", 4000 + i);
            net.world.await(host.call(() -> rpc.connect(contacts.get(contacts.size() - 1))), HolderTestNet.PATIENCE);
            assertThat(attacker.peers()).hasSize(1);
        }
        return net.world.await(
                host.call(() -> CompletableFuture.completedFuture(holder.nearerThanUs(key).isPresent())),
                HolderTestNet.PATIENCE);
    }

    // ---- nodes that 404s make up

    private long honestFoundAmongLiars(HolderDefences defences) {
        for (int i = 1; i <= 12; i++) {
            node("10.1.0." + i, 4000);
        }
        contacts.sort((a, b) -> key.compareDistance(a.id(), b.id()));
        contacts.subList(0, 5).forEach(liar -> refusing.add(liar.id()));
        return ask(defences).replies().size();
    }

    @Test
    void madeUpNodesInA404DoNotUseUpTheCandidates() {
        assertThat(honestFoundAmongLiars(HolderDefences.ALL)).isEqualTo(Holders.COUNT);
    }

    @Test
    void twin_otherwiseTheHonestAreNeverTried() {
        assertThat(honestFoundAmongLiars(NO_BUDGET)).isZero();
    }

    // ---- faults

    @Test
    void aQuestionEndsWhateverBreaks() {
        node("10.1.0.1", 4000);
        assertThat(ask(HolderDefences.ALL, "lookup").replies()).as("the table knows it").hasSize(1);
        assertThat(ask(HolderDefences.ALL, "connect").replies()).isEmpty();
        assertThat(ask(HolderDefences.ALL, "closest").reason()).contains("closest is broken");
        refusing.add(contacts.get(0).id());
        assertThat(ask(HolderDefences.ALL, "suggest").reason()).contains("suggest is broken");
    }

    @Test
    void aDialThatThrowsIsCountedDown() {
        SimulatedHost host = net.world.host("10.0.0.100", 4000);
        SimulatedNode node = new SimulatedNode(host, keySpace(), List.of());
        Rpc rpc = new Rpc(host.environment(), node, host.datagrams(), host.links(node.nodeKey()));
        rpc.start();
        HolderSettings d = HolderSettings.DEFAULTS;
        new HolderPart(host.environment(), node, throwing(RpcEndpoint.class, rpc, "dial"), routing(),
                new HolderSettings(d.ipv6(), d.noncesMax(), d.peerNoncesMax(), d.provenTime(), d.provenMax(), 1,
                        d.dialBackEvery(), d.reachRetryMin(), d.reachRetryMax(), d.lookupTime(), d.lookupsMax()),
                HolderDefences.ALL).start();
        for (int i = 0; i < 3; i++) {
            Member caller = net.member(i, HolderDefences.ALL);
            Peer peer = net.on(caller, () -> caller.rpc().connect(new Contact(node.id(), host.address())));
            assertThat(net.on(caller, () -> peer.call("reach", BDict.builder().put("port", 4000).build()))
                    .requireInteger("reach")).isZero();
        }
    }

    private RoutingPlane routing() {
        return (RoutingPlane) Proxy.newProxyInstance(
                RoutingPlane.class.getClassLoader(), new Class<?>[] {RoutingPlane.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "lookup" -> CompletableFuture.completedFuture(new LookupResult.Converged(
                            key, contacts.stream().limit((int) arguments[1]).toList(),
                            new LookupResult.Effort(0, 0, 0, 0)));
                    case "closest" -> List.copyOf(contacts);
                    default -> null;
                });
    }
    
    private static <T> T throwing(Class<T> type, T target, String name) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().equals(name)) {
                        throw new IllegalStateException(name + " is broken");
                    }
                    try {
                        return method.invoke(target, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
