package bytchat.mailbox.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.account.DeviceList;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Key;
import bytchat.api.mailbox.Envelope.Kind;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcException;
import bytchat.store.memory.internal.MemoryMailboxStore;
import bytchat.tracker.testing.TestNet;
import bytchat.tracker.testing.TestNet.Node;
import bytchat.tracker.testing.TestPerson;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Tag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class SubscriptionsTest extends MailboxTestNet {

    private List<BBytes> putMessages(int from, int count, int contentBytes) {
        List<BBytes> ids = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            BDict envelope = phone.sign(Tag.ENVELOPE, unsigned(Kind.MESSAGE, i, contentBytes));
            put(envelope);
            ids.add(id(envelope));
        }
        return ids;
    }

    @Test
    void whatWaitsIsPushedInOrderThenWhatComes() {
        serve();
        List<BBytes> ids = putMessages(1, 20, 10);

        BDict answer = subscribe(receiver, desk);
        assertThat(answer.requireInteger("waiting")).isEqualTo(20);
        assertThat(pushed).isEqualTo(ids);

        ids.addAll(putMessages(21, 3, 10));
        net.world.run(Duration.ofSeconds(1));
        assertThat(pushed).isEqualTo(ids);
    }

    @Test
    void noMoreIsPushedThanMayBeUnacknowledged() {
        serve();
        List<BBytes> ids = putMessages(1, 80, 10);

        subscribe(receiver, desk);
        assertThat(pushed).isEqualTo(ids.subList(0, Subscriber.UNACKNOWLEDGED_MAX));

        acknowledge(receiver, desk, ids.get(0));
        acknowledge(receiver, desk, ids.get(5));
        net.world.run(Duration.ofSeconds(1));
        assertThat(pushed).isEqualTo(ids.subList(0, Subscriber.UNACKNOWLEDGED_MAX + 2));
    }

    @Test
    void aReaderThatDoesNotAnswerIsNotBuried() {
        serve();
        List<CompletableFuture<BDict>> unanswered = new ArrayList<>();
        receiver.rpc().handle("mailbox_push", Carrier.LINK, request -> {
            CompletableFuture<BDict> answer = new CompletableFuture<>();
            unanswered.add(answer);
            return answer;
        });
        putMessages(1, 10, 60_000);

        subscribe(receiver, desk);
        assertThat(unanswered).hasSize(5);

        net.run(receiver, () -> List.copyOf(unanswered).forEach(answer -> answer.complete(BDict.EMPTY)));
        net.world.run(Duration.ofSeconds(1));
        assertThat(unanswered).hasSize(10);
    }

    @Test
    void whatIsNotAcknowledgedDoesNotBlockWhatComesBehindItAndComesAgain() {
        serve();
        List<BBytes> ids = putMessages(1, 80, 10);
        subscribe(receiver, desk);

        net.world.run(Duration.ofMinutes(3));
        assertThat(pushed).as("behind those that were not acknowledged").isEqualTo(ids);

        net.world.run(Duration.ofMinutes(7));
        assertThat(pushed.subList(80, 160)).as("all once more").isEqualTo(ids);
    }

    @Test
    void whatIsNotAcknowledgedIsPushedOnTheNextSubscription() {
        serve();
        List<BBytes> ids = putMessages(1, 3, 10);
        subscribe(receiver, desk);
        acknowledge(receiver, desk, ids.get(1));
        net.run(receiver, net.link(receiver, holder)::close);
        net.world.run(Duration.ofSeconds(1));
        assertThat(service.status().facts()).containsEntry("subscribers", 0);
        pushed.clear();

        BDict answer = subscribe(receiver, desk);

        assertThat(answer.requireInteger("waiting")).isEqualTo(2);
        assertThat(pushed).containsExactly(ids.get(0), ids.get(2));
    }

    @Test
    void aRevokedDeviceIsPushedNothingMore() {
        serve();
        subscribe(receiver, desk.with(bob.list(1, List.of(1, 2), List.of())));
        subscribe(sender, bob.device(2).with(bob.list(2, List.of(2), List.of(1))));
        assertThat(service.status().facts()).containsEntry("subscribers", 1);

        putMessages(1, 1, 10);
        net.world.run(Duration.ofSeconds(1));

        assertThat(pushed).isEmpty();
    }

    @Test
    void aListThatComesWhileADeviceSubscribesIsNotUndone() {
        store = new MemoryMailboxStore(holder.environment(), 100, 1 << 20) {
            @Override
            public CompletionStage<List<StoredEnvelope>> waiting(
                    String keySpace, Key to, BBytes device, long after, int limit) {
                CompletableFuture<Void> slow = new CompletableFuture<>();
                holder.environment().loop().schedule(Duration.ofSeconds(1), () -> slow.complete(null));
                return slow.thenCompose(x -> super.waiting(keySpace, to, device, after, limit));
            }
        };
        serve();
        BDict before = subscription(receiver, desk.with(bob.list(1, List.of(1, 2), List.of())));
        BDict after = subscription(sender, bob.device(2).with(bob.list(2, List.of(2), List.of(1))));
        Peer first = net.link(receiver, holder);
        Peer second = net.link(sender, holder);
        net.run(receiver, () -> first.call("mailbox_subscribe", before));
        net.world.run(Duration.ofMillis(500));
        net.run(sender, () -> second.call("mailbox_subscribe", after));
        net.world.run(Duration.ofSeconds(10));

        putMessages(1, 1, 10);
        net.world.run(Duration.ofSeconds(5));

        assertThat(service.status().facts()).containsEntry("subscribers", 1);
        assertThat(pushed).as("to the device that was revoked while it subscribed").isEmpty();
    }

    @Test
    void aLinkThatClosesWhileMailIsPushedDoesNotSpoilThePut() {
        boolean[] closing = new boolean[1];
        store = new MemoryMailboxStore(holder.environment(), 100, 1 << 20) {
            @Override
            public CompletionStage<List<StoredEnvelope>> waiting(
                    String keySpace, Key to, BBytes device, long after, int limit) {
                if (closing[0]) {
                    holder.rpc().peers().stream().filter(peer -> Arrays.equals(peer.nodeKey(), receiver.key()))
                            .forEach(Peer::close);
                }
                return super.waiting(keySpace, to, device, after, limit);
            }
        };
        serve();
        DeviceList list = bob.list(1, List.of(1, 2), List.of());
        subscribe(receiver, desk.with(list));
        subscribe(receiver, bob.device(2).with(list));
        closing[0] = true;

        assertThat(put(message(1)).requireDict("receipt").requireBytes("node")).isEqualTo(holder.key());
        assertThat(service.status().facts()).containsEntry("subscribers", 0);
    }

    @Test
    void aFloodOfSubscribersEndsAtTheBound() {
        serve(ALL, SignatureCheck.BOUNCY_CASTLE,
                new MailboxSettings(100, 1 << 20, 1 << 20, 1 << 20, 1 << 20, 1 << 20, 1 << 20, 2));
        DeviceList list = bob.list(1, List.of(1, 2, 3), List.of());
        subscribe(receiver, bob.device(1).with(list));
        subscribe(receiver, bob.device(2).with(list));

        RpcException refusal =
                net.refused(receiver, holder, "mailbox_subscribe", subscription(receiver, bob.device(3).with(list)));

        assertThat(refusal.code()).isEqualTo(RpcException.QUOTA);
        assertThat(refusal.details().requireInteger("retry_after_s")).isPositive();
        subscribe(receiver, bob.device(2).with(list));
    }

    // ---- defences, each with its twin; the attack in each is that somebody gets Bob's mail

    private boolean takenBy(Node at, BDict arguments) {
        putMessages(1, 1, 10);
        return net.on(at, () -> net.link(at, holder).call("mailbox_subscribe", arguments)
                .handle((answer, failure) -> failure == null));
    }

    private BDict forged() {
        return arguments(unsignedSubscription(receiver, desk).with().put("sig", new byte[64]).build());
    }

    @Test
    void aForgedSubscriptionIsRefused() {
        serve();
        assertThat(takenBy(receiver, forged())).isFalse();
    }

    @Test
    void twinWithoutSignaturesAForgerGetsTheMail() {
        serve(ALL, TestNet.ACCEPT_ALL, MailboxSettings.DEFAULT);
        assertThat(takenBy(receiver, forged())).isTrue();
        net.world.run(Duration.ofSeconds(1));
        assertThat(pushed).hasSize(1);
    }

    private BDict madeForAnother() {
        return arguments(desk.sign(Tag.SUBSCRIBE,
                unsignedSubscription(receiver, desk).with().put("holder", sender.key()).build()));
    }

    @Test
    void aSubscriptionMadeForAnotherHolderIsRefused() {
        serve();
        assertThat(takenBy(receiver, madeForAnother())).isFalse();
    }

    @Test
    void twinWithoutTheHoldersKeyAnotherHolderGetsTheMail() {
        serve(without(MailboxCheck.HOLDER), SignatureCheck.BOUNCY_CASTLE, MailboxSettings.DEFAULT);
        assertThat(takenBy(receiver, madeForAnother())).isTrue();
    }

    @Test
    void aSubscriptionIsGoodOnceAndOnOneLink() {
        serve();
        BDict subscription = subscription(receiver, desk);
        assertThat(takenBy(sender, subscription)).isFalse();
    }

    @Test
    void twinWithoutNoncesAnEavesdropperGetsTheMail() {
        serve(without(MailboxCheck.NONCE), SignatureCheck.BOUNCY_CASTLE, MailboxSettings.DEFAULT);
        assertThat(takenBy(sender, subscription(receiver, desk))).isTrue();
    }

    private BDict old() {
        return arguments(desk.sign(Tag.SUBSCRIBE, unsignedSubscription(receiver, desk).with()
                .put("ts", receiver.now() - Duration.ofMinutes(11).toMillis()).build()));
    }

    @Test
    void anOldSubscriptionIsRefusedWithTheTime() {
        serve();
        RpcException refusal = net.refused(receiver, holder, "mailbox_subscribe", old());
        assertThat(refusal.code()).isEqualTo(RpcException.REFUSED);
        assertThat(refusal.details().requireInteger("ts")).isBetween(holder.now() - 1000, holder.now());
    }

    @Test
    void twinWithoutTheClockAnOldSubscriptionIsTaken() {
        serve(without(MailboxCheck.CLOCK), SignatureCheck.BOUNCY_CASTLE, MailboxSettings.DEFAULT);
        assertThat(takenBy(receiver, old())).isTrue();
    }

    private boolean revokedDeviceIsTaken() {
        TestPerson.Device before = desk.with(bob.list(1, List.of(1, 2), List.of()));
        subscribe(sender, bob.device(2).with(bob.list(2, List.of(2), List.of(1))));
        return takenBy(receiver, subscription(receiver, before));
    }

    @Test
    void aRevokedDeviceDoesNotComeBackWithAnOlderList() {
        serve();
        assertThat(revokedDeviceIsTaken()).isFalse();
    }

    @Test
    void aListThatIsAsNewButAnotherDoesNotReplaceTheOneHeld() {
        serve();
        subscribe(sender, bob.device(2).with(bob.list(2, List.of(2), List.of(1))));
        assertThat(takenBy(receiver, subscription(receiver, desk.with(bob.list(2, List.of(1, 2), List.of())))))
                .isFalse();
    }

    @Test
    void twinWithoutListNumbersARevokedDeviceGetsTheMail() {
        serve(without(MailboxCheck.LIST_NUMBER), SignatureCheck.BOUNCY_CASTLE, MailboxSettings.DEFAULT);
        assertThat(revokedDeviceIsTaken()).isTrue();
        net.world.run(Duration.ofSeconds(1));
        assertThat(pushed).hasSize(1);
    }
}
