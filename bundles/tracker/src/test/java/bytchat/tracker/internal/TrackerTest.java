package bytchat.tracker.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.account.DeviceList;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BValue;
import bytchat.api.keyspace.Key;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcException;
import bytchat.api.store.TrackerStore;
import bytchat.store.memory.internal.MemoryTrackerStore;
import bytchat.tracker.testing.TestNet;
import bytchat.tracker.testing.TestNet.Node;
import bytchat.tracker.testing.TestPerson;
import bytchat.wire.CompactNodes;
import bytchat.wire.crypto.Digests;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Tag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrackerTest {
    private static final Set<BindCheck> ALL = EnumSet.allOf(BindCheck.class);

    private final TestNet net = new TestNet();
    private final TestPerson alice = TestPerson.number(1);
    private final TestPerson.Device phone = alice.device(1);
    private final Key uid = alice.uid(net.keySpace);
    private Node tracker;
    private Node device;
    private Node reader;
    private TrackerStore store;

    @BeforeEach
    void nodes() {
        tracker = net.node(1);
        device = net.node(2);
        reader = net.node(3);
    }

    private Tracker serve(Set<BindCheck> checks, SignatureCheck signatures, int bindingsMax) {
        store = new MemoryTrackerStore(tracker.environment(), 1_000);
        Tracker service = new Tracker(new TrackerSettings(bindingsMax), tracker.environment(), tracker.local(),
                tracker.rpc(), tracker.holders(), tracker.challenges(), store, tracker.verifier(signatures), checks);
        net.run(tracker, service::start);
        return service;
    }

    private Tracker serve() {
        return serve(ALL, SignatureCheck.BOUNCY_CASTLE, 100);
    }

    private static Set<BindCheck> without(BindCheck check) {
        return EnumSet.complementOf(EnumSet.of(check));
    }

    /** An honest binding of the phone at the device's node. */
    private BDict unsigned(TestPerson.Device who, byte[] nonce) {
        return who.credentials().dict().with()
                .put("target", who.person().uid(net.keySpace).unsafeArray()).put("node", device.key())
                .put("tracker", tracker.key()).put("nonce", nonce).put("port", device.host().address().getPort())
                .put("ts", device.now()).build();
    }

    private BDict binding(TestPerson.Device who) {
        BDict dict = unsigned(who, net.challenge(device, tracker, who.person().uid(net.keySpace)));
        return arguments(who.sign(Tag.BIND, dict));
    }

    private static BDict arguments(BDict signed) {
        return BDict.builder().put("bind", signed).build();
    }

    private BDict bind() {
        return net.call(device, tracker, "bind_tracker", binding(phone));
    }

    private List<BValue> found() {
        return net.call(reader, tracker, "find_user", BDict.builder().put("target", uid.unsafeArray()).build())
                .requireList("bindings");
    }

    private List<BBytes> foundDevices() {
        return found().stream()
                .map(entry -> ((BDict) entry).requireDict("bind").requireDict("cert").requireBytes("key"))
                .map(key -> BBytes.wrap(Digests.sha512_256(key))).toList();
    }

    @Test
    void listsADeviceAtTheAddressItCameFromAndDialsBack() {
        serve();

        BDict answer = bind();

        assertThat(answer.requireInteger("reach")).isEqualTo(1);
        assertThat(answer.requireInteger("ts")).isBetween(tracker.now() - 1000, tracker.now());
        BDict listed = (BDict) found().get(0);
        assertThat(CompactNodes.address(listed.requireBytes("addr"))).isEqualTo(device.host().address());
        assertThat(listed.requireInteger("reach")).isEqualTo(1);
        assertThat(listed.requireDict("bind").requireBytes("node")).isEqualTo(device.key());
    }

    @Test
    void aDeviceThatCannotBeDialledIsListedAsUnreachable() {
        serve();
        device.host().behindNat();

        assertThat(bind().requireInteger("reach")).isZero();
        assertThat(((BDict) found().get(0)).requireInteger("reach")).isZero();
    }

    @Test
    void anotherNodeAtTheAnnouncedPortIsNotTheDevice() {
        serve();
        net.world.host("10.0.0.2", 5000);
        Node neighbour = device;
        BDict dict = unsigned(phone, net.challenge(device, tracker, uid)).with().put("port", 5000).build();

        BDict answer = net.call(neighbour, tracker, "bind_tracker", arguments(phone.sign(Tag.BIND, dict)));

        assertThat(answer.requireInteger("reach")).isZero();
    }

    @Test
    void bindsOnItsOwnNode() {
        serve();
        BDict dict = unsigned(phone, net.challenge(tracker, tracker, uid)).with()
                .put("node", tracker.key()).put("port", tracker.host().address().getPort()).build();

        BDict answer = net.call(tracker, tracker, "bind_tracker", arguments(phone.sign(Tag.BIND, dict)));

        assertThat(answer.requireInteger("reach")).isEqualTo(1);
        assertThat(((BDict) found().get(0)).requireBytes("addr"))
                .isEqualTo(CompactNodes.address(tracker.host().address()));
    }

    @Test
    void aHangingDeviceStaysListedAndAnAbsentOneGoesStale() {
        Tracker service = serve();
        bind();
        Peer link = net.link(device, tracker);
        net.run(device, link::hang);

        net.world.run(Duration.ofHours(2));
        assertThat(service.status().facts()).containsEntry("devices_present", 1);
        assertThat(((BDict) found().get(0)).requireInteger("seen")).isGreaterThanOrEqualTo(tracker.now() - 1000);

        device.host().crash();
        net.world.run(Duration.ofMinutes(39));
        assertThat(service.status().facts()).containsEntry("devices_present", 0);
        assertThat(found()).hasSize(1);

        net.world.run(Duration.ofMinutes(3));
        assertThat(found()).isEmpty();
        assertThat(store.stats().bindings()).isZero();
    }

    @Test
    void aLinkThatTheDeviceLetsGoOfIsNotKeptOpen() {
        Tracker service = serve();
        bind();

        net.world.run(Duration.ofMinutes(11));

        assertThat(service.status().facts()).containsEntry("devices_present", 0);
    }

    @Test
    void whoIsNotAHolderNamesNearerNodes() {
        serve();
        tracker.holders().nearer(List.of(reader.contact()));

        RpcException refusal = net.refused(device, tracker, "bind_tracker", binding(phone));

        assertThat(refusal.code()).isEqualTo(RpcException.NOT_A_HOLDER);
        assertThat(CompactNodes.decode(refusal.details().requireBytes("nodes"), net.keySpace.bits() / 8, false))
                .containsExactly(reader.contact());
        BDict target = BDict.builder().put("target", uid.unsafeArray()).build();
        assertThat(net.refused(reader, tracker, "find_user", target).code())
                .isEqualTo(RpcException.NOT_A_HOLDER);
    }

    @Test
    void malformedOversizedAndForeignBindingsAreRefused() {
        serve();
        BDict good = binding(phone).requireDict("bind");

        assertThat(refusal(BDict.EMPTY)).isEqualTo(RpcException.PROTOCOL);
        assertThat(refusal(good.without("port"))).isEqualTo(RpcException.PROTOCOL);
        assertThat(refusal(good.with().put("x", new byte[Tracker.BINDING_BYTES_MAX]).build()))
                .isEqualTo(RpcException.TOO_BIG);
        assertThat(refusal(good.with().put("target", new byte[64]).build())).isEqualTo(RpcException.WRONG_NETWORK);
        assertThat(found()).isEmpty();
    }

    private int refusal(BDict bind) {
        return net.refused(device, tracker, "bind_tracker", arguments(bind)).code();
    }

    // ---- defences, each with its twin

    private BDict forged() {
        BDict honest = unsigned(phone, net.challenge(device, tracker, uid));
        return honest.with().put("sig", new byte[64]).build();
    }

    @Test
    void aForgedSignatureIsRefused() {
        serve();
        assertThat(refusal(forged())).isEqualTo(RpcException.BAD_SIGNATURE);
        assertThat(found()).isEmpty();
    }

    @Test
    void twinWithoutSignaturesAForgedBindingIsListed() {
        serve(ALL, TestNet.ACCEPT_ALL, 100);
        net.call(device, tracker, "bind_tracker", arguments(forged()));
        assertThat(found()).hasSize(1);
    }

    private BDict madeForAnother() {
        BDict dict = unsigned(phone, net.challenge(device, tracker, uid)).with().put("tracker", reader.key()).build();
        return phone.sign(Tag.BIND, dict);
    }

    @Test
    void aBindingMadeForAnotherTrackerIsRefused() {
        serve();
        assertThat(refusal(madeForAnother())).isEqualTo(RpcException.REFUSED);
    }

    @Test
    void twinWithoutTheTrackersKeyAnothersBindingIsListed() {
        serve(without(BindCheck.TRACKER), SignatureCheck.BOUNCY_CASTLE, 100);
        net.call(device, tracker, "bind_tracker", arguments(madeForAnother()));
        assertThat(found()).hasSize(1);
    }

    private BDict shownByAnotherNode() {
        byte[] nonce = net.challenge(reader, tracker, uid);
        return arguments(phone.sign(Tag.BIND, unsigned(phone, nonce)));
    }

    @Test
    void aBindingShownByAnotherNodeIsRefused() {
        serve();
        assertThat(net.refused(reader, tracker, "bind_tracker", shownByAnotherNode()).code())
                .isEqualTo(RpcException.REFUSED);
    }

    @Test
    void twinWithoutTheNodesKeyABindingHangsOnAnothersLink() {
        Tracker service = serve(without(BindCheck.NODE), SignatureCheck.BOUNCY_CASTLE, 100);
        net.call(reader, tracker, "bind_tracker", shownByAnotherNode());
        assertThat(service.status().facts()).containsEntry("devices_present", 1);
        BDict listed = (BDict) found().get(0);
        assertThat(CompactNodes.address(listed.requireBytes("addr")).getAddress())
                .isEqualTo(reader.host().address().getAddress());
    }

    @Test
    void aBindingIsGoodOnceAndOnOneLink() {
        serve();
        BDict binding = binding(phone);
        net.call(device, tracker, "bind_tracker", binding);
        assertThat(net.refused(device, tracker, "bind_tracker", binding).code()).isEqualTo(RpcException.BAD_NONCE);

        BDict onAnotherLink = binding(phone);
        net.run(device, net.link(device, tracker)::close);
        net.world.run(Duration.ofSeconds(1));
        assertThat(net.refused(device, tracker, "bind_tracker", onAnotherLink).code())
                .isEqualTo(RpcException.BAD_NONCE);
    }

    @Test
    void twinWithoutNoncesABindingIsReplayed() {
        serve(without(BindCheck.NONCE), SignatureCheck.BOUNCY_CASTLE, 100);
        BDict binding = binding(phone);
        net.call(device, tracker, "bind_tracker", binding);
        net.run(device, net.link(device, tracker)::close);
        net.world.run(Duration.ofMinutes(5));
        assertThat(net.call(device, tracker, "bind_tracker", binding).requireInteger("reach")).isEqualTo(1);
    }

    @Test
    void aNonceGoesStale() {
        serve();
        BDict binding = binding(phone);
        net.world.run(Duration.ofSeconds(61));
        assertThat(net.refused(device, tracker, "bind_tracker", binding).code()).isEqualTo(RpcException.BAD_NONCE);
    }

    private BDict late() {
        BDict dict = unsigned(phone, net.challenge(device, tracker, uid)).with()
                .put("ts", device.now() - Duration.ofMinutes(11).toMillis()).build();
        return phone.sign(Tag.BIND, dict);
    }

    @Test
    void aClockThatIsWrongIsToldTheTime() {
        serve();
        RpcException refusal = net.refused(device, tracker, "bind_tracker", arguments(late()));
        assertThat(refusal.code()).isEqualTo(RpcException.REFUSED);
        assertThat(refusal.details().requireInteger("ts")).isBetween(tracker.now() - 1000, tracker.now());
    }

    @Test
    void twinWithoutTheClockAnOldBindingIsListed() {
        serve(without(BindCheck.CLOCK), SignatureCheck.BOUNCY_CASTLE, 100);
        net.call(device, tracker, "bind_tracker", arguments(late()));
        assertThat(found()).hasSize(1);
    }

    /** The phone is revoked by a list that the tablet has shown; the phone shows the list from before. */
    private BDict revoked() {
        DeviceList before = alice.list(1, List.of(1, 2), List.of());
        DeviceList after = alice.list(2, List.of(2), List.of(1));
        net.call(device, tracker, "bind_tracker", binding(phone.with(before)));
        net.call(device, tracker, "bind_tracker", binding(alice.device(2).with(after)));
        assertThat(found()).as("the revoked device's binding goes at once").hasSize(1);
        return binding(phone.with(before));
    }

    @Test
    void aRevokedDeviceDoesNotComeBackWithAnOlderList() {
        serve();
        assertThat(net.refused(device, tracker, "bind_tracker", revoked()).code()).isEqualTo(RpcException.STALE);
        assertThat(foundDevices()).containsExactly(alice.deviceId(2));
    }

    @Test
    void twinWithoutListNumbersARevokedDeviceIsListed() {
        serve(without(BindCheck.LIST_NUMBER), SignatureCheck.BOUNCY_CASTLE, 100);
        net.call(device, tracker, "bind_tracker", revoked());
        assertThat(foundDevices()).containsExactlyInAnyOrder(alice.deviceId(1), alice.deviceId(2));
    }

    @Test
    void anOldLinkThatClosesLateDoesNotBringTheOldBindingBack() {
        boolean[] moving = new boolean[1];
        Node moved = net.node(4);
        store = new MemoryTrackerStore(tracker.environment(), 1_000) {
            @Override
            public CompletionStage<Void> put(StoredBinding binding) {
                CompletionStage<Void> stored = super.put(binding);
                if (moving[0]) {
                    moving[0] = false;
                    // The link that the device hung on until now closes just while its new binding is being stored.
                    tracker.rpc().peers().stream().filter(peer -> Arrays.equals(peer.nodeKey(), device.key()))
                            .forEach(Peer::close);
                }
                return stored;
            }
        };
        Tracker service = new Tracker(TrackerSettings.DEFAULT, tracker.environment(), tracker.local(), tracker.rpc(),
                tracker.holders(), tracker.challenges(), store, tracker.verifier());
        net.run(tracker, service::start);
        bind();
        BDict dict = unsigned(phone, net.challenge(moved, tracker, uid)).with().put("node", moved.key()).build();

        moving[0] = true;
        net.call(moved, tracker, "bind_tracker", arguments(phone.sign(Tag.BIND, dict)));
        net.world.run(Duration.ofSeconds(5));

        assertThat(found()).singleElement().satisfies(listed -> assertThat(
                CompactNodes.address(((BDict) listed).requireBytes("addr"))).isEqualTo(moved.host().address()));
    }

    @Test
    void aFloodOfBindingsEndsAtTheBound() {
        Tracker service = serve(ALL, SignatureCheck.BOUNCY_CASTLE, 3);
        List<Integer> devices = IntStream.rangeClosed(1, 5).boxed().toList();
        DeviceList list = alice.list(1, devices, List.of());

        long refused = devices.stream().map(number -> binding(alice.device(number).with(list)))
                .filter(binding -> net.on(device, () -> net.link(device, tracker).call("bind_tracker", binding)
                        .handle((answer, failure) -> failure instanceof RpcException why
                                && why.code() == RpcException.QUOTA
                                && why.details().requireInteger("retry_after_s") > 0)))
                .count();

        assertThat(refused).isEqualTo(2);
        assertThat(store.stats().bindings()).isEqualTo(3);
        assertThat(service.status().facts().get("refused")).asString().contains("413=2");
    }

    @Test
    void aFloodOfDialBacksEndsAtTheBound() {
        serve();
        DeviceList list = alice.list(1, IntStream.rangeClosed(1, 12).boxed().toList(), List.of());
        List<BDict> bindings = IntStream.rangeClosed(1, 12)
                .mapToObj(number -> binding(alice.device(number).with(list))).toList();
        Peer link = net.link(device, tracker);
        List<Object> answers = new ArrayList<>();

        net.run(device, () -> bindings.forEach(binding -> link.call("bind_tracker", binding)
                .whenComplete((answer, failure) ->
                        answers.add(failure == null ? "bound" : ((RpcException) failure).code()))));
        net.world.run(Duration.ofSeconds(10));

        assertThat(answers).hasSize(12);
        assertThat(answers.stream().filter("bound"::equals)).hasSize(Tracker.DIALS_PER_LINK_MAX);
        assertThat(answers.stream().filter(answer -> answer.equals(RpcException.QUOTA))).hasSize(4);
        bind();
    }
}
