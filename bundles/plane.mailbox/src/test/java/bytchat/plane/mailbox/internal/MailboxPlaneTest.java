package bytchat.plane.mailbox.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import bytchat.api.account.Account;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.mailbox.Envelope;
import bytchat.api.mailbox.Permit;
import bytchat.api.plane.DeliveryPlane;
import bytchat.api.plane.Dispatch;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.RpcException;
import bytchat.api.status.State;
import bytchat.mailbox.internal.Mailbox;
import bytchat.mailbox.internal.MailboxSettings;
import bytchat.store.memory.internal.MemoryMailboxStore;
import bytchat.tracker.testing.TestNet;
import bytchat.tracker.testing.TestNet.Node;
import bytchat.tracker.testing.TestPerson;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.Tag;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The plane against real mailboxes, over real RPC on simulated links. */
class MailboxPlaneTest {
    private final TestNet net = new TestNet();
    private final TestPerson.Device alice = TestPerson.number(1).device(1);
    private final TestPerson.Device bob = TestPerson.number(2).device(1);
    private final List<Node> holders = new ArrayList<>();
    private final List<MemoryMailboxStore> stores = new ArrayList<>();
    private final List<Envelope> arrived = new ArrayList<>();
    private boolean inboxFails;

    private Node holder() {
        Node node = net.node(10 + holders.size());
        MemoryMailboxStore store = new MemoryMailboxStore(node.environment(), 100, 1_000_000);
        net.run(node, () -> new Mailbox(MailboxSettings.DEFAULT, node.environment(), node.local(), node.rpc(), node.holders(),
                node.challenges(), store, node.verifier()).start());
        holders.add(node);
        stores.add(store);
        return node;
    }

    private void holders(int count) {
        for (int i = 0; i < count; i++) {
            holder();
        }
    }

    private List<Contact> contacts() {
        return holders.stream().map(Node::contact).toList();
    }

    private MailboxPlane plane(Node node, SignatureCheck check) {
        MailboxPlane plane = new MailboxPlane(
                node.environment(), net.keySpace, node.rpc(), node.holders(), MailboxPlaneSettings.DEFAULTS, check);
        net.run(node, plane::start);
        return plane;
    }

    private DeliveryPlane.Attachment attach(Node node, Account account) {
        return attach(node, account, SignatureCheck.BOUNCY_CASTLE);
    }

    private DeliveryPlane.Attachment attach(Node node, Account account, SignatureCheck check) {
        MailboxPlane plane = plane(node, check);
        DeliveryPlane.Attachment[] attachment = new DeliveryPlane.Attachment[1];
        net.run(node, () -> attachment[0] = plane.attach(account, this::take));
        net.world.run(Duration.ofSeconds(5));
        return attachment[0];
    }

    private CompletionStage<Void> take(Envelope envelope) {
        if (inboxFails) {
            return CompletableFuture.failedFuture(new IllegalStateException("not now"));
        }
        arrived.add(envelope);
        return CompletableFuture.completedFuture(null);
    }

    private Envelope message(long sequence) {
        BDict unsigned = BDict.builder().put("v", 1).put("kind", "message").put("id", alice.person().uid(net.keySpace).unsafeArray())
                .put("to", bob.person().uid(net.keySpace).unsafeArray()).put("dev", alice.deviceId()).put("seq", sequence)
                .put("ts", holders.isEmpty() ? 0 : holders.get(0).now()).put("ttl", 7 * 86_400).put("sid", new byte[16])
                .put("content", "sealed " + sequence).build();
        return new Envelope(alice.sign(Tag.ENVELOPE, unsigned));
    }

    /** Bob's, for alice. */
    private Optional<Permit> permit(Node by) {
        BDict unsigned = BDict.builder().put("cert", bob.credentials().certificate().dict()).put("exp", by.now() + 86_400_000)
                .put("for", alice.fingerprint()).put("key", bob.publicKey())
                .put("to", bob.person().uid(net.keySpace).unsafeArray()).build();
        return Optional.of(new Permit(bob.sign(Tag.PERMIT, unsigned)));
    }

    private Dispatch send(Node node, DeliveryPlane.Attachment attachment, Envelope envelope) {
        return net.on(node, () -> attachment.send(envelope, permit(node)));
    }

    private long waiting() {
        return stores.stream().mapToLong(s -> s.stats().envelopes()).sum();
    }

    // ---- sending

    @Test
    void fiveReceiptsOfFive() {
        holders(5);
        Node node = net.node(1);
        node.holders().are(contacts());
        assertThat(send(node, attach(node, alice), message(1))).isEqualTo(new Dispatch.Stored(5, 5));
        assertThat(waiting()).isEqualTo(5);
    }

    @Test
    void threeOfFiveAreEnoughAndTwoAreNot() {
        holders(5);
        Node node = net.node(1);
        node.holders().are(contacts());
        DeliveryPlane.Attachment attachment = attach(node, alice);
        refuse(holders.get(0));
        refuse(holders.get(1));
        assertThat(send(node, attachment, message(1))).isEqualTo(new Dispatch.Stored(3, 5));
        refuse(holders.get(2));
        assertThat(send(node, attachment, message(2))).isInstanceOfSatisfying(Dispatch.Waiting.class, w -> {
            assertThat(w.stored()).isEqualTo(2);
            assertThat(w.reason()).isEqualTo("stored at 2 holders, 3 are needed: out of order");
        });
    }

    private void refuse(Node holder) {
        net.run(holder, () -> holder.rpc().handle("mailbox_put", Carrier.LINK,
                request -> CompletableFuture.failedFuture(RpcException.answered(RpcException.SERVER, "out of order"))));
    }

    @Test
    void ourOwnReceiptDoesNotCount() {
        Node node = holder();
        node.holders().are(contacts());
        DeliveryPlane.Attachment attachment = attach(node, alice);
        assertThat(send(node, attachment, message(1))).isEqualTo(new Dispatch.Waiting(0, 0, "no other node is known"));
        assertThat(attachment.status().state()).isEqualTo(State.WAITING);
        assertThat(attachment.status().reason()).startsWith("no other node is known");
    }

    @Test
    void twoNodesAloneCanTalk() {
        Node one = holder();
        Node other = holder();
        one.holders().are(contacts());
        other.holders().are(contacts());
        attach(other, bob);
        assertThat(send(one, attach(one, alice), message(1))).isEqualTo(new Dispatch.Stored(1, 1));
        net.world.run(Duration.ofSeconds(5));
        assertThat(arrived).hasSize(1);
        assertThat(waiting()).isZero();
    }

    @Test
    void aNodeCountsOnceWhateverIdsItHas() {
        holders(1);
        Node node = net.node(1);
        byte[] otherId = holders.get(0).local().id().toArray();
        otherId[otherId.length - 1] ^= 0x55;
        node.holders().are(List.of(holders.get(0).contact(), new Contact(Key.of(otherId), holders.get(0).host().address())));
        assertThat(send(node, attach(node, alice), message(1))).isEqualTo(new Dispatch.Stored(1, 1));
    }

    @Test
    void withoutAPermitAMessageIsRefusedWithTheHoldersReason() {
        holders(5);
        Node node = net.node(1);
        node.holders().are(contacts());
        DeliveryPlane.Attachment attachment = attach(node, alice);
        assertThat(net.on(node, () -> attachment.send(message(1), Optional.empty()))).isInstanceOfSatisfying(Dispatch.Refused.class,
                refused -> assertThat(refused.code()).isEqualTo(RpcException.REFUSED));
    }

    @Test
    void noHolderCanSilenceTheSenderForLong() {
        holders(1);
        Node node = net.node(1);
        node.holders().are(contacts());
        DeliveryPlane.Attachment attachment = attach(node, alice);
        Node holder = holders.get(0);
        net.run(holder, () -> holder.rpc().handle("mailbox_put", Carrier.LINK, request -> CompletableFuture.failedFuture(
                RpcException.answered(RpcException.QUOTA, "full", BDict.builder().put("retry_after_s", Long.MAX_VALUE).build()))));
        assertThat(send(node, attachment, message(1)))
                .isEqualTo(new Dispatch.Refused(RpcException.QUOTA, "full", Duration.ofDays(1)));
    }

    // ---- receipts: a holder says "stored" and is not to be believed

    /** Every holder answers with a receipt that names it, and is signed with nonsense. */
    private Dispatch putToLiars(SignatureCheck check) {
        holders(3);
        Node node = net.node(1);
        node.holders().are(contacts());
        holders.forEach(h -> net.run(h, () -> h.rpc().handle("mailbox_put", Carrier.LINK, request -> {
            BDict env = request.arguments().requireDict("env");
            return CompletableFuture.completedFuture(BDict.builder().put("receipt", BDict.builder().put("id", Signed.id(env))
                    .put("to", env.requireBytes("to")).put("node", h.key()).put("expiry", env.requireInteger("ts") + 86_400_000)
                    .put("sig", new byte[64]).build()).build());
        })));
        return send(node, attach(node, alice, check), message(1));
    }

    @Test
    void aForgedReceiptIsAFailure() {
        assertThat(putToLiars(SignatureCheck.BOUNCY_CASTLE)).isInstanceOfSatisfying(Dispatch.Waiting.class, w -> {
            assertThat(w.stored()).isZero();
            assertThat(w.holders()).isEqualTo(3);
            assertThat(w.reason()).contains("its store receipt does not hold");
        });
    }

    @Test
    void twinWithoutSignaturesAForgedReceiptIsBelieved() {
        assertThat(putToLiars(TestNet.ACCEPT_ALL)).isEqualTo(new Dispatch.Stored(3, 3));
    }

    @Test
    void aReceiptForAnotherEnvelopeOrWithAnExpiryOfItsOwnIsAFailure() {
        holders(2);
        Node node = net.node(1);
        node.holders().are(contacts());
        DeliveryPlane.Attachment attachment = attach(node, alice);
        BDict other = message(99).dict();
        answerReceipts(holders.get(0), other, 0);
        answerReceipts(holders.get(1), null, Duration.ofDays(30).toMillis());
        assertThat(send(node, attachment, message(1))).isInstanceOfSatisfying(Dispatch.Waiting.class,
                w -> assertThat(w.stored()).isZero());
    }

    private void answerReceipts(Node holder, BDict instead, long longer) {
        net.run(holder, () -> holder.rpc().handle("mailbox_put", Carrier.LINK, request -> {
            BDict env = instead == null ? request.arguments().requireDict("env") : instead;
            BDict receipt = BDict.builder().put("id", Signed.id(env)).put("to", env.requireBytes("to")).put("node", holder.key())
                    .put("expiry", env.requireInteger("ts") + 86_400_000 + longer).build();
            return CompletableFuture.completedFuture(BDict.builder().put("receipt",
                    Signed.with(receipt, holder.local().nodeKey().sign(Signed.message(Tag.STORED, receipt)))).build());
        }));
    }

    // ---- receiving

    @Test
    void fiveHoldersPushAndTheInboxIsAskedOnce() {
        holders(5);
        Node mine = net.node(1);
        Node theirs = net.node(2);
        mine.holders().are(contacts());
        theirs.holders().are(contacts());
        send(mine, attach(mine, alice), message(1));
        DeliveryPlane.Attachment attachment = attach(theirs, bob);
        net.world.run(Duration.ofSeconds(5));
        assertThat(arrived).hasSize(1);
        assertThat(waiting()).as("acknowledged at every holder").isZero();
        send(mine, attach(mine, alice), message(2));
        net.world.run(Duration.ofSeconds(5));
        assertThat(arrived).hasSize(2);
        assertThat(waiting()).isZero();
        assertThat(attachment.status().facts()).containsEntry("holders_subscribed", 5).containsEntry("pushes", 2L)
                .containsEntry("pushes_repeated", 8L);
    }

    @Test
    void whatTheInboxCannotTakeIsNotAcknowledgedAndComesAgain() {
        holders(3);
        Node mine = net.node(1);
        Node theirs = net.node(2);
        mine.holders().are(contacts());
        theirs.holders().are(contacts());
        inboxFails = true;
        attach(theirs, bob);
        send(mine, attach(mine, alice), message(1));
        net.world.run(Duration.ofSeconds(30));
        assertThat(waiting()).isEqualTo(3);
        inboxFails = false;
        net.world.run(Duration.ofMinutes(2));
        assertThat(arrived).hasSize(1);
        assertThat(waiting()).isZero();
    }

    @Test
    void aLostHolderIsReplacedByTheNextOne() {
        holders(3);
        Node mine = net.node(1);
        Node theirs = net.node(2);
        mine.holders().are(contacts());
        theirs.holders().are(contacts());
        DeliveryPlane.Attachment attachment = attach(theirs, bob);
        assertThat(attachment.status().facts()).containsEntry("holders_subscribed", 3);
        holders.get(0).host().crash();
        net.world.run(Duration.ofSeconds(1));
        assertThat(attachment.status().facts()).containsEntry("holders_subscribed", 2);
        holder();
        List<Contact> alive = contacts().subList(1, 4);
        mine.holders().are(alive);
        theirs.holders().are(alive);
        net.world.run(Duration.ofSeconds(20));
        assertThat(attachment.status().facts()).containsEntry("holders_subscribed", 3);
        assertThat(send(mine, attach(mine, alice), message(1))).isEqualTo(new Dispatch.Stored(3, 3));
        net.world.run(Duration.ofSeconds(5));
        assertThat(arrived).hasSize(1);
        assertThat(waiting()).isZero();
    }

    @Test
    void onlyHoldersThatWeAskedMayPush() {
        holders(1);
        Node theirs = net.node(2);
        theirs.holders().are(contacts());
        attach(theirs, bob);
        Node stranger = net.node(3);
        RpcException refusal =
                net.refused(stranger, theirs, "mailbox_push", BDict.builder().put("env", message(1).dict()).build());
        assertThat(refusal.code()).isEqualTo(RpcException.NOT_BOUND);
        assertThat(arrived).isEmpty();
    }

    @Test
    void aForgedCopyDoesNotHideTheTrueOne() {
        holders(1);
        Node theirs = net.node(2);
        theirs.holders().are(contacts());
        MailboxPlane plane = plane(theirs, SignatureCheck.BOUNCY_CASTLE);
        Envelope genuine = message(1);
        net.run(theirs, () -> plane.attach(bob, envelope -> envelope.equals(genuine)
                ? take(envelope)
                : CompletableFuture.failedFuture(new IllegalStateException("forged"))));
        net.world.run(Duration.ofSeconds(5));
        Envelope forged = new Envelope(genuine.dict().with().put("sig", new byte[64]).build());
        assertThat(BBytes.of(Signed.id(forged.dict()))).isEqualTo(BBytes.of(Signed.id(genuine.dict())));
        for (Envelope each : List.of(forged, genuine)) {
            net.call(holders.get(0), theirs, "mailbox_push", BDict.builder().put("env", each.dict()).build());
        }
        net.world.run(Duration.ofSeconds(5));
        assertThat(arrived).containsExactly(genuine);
    }

    @Test
    void moreThanTheBoundIsLeftAtTheHolders() {
        holders(1);
        Node theirs = net.node(2);
        theirs.holders().are(contacts());
        MailboxPlane plane = new MailboxPlane(theirs.environment(), net.keySpace, theirs.rpc(), theirs.holders(),
                new MailboxPlaneSettings(Duration.ofMinutes(5), Duration.ofSeconds(1), Duration.ofMinutes(1), 2, 16, 16));
        CompletableFuture<Void> slow = new CompletableFuture<>();
        net.run(theirs, () -> {
            plane.start();
            plane.attach(bob, envelope -> {
                arrived.add(envelope);
                return slow;
            });
        });
        net.world.run(Duration.ofSeconds(5));
        for (int i = 0; i < 2; i++) {
            net.call(holders.get(0), theirs, "mailbox_push", BDict.builder().put("env", message(i).dict()).build());
        }
        RpcException refusal =
                net.refused(holders.get(0), theirs, "mailbox_push", BDict.builder().put("env", message(2).dict()).build());
        assertThat(refusal.code()).isEqualTo(RpcException.QUOTA);
        assertThat(arrived).hasSize(2);
    }

    @Test
    void drainingTakesNothingNewAndEndsWhenNothingIsUnderWay() {
        holders(3);
        Node mine = net.node(1);
        mine.holders().are(contacts());
        DeliveryPlane.Attachment attachment = attach(mine, alice);
        CompletableFuture<Dispatch> underWay = mine.host().call(() -> attachment.send(message(1), permit(mine)));
        net.world.runUntil(() -> ((Number) attachment.status().facts().get("sending")).intValue() == 1, Duration.ofSeconds(1));
        net.on(mine, attachment::drain);
        assertThat(net.world.await(underWay, Duration.ofSeconds(1))).isEqualTo(new Dispatch.Stored(3, 3));
        assertThat(send(mine, attachment, message(2))).isInstanceOf(Dispatch.Waiting.class);
        assertThat(attachment.status().state()).isEqualTo(State.DRAINING);
        net.run(mine, attachment::close);
        assertThat(attachment.status().state()).isEqualTo(State.OFF);
    }

    /** Another plane sends by now; what the holders push until this one is closed must not have to be pushed again. */
    @Test
    void drainingGoesOnReceivingUntilItIsClosed() {
        holders(1);
        Node theirs = net.node(2);
        theirs.holders().are(contacts());
        DeliveryPlane.Attachment attachment = attach(theirs, bob);
        net.world.run(Duration.ofSeconds(5));
        net.on(theirs, attachment::drain);
        Envelope late = message(1);
        net.call(holders.get(0), theirs, "mailbox_push", BDict.builder().put("env", late.dict()).build());
        net.world.run(Duration.ofSeconds(5));
        assertThat(arrived).containsExactly(late);
        net.run(theirs, attachment::close);
        assertThat(net.refused(holders.get(0), theirs, "mailbox_push", BDict.builder().put("env", message(2).dict()).build()).code())
                .isEqualTo(RpcException.NOT_BOUND);
    }

    /** It is in the tables before its parts have all started: the first round after it was seen may find no holder yet. */
    @Test
    void whoShowsUpAfterALongTimeAloneIsSubscribedAtSoonAlsoIfNotAtOnce() {
        Node other = holder();
        Node node = net.node(1);
        DeliveryPlane.Attachment attachment = attach(node, bob);
        net.world.run(Duration.ofMinutes(30));
        assertThat(attachment.status().state()).isEqualTo(State.WAITING);
        net.on(node, () -> node.rpc().query(other.contact(), "ping", BDict.EMPTY));
        net.world.run(Duration.ofSeconds(5));
        node.holders().are(contacts());
        net.world.run(Duration.ofSeconds(12));
        assertThat(attachment.status().state()).isEqualTo(State.READY);
    }

    @Test
    void whoJoinsAYoungNetworkIsSubscribedAtSoon() {
        Node first = holder();
        Node node = net.node(1);
        node.holders().are(List.of(first.contact()));
        DeliveryPlane.Attachment attachment = attach(node, bob);
        net.world.run(Duration.ofSeconds(5));
        assertThat(attachment.status().facts()).containsEntry("holders_subscribed", 1);
        holder();
        node.holders().are(contacts());
        net.world.run(Duration.ofSeconds(40));
        assertThat(attachment.status().facts()).as("long before the refresh, after 5 minutes").containsEntry("holders_subscribed", 2);
    }

    @Test
    void aNodeThatIsLinkedAndHoldsNothingIsNotSaidToBeUnknown() {
        Node other = holder();
        Node node = net.node(1);
        DeliveryPlane.Attachment attachment = attach(node, bob);
        assertThat(attachment.status().reason()).startsWith("no other node is known");
        net.link(other, node);
        assertThat(send(node, attachment, message(1))).isInstanceOfSatisfying(Dispatch.Waiting.class,
                waiting -> assertThat(waiting.reason()).startsWith("no other node that holds mail is known"));
        net.world.run(Duration.ofMinutes(2));
        assertThat(attachment.status().reason()).startsWith("no other node that holds mail is known");
    }

    @Test
    void anIdOfAnotherWidthIsRefusedAndLeavesNothingUnderWay() {
        holders(3);
        Node mine = net.node(1);
        mine.holders().are(contacts());
        DeliveryPlane.Attachment attachment = attach(mine, alice);
        BDict narrow = message(1).dict().with().put("to", new byte[64]).build();
        assertThat(send(mine, attachment, new Envelope(narrow))).isInstanceOfSatisfying(Dispatch.Refused.class,
                refused -> assertThat(refused.code()).isEqualTo(RpcException.PROTOCOL));
        assertThat(attachment.status().facts()).containsEntry("sending", 0);
        net.on(mine, attachment::drain);
    }

    @Test
    void anAccountThatThrowsIsWaitedForAndLeavesNothingUnderWay() {
        holders(3);
        Node mine = net.node(1);
        mine.holders().are(contacts());
        boolean[] locked = new boolean[1];
        Account account = (Account) Proxy.newProxyInstance(Account.class.getClassLoader(), new Class<?>[] {Account.class},
                (proxy, method, arguments) -> {
                    if (locked[0] && method.getName().equals("credentials")) {
                        throw new IllegalStateException("locked");
                    }
                    return method.invoke(alice, arguments);
                });
        DeliveryPlane.Attachment attachment = attach(mine, account);
        locked[0] = true;
        assertThat(send(mine, attachment, message(1)))
                .isEqualTo(new Dispatch.Waiting(0, 0, "it could not be put: locked"));
        net.on(mine, attachment::drain);
    }

    @Test
    void settingsThatWouldNeverRestAreRefused() {
        MailboxPlaneSettings d = MailboxPlaneSettings.DEFAULTS;
        assertThatIllegalArgumentException().isThrownBy(() -> new MailboxPlaneSettings(
                d.refresh(), Duration.ZERO, d.retryMax(), 1, 1, 1)).withMessageContaining("retryMin");
        assertThatIllegalArgumentException().isThrownBy(() -> new MailboxPlaneSettings(
                Duration.ZERO, d.retryMin(), d.retryMax(), 1, 1, 1)).withMessageContaining("refresh");
        assertThatIllegalArgumentException().isThrownBy(() -> new MailboxPlaneSettings(
                d.refresh(), d.retryMin(), Duration.ofMillis(1), 1, 1, 1)).withMessageContaining("retryMax");
        assertThatIllegalArgumentException().isThrownBy(() -> new MailboxPlaneSettings(
                d.refresh(), d.retryMin(), d.retryMax(), 1, 1, 0)).withMessageContaining("subscriptionsMax");
    }

    @Test
    void whatCannotBeTakenIsPushedAgainEverLessOften() {
        holders(5);
        Node from = net.node(1);
        Node to = net.node(2);
        from.holders().are(contacts());
        to.holders().are(contacts());
        inboxFails = true;
        DeliveryPlane.Attachment receiving = attach(to, bob);
        send(from, attach(from, alice), message(1));

        net.world.run(Duration.ofHours(1));
        long inAnHour = (long) receiving.status().facts().get("pushes_not_taken");
        net.world.run(Duration.ofHours(1));
        long inTheNext = (long) receiving.status().facts().get("pushes_not_taken") - inAnHour;

        assertThat(inAnHour).as("5 holders, soon at first and then every 5 minutes or so").isBetween(60L, 300L);
        assertThat(inTheNext).isBetween(60L, 200L);

        inboxFails = false;
        net.world.run(Duration.ofMinutes(8));
        assertThat(arrived).hasSize(1);
        assertThat(waiting()).isZero();
    }
}
