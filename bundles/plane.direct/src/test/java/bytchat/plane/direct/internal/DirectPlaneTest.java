package bytchat.plane.direct.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Key;
import bytchat.api.mailbox.Envelope;
import bytchat.api.plane.Dispatch;
import bytchat.api.presence.Presence.Sighting;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcException;
import bytchat.api.status.State;
import bytchat.plane.direct.internal.DirectNet.Device;
import bytchat.tracker.testing.TestNet.Node;
import bytchat.tracker.testing.TestPerson;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Sending and receiving. */
class DirectPlaneTest {
    private final DirectNet net = new DirectNet();
    private final TestPerson.Device alice = TestPerson.number(1).device(1);
    private final TestPerson ben = TestPerson.number(2);
    private final TestPerson.Device bob = ben.device(1);

    private Envelope message(long sequence) {
        return net.message(alice, ben, sequence);
    }

    private Key uid(TestPerson person) {
        return person.uid(net.net.keySpace);
    }

    private RpcException refused(Node by, Device to, Envelope envelope) {
        return net.net.refused(by, to.node, "direct_message", BDict.builder().put("env", envelope.dict()).build());
    }

    // ---- sending

    @Test
    void anEnvelopeGoesToTheRecipientsDeviceAndIsThereBeforeItIsHanded() {
        Device sender = net.device(1, alice);
        Device receiver = net.device(2, bob);
        CompletableFuture<Void> disk = new CompletableFuture<>();
        receiver.disk = disk;
        CompletableFuture<Dispatch> sent = sender.node.host().call(() -> sender.attachment.send(message(1), Optional.empty()));
        net.run(Duration.ofSeconds(2));
        assertThat(receiver.arrived).hasSize(1);
        assertThat(sent).as("not before it is on their disk").isNotDone();
        receiver.node.host().environment().loop().execute(() -> disk.complete(null));
        assertThat(net.net.world.await(sent, Duration.ofSeconds(1))).isEqualTo(new Dispatch.Handed(1, 1));
    }

    @Test
    void allDevicesOfTheRecipientGetItAndOneThatLackedItGetsItLaterAlone() {
        var list = ben.list(2, List.of(1, 2), List.of());
        Device sender = net.device(1, alice);
        Device first = net.device(2, bob.with(list));
        Envelope envelope = message(1);
        assertThat(sender.send(envelope)).isEqualTo(new Dispatch.Handed(1, 2));
        Device second = net.device(3, ben.device(2).with(list));
        net.run(Duration.ofMinutes(1));
        assertThat(sender.send(envelope)).isEqualTo(new Dispatch.Handed(2, 2));
        assertThat(first.arrived).containsExactly(envelope);
        assertThat(second.arrived).containsExactly(envelope);
        assertThat(first.fact("received_again")).as("who has it is not sent it again").isZero();
    }

    @Test
    void whoIsLinkedIsNotKeptWaitingWhileTrackersAreAskedAgain() {
        Device sender = net.device(1, alice);
        net.device(2, bob);
        long first = trip(sender, message(1));
        long remembered = trip(sender, message(2));
        net.run(DirectPlaneSettings.DEFAULTS.findCache().plusSeconds(1));
        assertThat(trip(sender, message(3))).as("looked up again, on the side").isEqualTo(remembered).isLessThan(first);
        Device second = net.device(3, ben.device(2).with(ben.list(2, List.of(1, 2), List.of())));
        net.run(DirectPlaneSettings.DEFAULTS.findCache());
        trip(sender, message(4));
        net.run(Duration.ofSeconds(1));
        Envelope next = message(5);
        trip(sender, next);
        assertThat(second.arrived).as("who has joined gets what comes next").contains(next);
    }

    private long trip(Device sender, Envelope envelope) {
        long begun = net.net.world.nanoTime();
        assertThat(sender.send(envelope)).isInstanceOf(Dispatch.Handed.class);
        return net.net.world.nanoTime() - begun;
    }

    @Test
    void oneDeviceThatIsGoneHoldsUpNobody() {
        var list = ben.list(2, List.of(1, 2), List.of());
        Device sender = net.device(1, alice);
        Device first = net.device(2, bob.with(list));
        net.device(3, ben.device(2).with(list)).node.host().vanish();
        CompletableFuture<Dispatch> sent = sender.node.host().call(() -> sender.attachment.send(message(1), Optional.empty()));
        assertThat(net.net.world.await(sent, Duration.ofMillis(1_500))).isEqualTo(new Dispatch.Handed(1, 2));
        assertThat(first.arrived).hasSize(1);
    }

    @Test
    void whoTakesLongToAnswerIsWaitedForMeanwhileAndNotSentItTwice() {
        Device sender = net.device(1, alice);
        Device receiver = net.device(2, bob);
        CompletableFuture<Void> disk = new CompletableFuture<>();
        receiver.disk = disk;
        Envelope envelope = message(1);
        CompletableFuture<Dispatch> sent = sender.node.host().call(() -> sender.attachment.send(envelope, Optional.empty()));
        assertThat(net.net.world.await(sent, Duration.ofMillis(3_100))).isEqualTo(
                new Dispatch.Waiting(0, 1, "their device cannot be reached: no answer yet"));
        net.net.run(receiver.node, () -> disk.complete(null));
        net.run(Duration.ofSeconds(1));
        assertThat(sender.send(envelope)).isEqualTo(new Dispatch.Handed(1, 1));
        assertThat(receiver.arrived).hasSize(1);
        assertThat(receiver.fact("received_again")).isZero();
    }

    @Test
    void whoHasMovedIsFoundAtTheNewAddress() {
        Device sender = net.device(1, alice);
        net.device(2, bob).node.host().crash();
        assertThat(sender.send(message(1))).isInstanceOf(Dispatch.Waiting.class);
        net.device(3, bob);
        assertThat(sender.send(message(1))).isEqualTo(new Dispatch.Handed(1, 1));
    }

    @Test
    void twoPeopleOfOneNodeWriteToEachOther() {
        Device sender = net.device(1, alice);
        sender.presence.announce(bob);
        net.run(Duration.ofSeconds(2));
        List<Envelope> bobs = new ArrayList<>();
        net.net.run(sender.node, () -> sender.plane.attach(bob, envelope -> {
            bobs.add(envelope);
            return CompletableFuture.completedFuture(null);
        }));
        assertThat(sender.send(message(1))).isEqualTo(new Dispatch.Handed(1, 1));
        assertThat(bobs).hasSize(1);
        assertThat(sender.arrived).isEmpty();
    }

    @Test
    void nobodyAnnouncedIsWaitedForAndSaysSo() {
        Device sender = net.device(1, alice);
        assertThat(sender.send(message(1))).isEqualTo(new Dispatch.Waiting(
                0, 0, "they are not announced anywhere: it goes when a device of theirs appears"));
        assertThat(sender.fact("recipients_awaited")).isEqualTo(1);
    }

    @Test
    void anUnreachableDeviceIsWaitedForAndSaysWhy() {
        Device sender = net.device(1, alice);
        net.device(2, bob).node.host().crash();
        assertThat(sender.send(message(1))).isInstanceOfSatisfying(Dispatch.Waiting.class, waiting -> {
            assertThat(waiting.holders()).isEqualTo(1);
            assertThat(waiting.reason()).startsWith("their device cannot be reached: ");
        });
    }

    @Test
    void twoWhomNobodyCanDialAreToldAboutTheMailboxPlane() {
        Device sender = net.device(1, alice);
        Device receiver = net.device(2, bob, DirectNet.ALL);
        receiver.node.host().behindNat();
        receiver.announce().attach();
        sender.node.local().readOnly(true);
        assertThat(sender.send(message(1))).isInstanceOfSatisfying(Dispatch.Waiting.class,
                waiting -> assertThat(waiting.reason()).endsWith("only the mailbox plane can serve both of you"));
        assertThat(receiver.attachment.status().state()).isEqualTo(State.READY);
        assertThat(receiver.attachment.status().reason()).startsWith("nobody can dial this node from outside");
    }

    @Test
    void whoAppearsIsTriedSoon() {
        Device sender = net.device(1, alice);
        sender.send(message(1));
        net.run(Duration.ofMinutes(5));
        sender.send(message(1));
        assertThat(sender.retried).isEmpty();
        net.device(2, bob);
        assertThat(net.net.world.runUntil(() -> !sender.retried.isEmpty(), Duration.ofSeconds(90))).isTrue();
        assertThat(sender.retried).containsExactly(Optional.of(uid(ben)));
        assertThat(sender.fact("recipients_awaited")).isZero();
        assertThat(sender.send(message(1))).isEqualTo(new Dispatch.Handed(1, 1));
    }

    /** Announced, and without this plane: there all the time, and never of any use. */
    @Test
    void whoIsThereAndTakesNothingIsTriedEverMoreRarely() {
        Device sender = net.device(1, alice);
        Device receiver = net.device(2, bob);
        net.net.run(receiver.node, receiver.plane::close);
        for (int second = 0, tried = -1; second < 600; second++) {
            if (sender.retried.size() > tried) {
                tried = sender.retried.size();
                assertThat(sender.send(message(1))).isInstanceOf(Dispatch.Waiting.class);
            }
            net.run(Duration.ofSeconds(1));
        }
        assertThat(sender.retried).hasSizeBetween(5, 25);
    }

    @Test
    void whoSendsUsSomethingIsTriedAtOnce() {
        Device sender = net.device(1, alice);
        sender.send(message(1));
        net.run(Duration.ofMinutes(4));
        sender.send(message(1));
        Device receiver = net.device(2, bob);
        receiver.send(net.message(bob, TestPerson.number(1), 1));
        assertThat(net.net.world.runUntil(() -> !sender.retried.isEmpty(), Duration.ofSeconds(2))).isTrue();
    }

    /** Over the link that it has dialled itself. */
    @Test
    void aDeviceThatNobodyCanDialGetsAnswersOverItsOwnLink() {
        Device sender = net.device(1, alice);
        Device receiver = net.device(2, bob, DirectNet.ALL);
        receiver.node.host().behindNat();
        receiver.announce().attach();
        assertThat(sender.send(message(1))).isInstanceOf(Dispatch.Waiting.class);
        receiver.send(net.message(bob, TestPerson.number(1), 1));
        net.run(Duration.ofSeconds(3));
        assertThat(sender.retried).isNotEmpty();
        assertThat(sender.send(message(1))).isEqualTo(new Dispatch.Handed(1, 1));
    }

    /** The other one's node is restarted: it cannot dial, and is dialled. */
    @Test
    void aDeviceThatNobodyCanDialLinksAgainToThoseItHasWrittenTo() {
        Device sender = net.device(1, alice);
        Device receiver = net.device(2, bob, DirectNet.ALL);
        receiver.node.host().behindNat();
        receiver.announce().attach();
        assertThat(receiver.send(net.message(bob, TestPerson.number(1), 1))).isEqualTo(new Dispatch.Handed(1, 1));
        sender.node.host().crash();
        net.run(Duration.ofMinutes(1));
        Device again = net.device(1, alice);
        again.send(message(1));
        net.run(Duration.ofMinutes(3));
        assertThat(again.send(message(1))).isEqualTo(new Dispatch.Handed(1, 1));
        assertThat(receiver.arrived).hasSize(1);
    }

    @Test
    void anIdOfAnotherWidthIsRefused() {
        Device sender = net.device(1, alice);
        Envelope narrow = new Envelope(message(1).dict().with().put("to", new byte[64]).build());
        assertThat(sender.send(narrow)).isInstanceOfSatisfying(Dispatch.Refused.class,
                refused -> assertThat(refused.code()).isEqualTo(RpcException.PROTOCOL));
    }

    @Test
    void whatTheirInboxCannotTakeNowIsRefusedWithATimeToComeAgain() {
        Device sender = net.device(1, alice);
        Device receiver = net.device(2, bob);
        receiver.disk = CompletableFuture.failedFuture(new IllegalStateException("not now"));
        assertThat(sender.send(message(1))).isEqualTo(new Dispatch.Refused(RpcException.QUOTA,
                "it cannot be taken now, send it again later", Duration.ofSeconds(5)));
        receiver.disk = CompletableFuture.completedFuture(null);
        assertThat(sender.send(message(1))).isEqualTo(new Dispatch.Handed(1, 1));
    }

    @Test
    void noDeviceCanSilenceTheSenderForLong() {
        Device sender = net.device(1, alice);
        Device receiver = net.device(2, bob);
        net.net.run(receiver.node, () -> receiver.node.rpc().handle("direct_message", Carrier.LINK,
                request -> CompletableFuture.failedFuture(RpcException.answered(RpcException.QUOTA, "full",
                        BDict.builder().put("retry_after_s", Long.MAX_VALUE).build()))));
        assertThat(sender.send(message(1))).isEqualTo(new Dispatch.Refused(RpcException.QUOTA, "full", Duration.ofDays(1)));
    }

    @Test
    void drainingSendsNothingNewFinishesAndStillReceives() {
        Device sender = net.device(1, alice);
        Device receiver = net.device(2, bob);
        CompletableFuture<Dispatch> sent = sender.node.host().call(() -> sender.attachment.send(message(1), Optional.empty()));
        CompletableFuture<Void> drained = sender.node.host().call(() -> sender.attachment.drain());
        assertThat(net.net.world.await(sent, Duration.ofSeconds(5))).isEqualTo(new Dispatch.Handed(1, 1));
        net.net.world.await(drained, Duration.ofSeconds(1));
        assertThat(sender.send(message(2))).isInstanceOf(Dispatch.Waiting.class);
        assertThat(sender.attachment.status().state()).isEqualTo(State.DRAINING);
        receiver.send(net.message(bob, TestPerson.number(1), 1));
        assertThat(sender.arrived).hasSize(1);
        net.net.run(sender.node, sender.attachment::close);
        assertThat(sender.attachment.status().state()).isEqualTo(State.OFF);
        assertThat(refused(receiver.node, sender, net.message(bob, TestPerson.number(1), 2)).code())
                .isEqualTo(RpcException.NOT_BOUND);
    }

    @Test
    void itIsReadyWhenATrackerShowsThisDeviceAndSaysSoUntilThen() {
        Device device = net.device(1, alice, DirectNet.ALL).attach();
        assertThat(device.attachment.status().state()).isEqualTo(State.JOINING);
        net.run(Duration.ofSeconds(10));
        assertThat(device.attachment.status().state()).isEqualTo(State.WAITING);
        assertThat(device.plane.status().reason()).isEqualTo("no tracker shows this device: nobody could send to it");
        device.announce();
        net.run(Duration.ofSeconds(25));
        assertThat(device.attachment.status().state()).isEqualTo(State.READY);
        assertThat(device.attachment.status().facts()).containsEntry("announced_at_trackers", 3).containsEntry("reachable", true);
    }

    @Test
    void aNodeThatAloneShowsItsDeviceSaysSo() {
        Device device = net.alone(1, alice).announce().attach();
        assertThat(device.attachment.status().state()).isEqualTo(State.READY);
        assertThat(device.attachment.status().reason())
                .isEqualTo("no other node shows this device: only those who ask this node itself find it");
    }

    @Test
    void aConversationKeepsItsLinkAndLetsItGo() {
        Device sender = net.device(1, alice);
        net.device(2, bob);
        sender.send(message(1));
        net.run(Duration.ofMinutes(10));
        assertThat(sender.fact("links_in_conversation")).isEqualTo(1);
        net.run(Duration.ofMinutes(20));
        sender.send(net.message(alice, TestPerson.number(3), 2));
        assertThat(sender.fact("links_in_conversation")).isZero();
    }

    // ---- threats

    /** A node between: trackers say that the device is there. */
    private Dispatch sendThroughALyingTracker(Set<Defence> defences, List<Envelope> robbed) {
        Device receiver = net.device(2, bob);
        Node liar = net.net.node(66);
        liar.rpc().handle("direct_message", Carrier.LINK, request -> {
            robbed.add(new Envelope(request.arguments().requireDict("env")));
            return CompletableFuture.completedFuture(BDict.EMPTY);
        });
        Device sender = net.device(1, alice, defences);
        List<Sighting> truth = net.net.on(sender.node, () -> sender.presence.find(uid(ben)));
        InetSocketAddress elsewhere = liar.host().address();
        List<Sighting> lie = truth.stream().map(s -> new Sighting(
                s.deviceId(), s.nodeKey(), elsewhere, s.reachable(), s.trackers(), s.binding())).toList();
        Device misled = net.new Device(sender.node, alice, sender.presence, new FixedPresence(lie), defences,
                DirectPlaneSettings.DEFAULTS);
        misled.attach();
        Dispatch dispatch = misled.send(message(1));
        assertThat(receiver.arrived).isEmpty();
        return dispatch;
    }

    @Test
    void anotherNodeAtTheEndpointGetsNothing() {
        List<Envelope> robbed = new ArrayList<>();
        assertThat(sendThroughALyingTracker(DirectNet.ALL, robbed)).isInstanceOf(Dispatch.Waiting.class);
        assertThat(robbed).isEmpty();
    }

    @Test
    void twin_withoutTheNodeKeyItSaysThatItHasIt() {
        List<Envelope> robbed = new ArrayList<>();
        assertThat(sendThroughALyingTracker(DirectNet.without(Defence.NODE_KEY), robbed)).isEqualTo(new Dispatch.Handed(1, 1));
        assertThat(robbed).hasSize(1);
    }

    @Test
    void nothingForSomebodyElseReachesTheInbox() {
        Device receiver = net.device(2, bob);
        Node stranger = net.net.node(66);
        assertThat(refused(stranger, receiver, net.message(alice, TestPerson.number(3), 1)).code()).isEqualTo(RpcException.NOT_BOUND);
        assertThat(receiver.arrived).isEmpty();
    }

    @Test
    void twin_withoutTheRecipientCheckItDoes() {
        Device receiver = net.device(2, bob, DirectNet.without(Defence.RECIPIENT)).attach();
        Node stranger = net.net.node(66);
        net.net.call(stranger, receiver.node, "direct_message",
                BDict.builder().put("env", net.message(alice, TestPerson.number(3), 1).dict()).build());
        assertThat(receiver.arrived).hasSize(1);
    }

    /** What one node sends while nothing can be judged; completes with how much of it the inbox had to look at. */
    private int flood(Device receiver, int envelopes) {
        receiver.disk = new CompletableFuture<>();
        Node stranger = net.net.node(66);
        Peer link = net.net.link(stranger, receiver.node);
        for (int i = 0; i < envelopes; i++) {
            BDict arguments = BDict.builder().put("env", message(i).dict()).build();
            net.net.run(stranger, () -> link.call("direct_message", arguments));
        }
        net.run(Duration.ofSeconds(1));
        return receiver.arrived.size();
    }

    @Test
    void aFloodFromOneNodeLeavesRoomForOthersAndForItsOwnHandshakes() {
        Device receiver = net.device(2, bob);
        assertThat(flood(receiver, 60)).isEqualTo(DirectPlaneSettings.PEER_IN_FLIGHT_MAX);
        receiver.disk = CompletableFuture.completedFuture(null);
        Device honest = net.device(1, alice);
        assertThat(honest.send(message(99))).isEqualTo(new Dispatch.Handed(1, 1));
    }

    @Test
    void twin_withoutTheBoundAllOfItIsUnderWay() {
        Device receiver = net.device(2, bob, DirectNet.without(Defence.FLOOD)).announce().attach();
        assertThat(flood(receiver, 60)).isEqualTo(60);
    }

    @Test
    void aFloodThatIsTakenFastIsBoundedByTheSecond() {
        DirectPlaneSettings d = DirectPlaneSettings.DEFAULTS;
        DirectPlaneSettings slow = new DirectPlaneSettings(d.findCache(), d.findCacheEmpty(), d.recipientsMax(), d.dialPause(),
                d.reach(), d.settle(), d.lookOutMin(), d.lookOutMax(), d.conversation(), d.conversationsMax(), d.refresh(), d.retryMin(),
                d.retryMax(), d.answerMax(), d.inFlightMax(), d.peerInFlightMax(), 3, d.takenMax(), d.handedMax());
        Device receiver = net.device(2, bob, DirectNet.ALL, slow).attach();
        Node stranger = net.net.node(66);
        for (int i = 0; i < 3; i++) {
            net.net.call(stranger, receiver.node, "direct_message", BDict.builder().put("env", message(i).dict()).build());
        }
        assertThat(refused(stranger, receiver, message(4)).details().requireInteger("retry_after_s")).isEqualTo(5);
        net.run(Duration.ofSeconds(1));
        net.net.call(stranger, receiver.node, "direct_message", BDict.builder().put("env", message(4).dict()).build());
    }

    @Test
    void aForgedCopyDoesNotHideTheTrueOneAndARepeatIsNotTakenTwice() {
        Device receiver = net.device(2, bob);
        Node stranger = net.net.node(66);
        Envelope genuine = message(1);
        Envelope forged = new Envelope(genuine.dict().with().put("sig", new byte[64]).build());
        for (Envelope each : List.of(forged, genuine, genuine)) {
            net.net.call(stranger, receiver.node, "direct_message", BDict.builder().put("env", each.dict()).build());
        }
        assertThat(receiver.arrived).containsExactly(forged, genuine);
    }

    @Test
    void whatIsNotTakenSoonIsAnsweredLaterAndKnownWhenItIs() {
        Device receiver = net.device(2, bob);
        CompletableFuture<Void> disk = new CompletableFuture<>();
        receiver.disk = disk;
        Node stranger = net.net.node(66);
        Envelope envelope = message(1);
        assertThat(refused(stranger, receiver, envelope).code()).isEqualTo(RpcException.QUOTA);
        net.net.run(receiver.node, () -> disk.complete(null));
        net.net.call(stranger, receiver.node, "direct_message", BDict.builder().put("env", envelope.dict()).build());
        assertThat(receiver.arrived).hasSize(1);
    }

    @Test
    void garbageIsAProtocolError() {
        Device receiver = net.device(2, bob);
        Node stranger = net.net.node(66);
        for (String method : List.of("direct_message", "direct_sibling", "direct_sync")) {
            assertThat(net.net.refused(stranger, receiver.node, method, BDict.EMPTY).code()).isEqualTo(RpcException.PROTOCOL);
        }
    }

    private static DirectPlaneSettings bounded(int recipients, int conversations, int inFlight) {
        DirectPlaneSettings d = DirectPlaneSettings.DEFAULTS;
        return new DirectPlaneSettings(d.findCache(), d.findCacheEmpty(), recipients, d.dialPause(), d.reach(), d.settle(),
                d.lookOutMin(), d.lookOutMax(), d.conversation(), conversations, d.refresh(), d.retryMin(), d.retryMax(),
                d.answerMax(), inFlight, d.peerInFlightMax(), d.peerPerSecondMax(), d.takenMax(), d.handedMax());
    }

    @Test
    void moreRecipientsThanTheBoundAreNotLookedOutFor() {
        Device sender = net.device(1, alice, DirectNet.ALL, bounded(2, 8, 8)).announce().attach();
        for (int person = 2; person <= 4; person++) {
            sender.send(net.message(alice, TestPerson.number(person), 1));
        }
        assertThat(sender.fact("recipients_awaited")).isEqualTo(2);
    }

    @Test
    void moreLinksThanTheBoundAreNotKeptOpen() {
        Device sender = net.device(1, alice, DirectNet.ALL, bounded(8, 1, 8)).announce().attach();
        for (int person = 2; person <= 3; person++) {
            net.device(person, TestPerson.number(person).device(1));
            assertThat(sender.send(net.message(alice, TestPerson.number(person), 1))).isEqualTo(new Dispatch.Handed(1, 1));
        }
        assertThat(sender.fact("links_in_conversation")).isEqualTo(1);
    }

    @Test
    void moreThanTheBoundOfOneAccountIsNotTakenAtATimeWhoeverBringsIt() {
        Device receiver = net.device(2, bob, DirectNet.ALL, bounded(8, 8, 3)).announce().attach();
        receiver.disk = new CompletableFuture<>();
        for (int i = 0; i < 3; i++) {
            Node stranger = net.net.node(60 + i);
            Peer link = net.net.link(stranger, receiver.node);
            BDict arguments = BDict.builder().put("env", message(i).dict()).build();
            net.net.run(stranger, () -> link.call("direct_message", arguments));
        }
        net.run(Duration.ofSeconds(1));
        assertThat(refused(net.net.node(66), receiver, message(4)).code()).isEqualTo(RpcException.QUOTA);
        assertThat(receiver.arrived).hasSize(3);
    }

    @Test
    void boundsAreAboveNothing() {
        DirectPlaneSettings d = DirectPlaneSettings.DEFAULTS;
        assertThatIllegalArgumentException().isThrownBy(() -> new DirectPlaneSettings(d.findCache(), d.findCacheEmpty(), 0,
                d.dialPause(), d.reach(), d.settle(), d.lookOutMin(), d.lookOutMax(), d.conversation(), d.conversationsMax(), d.refresh(),
                d.retryMin(), d.retryMax(), d.answerMax(), d.inFlightMax(), d.peerInFlightMax(), d.peerPerSecondMax(),
                d.takenMax(), d.handedMax()));
    }
}
