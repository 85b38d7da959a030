package bytchat.plane.direct.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.account.Account;
import bytchat.api.account.DeviceList;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Failures;
import bytchat.api.plane.DeliveryPlane;
import bytchat.api.plane.Sibling;
import bytchat.api.presence.Presence.Sighting;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcException;
import bytchat.plane.direct.internal.DirectNet.Device;
import bytchat.tracker.testing.TestNet.Node;
import bytchat.tracker.testing.TestPerson;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** A person's own devices find and verify each other. */
class SiblingsTest {
    private final DirectNet net = new DirectNet();
    private final TestPerson alice = TestPerson.number(1);
    private final DeviceList both = alice.list(2, List.of(1, 2), List.of());
    private final TestPerson.Device phone = alice.device(1).with(both);
    private final TestPerson.Device laptop = alice.device(2).with(both);

    private static BDict text(String text) {
        return BDict.builder().put("text", text).build();
    }

    private static Sibling last(Device device) {
        return device.siblings.get(device.siblings.size() - 1);
    }

    private static RpcException refusal(CompletableFuture<?> stage) {
        return (RpcException) Failures.cause(stage.handle((value, failure) -> failure).join());
    }

    private String asked(Device by, String question) {
        return net.net.on(by.node, () -> last(by).ask(text(question))).requireText("text");
    }

    /** An account whose list is what it has adopted. */
    private static Account adopting(TestPerson.Device device, List<DeviceList> adopted) {
        return (Account) Proxy.newProxyInstance(Account.class.getClassLoader(), new Class<?>[] {Account.class},
                (proxy, method, arguments) -> {
                    TestPerson.Device now = adopted.isEmpty() ? device : device.with(adopted.get(adopted.size() - 1));
                    if (method.getName().equals("adopt")) {
                        adopted.add((DeviceList) arguments[0]);
                        return CompletableFuture.completedFuture(true);
                    }
                    try {
                        return method.invoke(now, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    // ---- finding each other

    @Test
    void devicesFindEachOtherAndAskOverOneLink() {
        Device first = net.device(1, phone);
        Device second = net.device(2, laptop);
        assertThat(first.siblings).hasSize(1);
        assertThat(second.siblings).hasSize(1);
        assertThat(last(first).deviceId()).isEqualTo(laptop.deviceId());
        assertThat(last(second).deviceId()).isEqualTo(phone.deviceId());
        assertThat(first.fact("own_devices_linked")).isEqualTo(1);
        last(first).answer(q -> CompletableFuture.completedFuture(text("phone heard " + q.requireText("text"))));
        last(second).answer(q -> CompletableFuture.completedFuture(text("laptop heard " + q.requireText("text"))));
        assertThat(asked(first, "hello")).isEqualTo("laptop heard hello");
        assertThat(asked(second, "hi")).isEqualTo("phone heard hi");
        net.run(Duration.ofMinutes(30));
        assertThat(first.siblings).as("and stay").hasSize(1);
    }

    @Test
    void whoStartsFirstIsFoundByWhoComesLaterEvenIfItAsksAtOnce() {
        Device first = net.device(1, phone);
        Device second = net.device(2, laptop, DirectNet.ALL).announce();
        List<String> heard = new ArrayList<>();
        DeliveryPlane.Inbound eager = new DeliveryPlane.Inbound() {
            @Override
            public CompletionStage<Void> accept(bytchat.api.mailbox.Envelope envelope) {
                return second.accept(envelope);
            }

            @Override
            public void sibling(Sibling sibling) {
                sibling.answer(q -> CompletableFuture.completedFuture(q));
                sibling.ask(text("what have you got?")).thenAccept(answer -> heard.add(answer.requireText("text")));
            }
        };
        net.net.run(second.node, () -> second.attachment = second.plane.attach(laptop, eager));
        assertThat(net.net.world.runUntil(() -> !first.siblings.isEmpty(), Duration.ofSeconds(5))).isTrue();
        last(first).answer(q -> CompletableFuture.completedFuture(text("all")));
        CompletionStage<BDict> asked = last(first).ask(text("you first"));
        net.run(Duration.ofSeconds(2));
        assertThat(asked.toCompletableFuture().join()).isEqualTo(text("you first"));
        assertThat(heard).containsExactly("all");
    }

    @Test
    void aDeviceThatWasRestartedIsFoundAgain() {
        Device first = net.device(1, phone);
        Device second = net.device(2, laptop);
        Sibling before = last(first);
        second.node.host().crash();
        net.run(Duration.ofSeconds(5));
        assertThat(before.closed().toCompletableFuture()).isDone();
        assertThat(first.fact("own_devices_linked")).isZero();
        Device again = net.device(2, laptop);
        net.run(Duration.ofSeconds(5));
        assertThat(last(again).deviceId()).isEqualTo(phone.deviceId());
        assertThat(first.siblings).hasSize(2);
    }

    /** Whoever goes on, neither is told twice and the proofs of both do not cross for ever. */
    @Test
    void devicesThatIntroduceThemselvesAtOnceAgreeOnOne() {
        Device first = net.device(1, phone, DirectNet.ALL).announce();
        Device second = net.device(2, laptop, DirectNet.ALL).announce();
        first.node.host().environment().loop().execute(() -> first.attachment = first.plane.attach(phone, first));
        second.node.host().environment().loop().execute(() -> second.attachment = second.plane.attach(laptop, second));
        net.run(Duration.ofSeconds(30));
        assertThat(first.siblings).hasSize(1);
        assertThat(second.siblings).hasSize(1);
        assertThat(first.attachment.status().facts()).doesNotContainKey("own_devices_problem");
    }

    @Test
    void attachingAgainMovesTheSiblingOver() {
        Device first = net.device(1, phone);
        Device second = net.device(2, laptop);
        Sibling before = last(second);
        second.attach();
        assertThat(before.closed().toCompletableFuture()).isDone();
        assertThat(second.siblings).hasSize(2);
        last(first).answer(q -> CompletableFuture.completedFuture(text("yes")));
        assertThat(asked(second, "still there?")).isEqualTo("yes");
    }

    @Test
    void aNewerListThatASiblingShowsIsPassedUp() {
        List<DeviceList> adopted = new ArrayList<>();
        DeviceList old = alice.list(1, List.of(1), List.of());
        Device first = net.device(1, adopting(alice.device(1).with(old), adopted));
        net.device(2, adopting(laptop, new ArrayList<>(List.of(both))));
        assertThat(adopted).containsExactly(both);
        assertThat(first.siblings).isNotEmpty();
    }

    @Test
    void listsThatDoNotGoTogetherMakeNoSiblings() {
        DeviceList old = alice.list(1, List.of(1), List.of());
        Device first = net.device(1, alice.device(1).with(old));
        Device second = net.device(2, laptop);
        assertThat(first.siblings).isEmpty();
        assertThat(second.siblings).isEmpty();
        net.run(Duration.ofSeconds(1));
        assertThat(second.attachment.status().facts().get("own_devices_problem").toString())
                .contains("the device lists do not go together");
    }

    // ---- questions

    @Test
    void questionsAreForWhoHasProvenItselfAndOfBoundedSize() {
        Device first = net.device(1, phone);
        Device second = net.device(2, laptop);
        Node stranger = net.net.node(66);
        BDict question = BDict.builder().put("target", alice.uid(net.net.keySpace).unsafeArray()).put("q", text("secrets?")).build();
        last(first).answer(q -> CompletableFuture.completedFuture(text("secret")));
        assertThat(net.net.refused(stranger, first.node, "direct_sync", question).code()).isEqualTo(RpcException.NOT_BOUND);
        assertThat(net.net.refused(first.node, second.node, "direct_sync", question).code())
                .as("nobody answers there yet").isEqualTo(RpcException.NOT_BOUND);
        BDict big = text("x".repeat(Sibling.BYTES_MAX));
        assertThat(refusal(last(first).ask(big).toCompletableFuture()).code()).isEqualTo(RpcException.TOO_BIG);
        last(second).answer(q -> CompletableFuture.completedFuture(big));
        assertThat(net.net.refused(first.node, second.node, "direct_sync", question).code()).isEqualTo(RpcException.TOO_BIG);
        net.net.run(first.node, first.attachment::close);
        assertThat(refusal(last(first).ask(text("?")).toCompletableFuture()).kind()).isEqualTo(RpcException.Kind.CLOSED);
    }

    // ---- threats

    @Test
    void somebodyElsesDeviceIsNoSibling() {
        Device first = net.device(1, phone);
        TestPerson.Device mallory = TestPerson.number(3).device(1);
        Device other = net.device(2, mallory);
        BDict unsigned = mallory.credentials().dict().with().put("target", alice.uid(net.net.keySpace).unsafeArray())
                .put("from", other.node.key()).put("to", first.node.key())
                .put("nonce", net.net.challenge(other.node, first.node, alice.uid(net.net.keySpace))).put("reply", new byte[32])
                .put("ts", other.node.now()).build();
        BDict proof = BDict.builder().put("proof", mallory.sign(bytchat.wire.sign.Tag.SIBLING, unsigned)).build();
        assertThat(net.net.refused(other.node, first.node, "direct_sibling", proof).code()).isEqualTo(RpcException.REFUSED);
        BDict posing = BDict.builder().put("proof", mallory.sign(bytchat.wire.sign.Tag.SIBLING, unsigned.with()
                .put("cert", laptop.credentials().certificate().dict()).put("devices", both.dict()).put("key", alice.accountKey())
                .put("nonce", net.net.challenge(other.node, first.node, alice.uid(net.net.keySpace))).build())).build();
        assertThat(net.net.refused(other.node, first.node, "direct_sibling", posing).code())
                .as("with our papers, but not our key").isEqualTo(RpcException.BAD_SIGNATURE);
        assertThat(first.siblings).isEmpty();
    }

    /** Mallory has links to both devices and hands everything on. */
    private List<Sibling> relayed(Set<Defence> defences) {
        Device second = net.device(2, laptop, defences).announce().attach();
        Node mallory = net.net.node(66);
        Peer toSecond = net.net.link(mallory, second.node);
        for (String method : List.of("challenge", "direct_sibling")) {
            mallory.rpc().handle(method, Carrier.LINK,
                    request -> toSecond.call(method, request.arguments().without("id")));
        }
        Device first = net.device(1, phone, DirectNet.ALL).announce();
        List<Sighting> truth = net.net.on(first.node, () -> first.presence.find(alice.uid(net.net.keySpace)));
        List<Sighting> lie = truth.stream().filter(s -> java.util.Arrays.equals(s.deviceId(), laptop.deviceId()))
                .map(s -> new Sighting(s.deviceId(), mallory.key(), mallory.host().address(), true, 3, s.binding())).toList();
        assertThat(lie).hasSize(1);
        Device misled = net.new Device(first.node, phone, first.presence, new FixedPresence(lie), DirectNet.ALL,
                DirectPlaneSettings.DEFAULTS);
        misled.attach();
        assertThat(misled.siblings).as("who dials checks the answer's nodes too").isEmpty();
        return second.siblings;
    }

    @Test
    void aProofThatIsHandedOnToAnotherLinkIsRefused() {
        assertThat(relayed(DirectNet.ALL)).isEmpty();
    }

    @Test
    void twin_withoutTheNodeKeysWhoStandsBetweenPassesForTheSibling() {
        assertThat(relayed(DirectNet.without(Defence.SIBLING_NODES))).isNotEmpty();
    }

    private BDict proofOfLaptop(Node laptopNode, Device first) {
        BDict unsigned = laptop.credentials().dict().with().put("target", alice.uid(net.net.keySpace).unsafeArray())
                .put("from", laptopNode.key()).put("to", first.node.key())
                .put("nonce", net.net.challenge(laptopNode, first.node, alice.uid(net.net.keySpace))).put("reply", new byte[32])
                .put("ts", laptopNode.now()).build();
        return BDict.builder().put("proof", laptop.sign(bytchat.wire.sign.Tag.SIBLING, unsigned)).build();
    }

    @Test
    void aProofIsGoodOnce() {
        Device first = net.device(1, phone);
        Node laptopNode = net.net.node(2);
        BDict proof = proofOfLaptop(laptopNode, first);
        net.net.call(laptopNode, first.node, "direct_sibling", proof);
        assertThat(net.net.refused(laptopNode, first.node, "direct_sibling", proof).code()).isEqualTo(RpcException.BAD_NONCE);
    }

    @Test
    void twin_withoutTheNonceItIsGoodAgain() {
        Device first = net.device(1, phone, DirectNet.without(Defence.SIBLING_NONCE)).attach();
        Node laptopNode = net.net.node(2);
        BDict proof = proofOfLaptop(laptopNode, first);
        net.net.call(laptopNode, first.node, "direct_sibling", proof);
        net.net.call(laptopNode, first.node, "direct_sibling", proof);
        net.run(Duration.ofSeconds(1));
        assertThat(first.siblings).hasSize(2);
    }

    /** The laptop was lost, and shows the list from before. */
    private List<Sibling> lost(Set<Defence> defences) {
        DeviceList revoking = alice.list(3, List.of(1), List.of(2));
        Device first = net.device(1, adopting(alice.device(1).with(revoking), new ArrayList<>()), defences).announce().attach();
        Node thief = net.net.node(2);
        BDict proof = proofOfLaptop(thief, first);
        Peer link = net.net.link(thief, first.node);
        net.net.on(thief, () -> link.call("direct_sibling", proof).handle((answer, failure) -> null));
        net.run(Duration.ofSeconds(1));
        return first.siblings;
    }

    @Test
    void aRevokedDeviceIsNoSibling() {
        assertThat(lost(DirectNet.ALL)).isEmpty();
    }

    @Test
    void twin_withoutTheListItIs() {
        assertThat(lost(DirectNet.without(Defence.SIBLING_LIST))).hasSize(1);
    }

    @Test
    void aSiblingThatIsRevokedLaterIsAskedNothingAndToldNothingMore() {
        List<DeviceList> adopted = new ArrayList<>(List.of(both));
        Device first = net.device(1, adopting(phone, adopted));
        Device second = net.device(2, laptop);
        last(first).answer(q -> CompletableFuture.completedFuture(text("secret")));
        assertThat(asked(second, "secret?")).isEqualTo("secret");
        adopted.add(alice.list(3, List.of(1), List.of(2)));
        CompletableFuture<BDict> late = second.node.host().call(() -> last(second).ask(text("and now?")));
        net.run(Duration.ofSeconds(1));
        assertThat(refusal(late).code()).isEqualTo(RpcException.REFUSED);
        assertThat(last(first).closed().toCompletableFuture()).isDone();
    }
}
