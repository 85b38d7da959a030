package bytchat.presence.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BDict;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.presence.Presence.Sighting;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.RpcException;
import bytchat.api.status.State;
import bytchat.store.memory.internal.MemoryTrackerStore;
import bytchat.tracker.internal.Tracker;
import bytchat.tracker.internal.TrackerSettings;
import bytchat.tracker.testing.TestNet;
import bytchat.tracker.testing.TestNet.Node;
import bytchat.tracker.testing.TestPerson;
import bytchat.wire.CompactNodes;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Tag;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PresenceClientTest {
    private static final Set<FindCheck> ALL = EnumSet.allOf(FindCheck.class);

    private final TestNet net = new TestNet();
    private final TestPerson alice = TestPerson.number(1);
    private final TestPerson.Device phone = alice.device(1);
    private final Key uid = alice.uid(net.keySpace);
    private final List<Node> trackers = new ArrayList<>();
    private final List<Tracker> services = new ArrayList<>();
    private Node device;
    private Node reader;
    private PresenceClient presence;

    @BeforeEach
    void nodes() {
        for (int number = 1; number <= 3; number++) {
            tracker(number);
        }
        device = net.node(50);
        reader = net.node(60);
        known(trackers);
        presence = client(device, ALL, SignatureCheck.BOUNCY_CASTLE);
    }

    private Node tracker(int number) {
        Node node = net.node(number);
        trackers.add(node);
        services.add(serve(node));
        return node;
    }

    private Tracker serve(Node node) {
        Tracker service = new Tracker(TrackerSettings.DEFAULT, node.environment(), node.local(), node.rpc(),
                node.holders(), node.challenges(), new MemoryTrackerStore(node.environment(), 100), node.verifier());
        net.run(node, service::start);
        return service;
    }

    /** From now on these are the trackers. */
    private void known(List<Node> nodes) {
        List<Contact> contacts = nodes.stream().map(Node::contact).toList();
        device.holders().are(contacts);
        reader.holders().are(contacts);
    }

    private PresenceClient client(Node node, Set<FindCheck> checks, SignatureCheck signatures) {
        return new PresenceClient(
                PresenceSettings.DEFAULT, node.environment(), node.local(), node.holders(),
                node.verifier(signatures), checks);
    }

    private Registration announce() {
        Registration registration = presence.announce(phone);
        net.world.run(Duration.ofSeconds(5));
        return registration;
    }

    private List<Sighting> find() {
        return find(ALL, SignatureCheck.BOUNCY_CASTLE);
    }

    private List<Sighting> find(Set<FindCheck> checks, SignatureCheck signatures) {
        return net.world.await(client(reader, checks, signatures).find(uid), TestNet.PATIENCE);
    }

    private Object fact(String name) {
        return ((Map<?, ?>) presence.status().facts().get(phone.name())).get(name);
    }

    private int presentAt(int tracker) {
        return (int) services.get(tracker).status().facts().get("devices_present");
    }

    @Test
    void anAnnouncedDeviceIsFoundAtAllTrackers() {
        announce();

        assertThat(presence.status().state()).isEqualTo(State.READY);
        assertThat(fact("trackers_bound")).isEqualTo(3);
        assertThat(fact("trackers_that_reached_us")).isEqualTo(3L);
        assertThat(find()).singleElement().satisfies(sighting -> {
            assertThat(sighting.deviceId()).isEqualTo(phone.deviceId());
            assertThat(sighting.nodeKey()).isEqualTo(device.key());
            assertThat(sighting.endpoint()).isEqualTo(device.host().address());
            assertThat(sighting.reachable()).isTrue();
            assertThat(sighting.trackers()).isEqualTo(3);
        });
    }

    @Test
    void itStaysBoundForHoursAndLeavesWhenClosed() {
        Registration announcement = announce();
        net.world.run(Duration.ofHours(3));
        assertThat(presentAt(0)).isEqualTo(1);
        assertThat(find()).hasSize(1);

        announcement.close();
        net.world.run(Duration.ofMinutes(11));
        assertThat(presentAt(0)).isZero();
        assertThat(presence.status().state()).isEqualTo(State.READY);
    }

    @Test
    void aLostLinkIsReplacedSoon() {
        announce();
        net.run(trackers.get(1), () -> List.copyOf(trackers.get(1).rpc().peers()).forEach(peer -> peer.close()));
        net.world.run(Duration.ofMillis(200));
        assertThat(fact("trackers_bound")).isEqualTo(2);

        net.world.run(Duration.ofSeconds(5));
        assertThat(fact("trackers_bound")).isEqualTo(3);
        assertThat(presentAt(1)).isEqualTo(1);
    }

    @Test
    void aTrackerThatForgotBehindAnOpenLinkIsToldAgain() {
        announce();
        net.run(trackers.get(0), services.get(0)::close);
        services.set(0, serve(trackers.get(0)));
        assertThat(presentAt(0)).isZero();

        net.world.run(Duration.ofMinutes(20));

        assertThat(presentAt(0)).isEqualTo(1);
    }

    @Test
    void whenTheTrackersMoveTheDeviceMovesWithThem() {
        announce();
        Node newcomer = tracker(4);
        known(List.of(trackers.get(1), trackers.get(2), newcomer));

        net.world.run(Duration.ofMinutes(12));

        assertThat(fact("trackers_bound")).isEqualTo(3);
        assertThat(presentAt(3)).isEqualTo(1);
        assertThat(presentAt(0)).as("the link that nothing hangs on has closed").isZero();
    }

    @Test
    void aloneItWaitsAndSaysWhyUntilSomebodyIsThere() {
        known(List.of());
        announce();
        assertThat(presence.status().state()).isEqualTo(State.WAITING);
        assertThat(presence.status().reason()).isEqualTo("no other node is known");

        known(trackers);
        net.world.run(Duration.ofMinutes(2));
        assertThat(presence.status().state()).isEqualTo(State.READY);
    }

    @Test
    void aWrongClockIsNamedAsTheReason() {
        device.host().clockOffset(Duration.ofMinutes(20));
        announce();
        assertThat(presence.status().state()).isEqualTo(State.WAITING);
        assertThat(presence.status().reason()).contains("clock is 1200 s ahead of");

        device.host().clockOffset(Duration.ZERO);
        net.world.run(Duration.ofMinutes(2));
        assertThat(presence.status().state()).isEqualTo(State.READY);
    }

    @Test
    void garbledDetailsOfARefusalDoNotEndTheAnnouncing() {
        Registration hostile = trackers.get(0).rpc().handle("bind_tracker", Carrier.LINK,
                request -> CompletableFuture.failedFuture(RpcException.answered(
                        RpcException.REFUSED, "no", BDict.builder().put("ts", "noon").build())));
        known(List.of(trackers.get(0)));
        announce();
        assertThat(presence.status().reason()).isEqualTo("a tracker refused: no");

        hostile.close();
        net.world.run(Duration.ofMinutes(2));
        assertThat(presence.status().state()).isEqualTo(State.READY);
    }

    @Test
    void aNodeMayBeItsOwnTracker() {
        Node own = trackers.get(0);
        own.holders().are(List.of(own.contact()));
        PresenceClient client = client(own, ALL, SignatureCheck.BOUNCY_CASTLE);
        client.announce(phone);
        net.world.run(Duration.ofSeconds(5));

        assertThat(find()).singleElement().satisfies(
                sighting -> assertThat(sighting.endpoint()).isEqualTo(own.host().address()));
        assertThat(client.status().state()).as("as long as nobody else knows").isEqualTo(State.WAITING);
    }

    @Test
    void nobodyIsFoundWhereNobodyIs() {
        assertThat(find()).isEmpty();
    }

    // ---- trackers that lie: each lie with the twin that believes it

    /** The tracker's honest answer, and the binding in it. */
    private BDict listedAt(Node tracker) {
        return (BDict) net.call(reader, tracker, "find_user", BDict.builder().put("target", uid.unsafeArray()).build())
                .requireList("bindings").get(0);
    }

    /** From now on only this tracker is known, and lists these. */
    private void lying(Node tracker, List<BDict> bindings) {
        tracker.rpc().handle("find_user", Carrier.LINK,
                request -> CompletableFuture.completedFuture(BDict.builder().put("bindings", bindings).build()));
        known(List.of(tracker));
    }

    private void showingAnothersBinding() {
        announce();
        lying(trackers.get(0), List.of(listedAt(trackers.get(1))));
    }

    @Test
    void aBindingMadeForAnotherTrackerIsNotBelieved() {
        showingAnothersBinding();
        assertThat(find()).isEmpty();
    }

    @Test
    void twinWithoutTheTrackersKeyAnothersBindingIsBelieved() {
        showingAnothersBinding();
        assertThat(find(EnumSet.complementOf(EnumSet.of(FindCheck.MADE_FOR_IT)), SignatureCheck.BOUNCY_CASTLE))
                .hasSize(1);
    }

    private void showingAForgery() {
        announce();
        BDict listed = listedAt(trackers.get(0));
        BDict forged = listed.requireDict("bind").with().put("node", reader.key()).build();
        lying(trackers.get(0), List.of(listed.with().put("bind", forged).build()));
    }

    @Test
    void aForgedBindingIsNotBelieved() {
        showingAForgery();
        assertThat(find()).isEmpty();
    }

    @Test
    void twinWithoutSignaturesAForgedBindingIsBelieved() {
        showingAForgery();
        assertThat(find(ALL, TestNet.ACCEPT_ALL)).singleElement()
                .satisfies(sighting -> assertThat(sighting.nodeKey()).isEqualTo(reader.key()));
    }

    private void showingWhatIsStale() {
        announce();
        lying(trackers.get(0), List.of(listedAt(trackers.get(0)).with()
                .put("seen", reader.now() - Duration.ofMinutes(41).toMillis()).build()));
    }

    @Test
    void aStaleBindingIsIgnored() {
        showingWhatIsStale();
        assertThat(find()).isEmpty();
    }

    @Test
    void twinWithoutTheLimitAStaleBindingIsTaken() {
        showingWhatIsStale();
        assertThat(find(EnumSet.complementOf(EnumSet.of(FindCheck.STALE)), SignatureCheck.BOUNCY_CASTLE)).hasSize(1);
    }

    /** One tracker has not heard of the list that revokes the phone, or says so; another has. */
    private void hidingARevocation() {
        presence.announce(phone.with(alice.list(1, List.of(1, 2), List.of())));
        net.world.run(Duration.ofSeconds(5));
        List<BDict> before = List.of(listedAt(trackers.get(0)));
        client(reader, ALL, SignatureCheck.BOUNCY_CASTLE)
                .announce(alice.device(2).with(alice.list(2, List.of(2), List.of(1))));
        net.world.run(Duration.ofSeconds(5));
        lying(trackers.get(0), before);
        known(List.of(trackers.get(0), trackers.get(1)));
    }

    @Test
    void aRevokedDeviceIsNotFoundIfOneTrackerIsHonest() {
        hidingARevocation();
        assertThat(find()).singleElement().satisfies(
                sighting -> assertThat(sighting.deviceId()).isEqualTo(alice.deviceId(2).toArray()));
    }

    @Test
    void twinWithoutTheNewestListARevokedDeviceIsFound() {
        hidingARevocation();
        assertThat(find(EnumSet.complementOf(EnumSet.of(FindCheck.NEWEST_LIST)), SignatureCheck.BOUNCY_CASTLE))
                .hasSize(2);
    }

    @Test
    void theEndpointThatMostTrackersSawWins() {
        announce();
        BDict lie = listedAt(trackers.get(0)).with()
                .put("addr", CompactNodes.address(new InetSocketAddress("10.9.9.9", 1)))
                .put("seen", reader.now() + 1000).build();
        lying(trackers.get(0), List.of(lie));
        known(trackers);

        assertThat(find()).singleElement().satisfies(sighting -> {
            assertThat(sighting.endpoint()).isEqualTo(device.host().address());
            assertThat(sighting.trackers()).isEqualTo(3);
        });
    }

    /** One of three trackers says a dozen times that the phone is somewhere else. */
    private void stuffingTheBallot() {
        announce();
        BDict lie = listedAt(trackers.get(0)).with()
                .put("addr", CompactNodes.address(new InetSocketAddress("10.9.9.9", 1))).build();
        lying(trackers.get(0), Collections.nCopies(12, lie));
        known(trackers);
    }

    @Test
    void aTrackerHasOneVoteForEachDevice() {
        stuffingTheBallot();
        assertThat(find()).singleElement()
                .satisfies(sighting -> assertThat(sighting.endpoint()).isEqualTo(device.host().address()));
    }

    @Test
    void twinWithoutOneVoteALoneLiarDecides() {
        stuffingTheBallot();
        assertThat(find(EnumSet.complementOf(EnumSet.of(FindCheck.ONE_VOTE)), SignatureCheck.BOUNCY_CASTLE))
                .singleElement().satisfies(
                        sighting -> assertThat(sighting.endpoint().getHostString()).isEqualTo("10.9.9.9"));
    }

    @Test
    void aFloodOfBindingsFromOneTrackerIsLeftAside() {
        announce();
        lying(trackers.get(0), Collections.nCopies(Finder.BINDINGS_PER_TRACKER_MAX + 1, listedAt(trackers.get(0))));
        known(trackers);

        assertThat(find()).singleElement().satisfies(sighting -> assertThat(sighting.trackers()).isEqualTo(2));
    }

    @Test
    void anotherUsersBindingIsNotBelieved() {
        announce();
        TestPerson mallory = TestPerson.number(2);
        TestPerson.Device hers = mallory.device(1);
        BDict listed = listedAt(trackers.get(0));
        BDict bind = hers.credentials().dict().with().put("target", mallory.uid(net.keySpace).unsafeArray())
                .put("node", reader.key()).put("tracker", trackers.get(0).key()).put("nonce", new byte[32])
                .put("port", 1)
                .put("ts", reader.now()).build();
        lying(trackers.get(0), List.of(listed.with().put("bind", hers.sign(Tag.BIND, bind)).build()));

        assertThat(find()).isEmpty();
    }
}
