package bytchat.messaging.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.mailbox.Envelope;
import bytchat.api.messaging.Messenger.ContactState;
import bytchat.api.session.SessionSuite.MessageContext;
import bytchat.api.session.SessionSuite.Session;
import bytchat.api.store.ChatRecord.ContactRecord;
import bytchat.api.store.ChatRecord.MessageRecord;
import bytchat.api.store.ChatRecord.SessionRecord;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.session.cbc.internal.CbcSuite;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import bytchat.wire.Bencode;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.Tag;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Every attack fails against the whole, and succeeds against its twin, in which that one defence is off. */
class DefenceTest {
    private static final SignatureCheck ANY = new SignatureCheck() {
        @Override
        public boolean ed25519(byte[] key, byte[] message, byte[] sig) {
            return true;
        }

        @Override
        public boolean rsaPss(byte[] spkiDer, byte[] message, byte[] sig) {
            return true;
        }
    };

    private final SimulatedWorld world = new SimulatedWorld(3);
    private final PostOffice office =
            new PostOffice(SimulatedNode.keySpace(new Sha512(), Optional.of("bytchat")), 3, PostOffice.Weather.FINE);
    private final Person alice = new Person(world, office, "alice", "10.0.0.1");
    private final Person bob = new Person(world, office, "bob", "10.0.0.2");
    private final Person mallory = new Person(world, office, "mallory", "10.0.0.3");

    private void settle() {
        world.run(Duration.ofMinutes(5));
    }

    /** What a device with this session would send, whatever it puts into it. */
    private Envelope sealed(Person from, Envelope.Kind kind, byte[] to, long sequence, BDict content) {
        SessionRecord s = from.disk.all(SessionRecord.class).stream().filter(SessionRecord::sending).reduce((a, b) -> b).orElseThrow();
        BDict header = BDict.builder().put("v", 1).put("kind", kind.wireName()).put("id", from.uid().unsafeArray()).put("to", to)
                .put("dev", from.account.deviceId()).put("seq", sequence).put("ts", from.host.environment().clock().millis())
                .put("ttl", MessagingSettings.TTL_SECONDS).put("sid", s.id()).build();
        byte[] content64 = new CbcSuite(from.host.environment().workers(), from.host.environment().random())
                .seal(new Session(s.suite(), s.id().toArray(), s.root()),
                        new MessageContext(from.account.deviceId(), sequence, Bencode.encode(header)), Bencode.encode(content));
        return signed(from, header.with().put("content", content64).build());
    }

    private static Envelope signed(Person by, BDict unsigned) {
        return new Envelope(Signed.with(unsigned, by.account.signAsDevice(Signed.message(Tag.ENVELOPE, unsigned))));
    }

    private static BDict text(String text) {
        return BDict.builder().put("mime_type", "text/plain").put("data", text).build();
    }

    private Envelope lastSent(Envelope.Kind kind) {
        List<Envelope> all = office.everSent().stream().filter(e -> e.kind() == kind).toList();
        return all.get(all.size() - 1);
    }

    // ---- a holder pushes a copy of a message with another signature, to have the true one acknowledged, or a false one shown

    private void pushForgedCopy() {
        alice.start();
        bob.start();
        alice.befriend(bob);
        settle();
        Envelope true_ = sealed(alice, Envelope.Kind.MESSAGE, bob.uid().unsafeArray(), 1_000, text("from alice"));
        office.smuggle(new Envelope(true_.dict().with().put("sig", new byte[64]).build()));
        settle();
    }

    @Test
    void aForgedCopyIsNeitherShownNorAcknowledged() {
        pushForgedCopy();
        assertThat(bob.inbox()).isEmpty();
        assertThat(office.waiting()).as("the holders keep it").isEqualTo(1);
        assertThat(bob.count("not_taken_forged")).isPositive();
    }

    @Test
    void twinWithoutSignaturesAForgedCopyIsAcknowledged() {
        bob.check = ANY;
        pushForgedCopy();
        assertThat(bob.inbox()).containsExactly("from alice");
        assertThat(office.waiting()).isZero();
    }

    // ---- a holder brings a message once more that was taken long ago

    private void replay() {
        alice.start();
        bob.start();
        alice.befriend(bob);
        alice.send(bob, "once");
        settle();
        Envelope old = lastSent(Envelope.Kind.MESSAGE);
        bob.restart();
        office.smuggle(old);
        settle();
    }

    @Test
    void aReplayedMessageIsShownOnce() {
        replay();
        assertThat(bob.inbox()).containsExactly("once");
        assertThat(bob.count("repeated")).isEqualTo(1);
    }

    @Test
    void twinWithoutMemoryAReplayedMessageIsShownTwice() {
        bob.without(Defence.SEEN);
        replay();
        assertThat(bob.inbox()).containsExactly("once", "once");
    }

    @Test
    void aReplayAfterTheMemoryOfItIsGoneIsTooOld() {
        alice.start();
        bob.start();
        alice.befriend(bob);
        alice.send(bob, "once");
        settle();
        Envelope old = lastSent(Envelope.Kind.MESSAGE);
        world.run(Duration.ofDays(40));
        assertThat(bob.disk.all(bytchat.api.store.ChatRecord.SeenRecord.class)).as("swept").isEmpty();
        office.smuggle(old);
        settle();
        assertThat(bob.inbox()).containsExactly("once");
        assertThat(bob.count("not_taken_expired_on_arrival")).isPositive();
    }

    // ---- a message to somebody else is brought to us

    private void misdirect() {
        alice.start();
        bob.start();
        alice.befriend(bob);
        settle();
        byte[] somebodyElse = new byte[64];
        Envelope envelope = sealed(alice, Envelope.Kind.MESSAGE, somebodyElse, 1_000, text("not for bob"));
        bob.host.call(() -> office.inboundOf(bob.uid()).accept(envelope));
        settle();
    }

    @Test
    void aMessageToSomebodyElseIsNotTaken() {
        misdirect();
        assertThat(bob.inbox()).isEmpty();
        assertThat(bob.count("not_taken_for_somebody_else")).isEqualTo(1);
    }

    @Test
    void twinWithoutTheCheckAMessageToSomebodyElseIsShown() {
        bob.without(Defence.RECIPIENT);
        misdirect();
        assertThat(bob.inbox()).containsExactly("not for bob");
    }

    // ---- a handshake that was made for another reader is wrapped for us by its maker's device

    private void handshakeForAnother() {
        alice.start();
        bob.start();
        alice.add(bob);
        settle();
        Envelope toBob = lastSent(Envelope.Kind.HANDSHAKE);
        mallory.start();
        mallory.link();
        BDict rewrapped = toBob.dict().without("sig").with().put("to", mallory.uid().unsafeArray()).build();
        office.smuggle(signed(alice, rewrapped));
        settle();
    }

    @Test
    void aHandshakeForAnotherReaderIsNoRequest() {
        handshakeForAnother();
        assertThat(mallory.await(mallory.messenger.contacts())).isEmpty();
        assertThat(mallory.count("refused_handshakes")).isEqualTo(1);
    }

    @Test
    void twinWithoutTheCheckAHandshakeForAnotherReaderIsARequest() {
        mallory.without(Defence.READER);
        handshakeForAnother();
        assertThat(mallory.await(mallory.messenger.contacts())).hasSize(1);
    }

    // ---- a stranger wants to talk

    private void strangerWrites() {
        bob.start();
        mallory.start();
        mallory.add(bob);
        mallory.send(bob, "buy this");
        settle();
    }

    @Test
    void aStrangerIsNotAnsweredBeforeTheUserAccepts() {
        strangerWrites();
        assertThat(bob.inbox()).isEmpty();
        assertThat(bob.contact(mallory).state()).isEqualTo(ContactState.REQUEST);
        assertThat(mallory.contact(bob).state()).isEqualTo(ContactState.HANDSHAKING);
    }

    @Test
    void twinWithoutAcceptanceAStrangerIsAnswered() {
        bob.without(Defence.ACCEPTANCE);
        strangerWrites();
        assertThat(mallory.contact(bob).state()).isEqualTo(ContactState.CONNECTED);
    }

    @Test
    void strangersAreBounded() {
        bob.settings = new MessagingSettings(true, 64, 8, 1, 8, Duration.ofSeconds(2), Duration.ofMinutes(1), Duration.ofMinutes(10),
                Duration.ofHours(6), Duration.ofDays(3));
        bob.start();
        alice.start();
        mallory.start();
        alice.add(bob);
        settle();
        mallory.add(bob);
        settle();
        assertThat(bob.await(bob.messenger.contacts())).hasSize(1);
        assertThat(bob.count("not_taken_too_many_requests")).isPositive();
    }

    // ---- a delivered receipt that does not show the signature of what was delivered

    private long receiptsForNothing;

    private void forgeReceipt() {
        alice.start();
        bob.start();
        alice.befriend(bob);
        settle();
        bob.goOffline();
        alice.send(bob, "important");
        settle();
        Envelope sent = lastSent(Envelope.Kind.MESSAGE);
        receiptsForNothing = alice.count("receipts_for_nothing");
        BDict content = BDict.builder().put("id", Signed.id(sent.dict())).put("sig", new byte[64]).build();
        office.smuggle(sealed(bob, Envelope.Kind.RECEIPT, alice.uid().unsafeArray(), 1_000, content));
        settle();
    }

    @Test
    void aForgedReceiptDeliversNothing() {
        forgeReceipt();
        assertThat(alice.outbox()).containsExactly("stored");
        assertThat(alice.count("receipts_for_nothing")).isEqualTo(receiptsForNothing + 1);
    }

    @Test
    void twinWithoutTheCheckAForgedReceiptDelivers() {
        alice.without(Defence.RECEIPT_SIGNATURE);
        forgeReceipt();
        assertThat(alice.outbox()).containsExactly("delivered");
    }

    @Test
    void anotherContactsReceiptDeliversNothing() {
        alice.start();
        bob.start();
        mallory.start();
        alice.befriend(bob);
        alice.befriend(mallory);
        settle();
        bob.goOffline();
        alice.send(bob, "important");
        settle();
        Envelope sent = lastSent(Envelope.Kind.MESSAGE);
        receiptsForNothing = alice.count("receipts_for_nothing");
        BDict content = BDict.builder().put("id", Signed.id(sent.dict())).put("sig", sent.sig()).build();
        office.smuggle(sealed(mallory, Envelope.Kind.RECEIPT, alice.uid().unsafeArray(), 1_000, content));
        settle();
        assertThat(alice.outbox()).containsExactly("stored");
        assertThat(alice.count("receipts_for_nothing")).isEqualTo(receiptsForNothing + 1);
    }

    // ---- holders of the meta key show another person's keys

    private void swapMeta() {
        alice.start();
        bob.start();
        mallory.start();
        bob.link();
        mallory.link();
        settle();
        office.replaceMeta(bob.uid(), mallory.uid());
        alice.add(bob);
        settle();
    }

    private byte[] keyThatAliceHasForBob() {
        BBytes bobs = BBytes.of(bob.account.fingerprint());
        return alice.disk.all(ContactRecord.class).stream().filter(c -> c.fingerprint().equals(bobs)).findFirst().orElseThrow()
                .accountKey();
    }

    @Test
    void anotherPersonsMetaIsNotTheContacts() {
        swapMeta();
        assertThat(keyThatAliceHasForBob()).isEmpty();
        assertThat(alice.contact(bob).reason()).isEqualTo("their meta has not been found yet");
    }

    @Test
    void twinWithoutTheFingerprintAnotherPersonsMetaIsTaken() {
        alice.without(Defence.META_FINGERPRINT);
        swapMeta();
        assertThat(keyThatAliceHasForBob()).isEqualTo(mallory.account.publicKey());
    }

    // ---- a device that was revoked since shows the list from before

    /** Bob has seen alice's list number 9; her device shakes hands with list number 1. */
    private void showOldList() {
        alice.start();
        bob.start();
        alice.befriend(bob);
        settle();
        bob.host.crash();
        ContactRecord r = bob.disk.all(ContactRecord.class).get(0);
        BDict devices = alice.account.credentials().devices().dict().with().put("n", 9).build();
        BDict newer = alice.account.credentials().dict().with().put("devices", devices).build();
        bob.disk.put(BBytes.of(bob.account.fingerprint()), new ContactRecord(r.fingerprint(), r.name(), r.link(), r.accountKey(),
                Bencode.encode(newer), r.permit(), r.accepted(), r.metaMillis(), r.addedMillis()));
        bob.start();
        world.run(Duration.ofDays(2));
        alice.send(bob, "renews the session");
        settle();
    }

    private long listNumberThatBobHas() {
        return bob.disk.all(ContactRecord.class).stream()
                .map(c -> new bytchat.api.account.Credentials(Bencode.decodeDict(c.credentials(), 16_384)).devices().number())
                .findFirst().orElseThrow();
    }

    @Test
    void anOlderDeviceListDoesNotComeBack() {
        showOldList();
        assertThat(listNumberThatBobHas()).isEqualTo(9);
        assertThat(bob.inbox()).as("the newer list still allows the device").containsExactly("renews the session");
    }

    @Test
    void twinWithoutTheCheckAnOlderDeviceListIsTaken() {
        bob.without(Defence.DEVICE_LIST);
        showOldList();
        assertThat(listNumberThatBobHas()).isEqualTo(1);
    }

    // ---- what is genuine, and garbage, is done with

    @Test
    void garbageUnderAGoodSignatureIsAcknowledgedAndForgotten() {
        alice.start();
        bob.start();
        alice.befriend(bob);
        settle();
        Envelope good = sealed(alice, Envelope.Kind.MESSAGE, bob.uid().unsafeArray(), 1_000, text("x"));
        byte[] damaged = good.content();
        damaged[damaged.length / 2] ^= 1;
        office.smuggle(signed(alice, good.dict().without("sig").with().put("content", damaged).build()));
        settle();
        assertThat(office.waiting()).isZero();
        assertThat(bob.inbox()).isEmpty();
        assertThat(bob.count("refused_unreadable")).isEqualTo(1);
        office.smuggle(good);
        settle();
        assertThat(bob.inbox()).as("the same sequence, properly sealed").containsExactly("x");
        assertThat(bob.disk.all(MessageRecord.class)).hasSize(1);
    }
}
