package bytchat.messaging.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.account.DeviceList;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BList;
import bytchat.api.mailbox.Envelope;
import bytchat.api.messaging.Messenger.ContactState;
import bytchat.api.messaging.Messenger.MessageView;
import bytchat.api.store.ChatRecord.ContactRecord;
import bytchat.api.store.ChatRecord.MessageRecord;
import bytchat.api.store.ChatRecord.SessionRecord;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import bytchat.wire.Bencode;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.Tag;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One person on two nodes: what one has seen, the other comes to have, once. */
class OwnDevicesTest {
    private final SimulatedWorld world = new SimulatedWorld(23);
    private final PostOffice office =
            new PostOffice(SimulatedNode.keySpace(new Sha512(), Optional.of("bytchat")), 23, PostOffice.Weather.FINE);
    private final SiblingWire wire = new SiblingWire(23);
    private final Person alice = new Person(world, office, "alice", "10.0.0.1");
    private final Person laptop = alice.onAnotherNode(2, "10.0.0.4");
    private final Person bob = new Person(world, office, "bob", "10.0.0.2");

    private void settle() {
        world.run(Duration.ofMinutes(5));
    }

    private void meet() {
        assertThat(wire.connect(alice, laptop)).isTrue();
        settle();
    }

    private void aConversationThenALaptop() {
        alice.start();
        bob.start();
        alice.befriend(bob);
        alice.send(bob, "one");
        bob.send(alice, "two");
        settle();
        laptop.start();
        settle();
        meet();
    }

    @Test
    void aNewDeviceGetsContactsSessionsAndMessages() {
        aConversationThenALaptop();

        assertThat(laptop.contact(bob).state()).isEqualTo(ContactState.CONNECTED);
        assertThat(laptop.contact(bob).name()).isEqualTo("bob");
        assertThat(laptop.shown()).containsExactly("one", "two");
        assertThat(laptop.outbox()).as("what became of what the other sent").containsExactly("delivered");
        assertThat(laptop.disk.all(SessionRecord.class)).extracting(SessionRecord::id)
                .containsAll(alice.disk.all(SessionRecord.class).stream().map(SessionRecord::id).toList());
    }

    /** A link that ends after messages were listed and before they came must not have them counted as read. */
    @Test
    void nothingIsPassedOverWhereverALinkEnds() {
        alice.start();
        bob.start();
        alice.befriend(bob);
        for (int i = 0; i < 40; i++) {
            alice.send(bob, "message " + i);
        }
        settle();
        laptop.start();
        settle();
        for (int i = 0; i < 80; i++) {
            wire.connect(alice, laptop);
            world.run(Duration.ofMillis(30 + 5 * i));
            wire.cut();
            world.run(Duration.ofSeconds(1));
        }
        meet();

        assertThat(laptop.shown()).containsExactlyInAnyOrderElementsOf(alice.shown());
    }

    @Test
    void aContactThatCannotBeTakenHoldsUpNoOther() {
        Person carol = new Person(world, office, "carol", "10.0.0.3");
        alice.start();
        bob.start();
        carol.start();
        alice.befriend(bob);
        alice.befriend(carol);
        settle();
        laptop.start();
        settle();
        BBytes first = Stream.of(bob, carol).map(p -> BBytes.of(p.account.fingerprint())).sorted().findFirst().orElseThrow();
        wire.onItsWay = (question, answer) -> question.requireText("q").equals("contact")
                && BBytes.wrap(question.requireBytes("c", 64)).equals(first) ? answer.with().put("sessions", 1).build() : answer;
        meet();
        assertThat(laptop.await(laptop.messenger.contacts())).hasSize(1);
        wire.onItsWay = (question, answer) -> answer;
        world.run(Duration.ofMinutes(30));
        assertThat(laptop.await(laptop.messenger.contacts())).hasSize(2);
    }

    /** A contact may shake hands as often as it likes; old sessions are let go once an hour. */
    @Test
    void moreSessionsThanOneAnswerListsHoldNothingUp() {
        aConversationThenALaptop();
        wire.cut();
        BBytes them = BBytes.of(bob.account.fingerprint());
        BBytes mine = BBytes.of(alice.account.fingerprint());
        long now = alice.host.environment().clock().millis();
        alice.host.crash();
        for (int i = 0; i < 60; i++) {
            byte[] id = new byte[16];
            id[0] = (byte) (i + 1);
            alice.disk.put(mine, new SessionRecord(them, 1, BBytes.wrap(id), new byte[64], now + i, 0, false));
        }
        alice.start();
        world.run(Duration.ofMinutes(1));
        alice.send(bob, "three");
        meet();
        assertThat(laptop.shown()).contains("three");
    }

    @Test
    void bothDevicesComeToNameBoth() {
        aConversationThenALaptop();

        assertThat(alice.account.credentials().devices()).isEqualTo(laptop.account.credentials().devices());
        assertThat(alice.account.credentials().devices().allows(laptop.account.deviceId())).isTrue();
    }

    @Test
    void theNewDeviceWritesAndTheOtherShowsIt() {
        aConversationThenALaptop();
        laptop.send(bob, "from the laptop");
        settle();

        assertThat(bob.inbox()).containsExactly("one", "from the laptop");
        assertThat(alice.shown()).containsExactly("one", "two", "from the laptop");
        assertThat(laptop.outbox()).containsOnly("delivered");
        assertThat(alice.outbox()).containsExactly("delivered", "delivered");
        assertThat(alice.messages().get(2).id()).isEqualTo(laptop.messages().get(2).id());
    }

    @Test
    void whatArrivesIsShownOnceOnEach() {
        aConversationThenALaptop();
        bob.send(alice, "three");
        settle();

        assertThat(alice.inbox()).containsExactly("two", "three");
        assertThat(laptop.inbox()).containsExactly("two", "three");
        assertThat(office.waiting()).as("both have acknowledged").isZero();
        assertThat(wire.asked("messages")).as("it came to both by the plane: no content went between them").isEqualTo(1);
    }

    @Test
    void theFirstDeviceIsStillHeardAfterTheSecondHasShownANewerList() {
        aConversationThenALaptop();
        laptop.send(bob, "from the laptop");
        settle();
        alice.send(bob, "from the first");
        settle();
        bob.restart();
        settle();
        alice.send(bob, "again from the first");
        laptop.send(bob, "again from the laptop");
        settle();

        assertThat(bob.inbox()).containsExactlyInAnyOrder(
                "one", "from the laptop", "from the first", "again from the first", "again from the laptop");
        assertThat(bob.count("not_taken_forged")).isZero();
    }

    @Test
    void whileApartEachGoesOnAndThenOnlyTheDifferenceGoes() {
        aConversationThenALaptop();
        wire.cut();
        settle();
        alice.goOffline();
        laptop.send(bob, "while the first is off");
        settle();
        alice.goOnline();
        settle();
        long before = wire.asked("contact");
        meet();

        assertThat(alice.shown()).containsExactlyInAnyOrder("one", "two", "while the first is off");
        assertThat(alice.outbox()).containsOnly("delivered");
        long bytes = wire.bytes;
        long contactsAsked = wire.asked("contact");
        wire.cut();
        settle();
        meet();
        assertThat(wire.asked("contact")).as("nothing is new").isEqualTo(contactsAsked);
        assertThat(wire.bytes - bytes).as("bytes of meeting again").isLessThan(4_000);
        assertThat(before).isPositive();
    }

    @Test
    void aRestartInTheMiddleGoesOnFromThere() {
        alice.start();
        bob.start();
        alice.befriend(bob);
        for (int i = 0; i < 100; i++) {
            (i % 2 == 0 ? alice : bob).send(i % 2 == 0 ? bob : alice, "m" + i);
        }
        settle();
        laptop.start();
        settle();
        wire.connect(alice, laptop);
        world.runUntil(() -> !laptop.disk.all(MessageRecord.class).isEmpty(), Duration.ofMinutes(5));
        laptop.disk.crashAt(20, false);
        world.runUntil(() -> !laptop.host.alive(), Duration.ofMinutes(5));
        wire.cut();
        assertThat(laptop.disk.all(MessageRecord.class)).as("in the middle").hasSizeBetween(2, 99);
        laptop.start();
        settle();
        meet();

        assertThat(laptop.shown()).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void aMessageOfFullSizeFits() {
        alice.start();
        bob.start();
        alice.befriend(bob);
        byte[] large = new byte[48 * 1024];
        alice.await(alice.messenger.send(bob.name, "image/png", large));
        alice.await(alice.messenger.send(bob.name, "image/png", large));
        settle();
        laptop.start();
        settle();
        meet();

        assertThat(laptop.messages()).hasSize(2).allMatch(m -> m.data().length == large.length);
    }

    @Test
    void aContactThatOneAcceptsIsAcceptedOnBoth() {
        alice.start();
        laptop.start();
        bob.start();
        settle();
        meet();
        bob.add(alice);
        settle();
        assertThat(laptop.contact(bob).state()).isEqualTo(ContactState.REQUEST);
        laptop.await(laptop.messenger.accept(bob.messenger.self().fingerprint()));
        settle();

        assertThat(laptop.contact(bob).state()).isEqualTo(ContactState.CONNECTED);
        assertThat(alice.contact(bob).state()).isEqualTo(ContactState.CONNECTED);
        bob.send(alice, "hello");
        settle();
        assertThat(alice.inbox()).containsExactly("hello");
        assertThat(laptop.inbox()).containsExactly("hello");
    }

    /** Bob's handshake is for the first device's prekeys, the laptop's own offer crosses it: only the first can say what session that is. */
    @Test
    void handshakesThatCrossAtDifferentDevicesMakeASessionThatBothHave() {
        alice.start();
        bob.start();
        laptop.start();
        settle();
        alice.host.environment().loop().execute(() -> alice.messenger.accountChanged());
        settle();
        meet();
        office.hold(alice.uid());
        office.hold(bob.uid());
        bob.add(alice);
        laptop.add(bob);
        settle();
        office.release(alice.uid());
        office.release(bob.uid());
        settle();
        bob.send(alice, "hello");
        laptop.send(bob, "hello too");
        settle();

        assertThat(bob.inbox()).containsExactly("hello too");
        assertThat(alice.inbox()).containsExactly("hello");
        assertThat(laptop.inbox()).containsExactly("hello");
        assertThat(bob.outbox()).containsOnly("delivered");
    }

    @Test
    void whatWasParkedOpensWhenTheSessionComes() {
        alice.start();
        bob.start();
        alice.befriend(bob);
        laptop.start();
        settle();
        wire.connect(alice, laptop);
        world.runUntil(() -> laptop.await(laptop.messenger.contacts()).size() == 1, Duration.ofMinutes(1));
        settle();
        wire.cut();
        settle();
        // a new session that the laptop does not hear of
        world.run(Duration.ofDays(2));
        laptop.goOffline();
        alice.send(bob, "renews");
        settle();
        bob.send(alice, "under the new session");
        settle();
        laptop.goOnline();
        world.run(Duration.ofSeconds(30));
        assertThat(laptop.inbox()).isEmpty();
        meet();

        assertThat(laptop.shown()).containsExactlyInAnyOrder("renews", "under the new session");
        assertThat(office.waiting()).isZero();
    }

    /** The first device is gone for good: after a day the other begins anew with the contact. */
    @Test
    void aHandshakeForADeviceThatNeverComesIsAnsweredAfterADay() {
        alice.start();
        bob.start();
        laptop.start();
        settle();
        alice.host.environment().loop().execute(() -> alice.messenger.accountChanged());
        settle();
        meet();
        office.hold(alice.uid());
        bob.add(alice);
        settle();
        alice.host.crash();
        office.release(alice.uid());
        settle();
        laptop.await(laptop.messenger.accept(bob.messenger.self().fingerprint()));
        settle();
        assertThat(laptop.contact(bob).state()).isEqualTo(ContactState.HANDSHAKING);
        assertThat(laptop.contact(bob).reason()).contains("another of your devices");
        bob.send(alice, "are you there?");
        world.run(Duration.ofDays(1).plusHours(3));

        assertThat(laptop.contact(bob).state()).isEqualTo(ContactState.CONNECTED);
        assertThat(laptop.inbox()).containsExactly("are you there?");
        assertThat(bob.outbox()).containsOnly("delivered");
    }

    @Test
    void twinAnsweringAtOnceMakesTheFirstDevicesSessionsUseless() {
        laptop.without(Defence.SIBLINGS_HANDSHAKE);
        alice.start();
        bob.start();
        laptop.start();
        settle();
        alice.host.environment().loop().execute(() -> alice.messenger.accountChanged());
        settle();
        alice.add(bob);
        laptop.add(bob);
        bob.add(alice);
        settle();

        assertThat(laptop.count("left_to_another_device")).isZero();
        assertThat(laptop.count("handshakes_to_unknown_prekeys")).isPositive();
    }

    // ---- a device of a contact that was revoked, but has sessions and a certificate that runs, goes on writing

    /** Bob has heard of the laptop, then sees a list that revokes it. */
    private void theLaptopIsRevoked() {
        aConversationThenALaptop();
        laptop.send(bob, "before it was stolen");
        settle();
        wire.cut();
        DeviceList list = alice.account.credentials().devices();
        BDict revoking = BDict.builder().put("fp", alice.account.fingerprint()).put("n", list.number() + 1)
                .put("ts", alice.host.environment().clock().millis()).put("devices", List.of(BBytes.of(alice.account.deviceId())))
                .put("revoked", List.of(BBytes.of(laptop.account.deviceId()))).build();
        byte[] sig = alice.await(alice.account.signAsAccount(Signed.message(Tag.DEVICES, revoking)));
        assertThat(alice.await(alice.account.adopt(new DeviceList(Signed.with(revoking, sig))))).isTrue();
        world.run(Duration.ofDays(2));
        alice.send(bob, "my laptop was stolen");
        settle();
        laptop.send(bob, "this is not alice");
        settle();
    }

    @Test
    void aRevokedDeviceIsNotHeardAnyMore() {
        theLaptopIsRevoked();

        assertThat(bob.inbox()).contains("before it was stolen", "my laptop was stolen").doesNotContain("this is not alice");
        assertThat(bob.count("not_taken_by_a_revoked_device") + bob.count("refused_older_device_list")).isPositive();
    }

    @Test
    void twinWithoutTheListARevokedDeviceIsStillHeard() {
        bob.without(Defence.DEVICE_LIST);
        theLaptopIsRevoked();

        assertThat(bob.inbox()).contains("this is not alice");
    }

    /** Anybody may make envelopes that claim to be by an unknown device of a contact: few wait, and only for a while. */
    @Test
    void aDeviceThatNeverShowedACertificateIsNotHeard() {
        alice.start();
        bob.start();
        alice.befriend(bob);
        settle();
        Person eve = new Person(world, office, "mallory", "10.0.0.9").start();
        settle();
        for (int i = 0; i < 40; i++) {
            BDict unsigned = BDict.builder().put("v", 1).put("kind", "message").put("id", alice.uid().unsafeArray())
                    .put("to", bob.uid().unsafeArray()).put("dev", eve.account.deviceId()).put("seq", i)
                    .put("ts", bob.host.environment().clock().millis()).put("ttl", MessagingSettings.TTL_SECONDS)
                    .put("sid", new byte[16]).put("content", new byte[64]).build();
            office.smuggle(new Envelope(Signed.with(unsigned, eve.account.signAsDevice(Signed.message(Tag.ENVELOPE, unsigned)))));
        }
        world.run(Duration.ofSeconds(20));
        assertThat(bob.count("parked")).isEqualTo(MessagingSettings.PARKED_UNKNOWN_MAX);
        assertThat(bob.inbox()).isEmpty();
        alice.send(bob, "all the same");
        settle();
        assertThat(bob.inbox()).containsExactly("all the same");
    }

    // ---- another device of ours tells of a contact whose key is somebody else's

    @Test
    void aSiblingCannotGiveAContactAnotherKey() {
        alice.start();
        bob.start();
        alice.befriend(bob);
        settle();
        alice.host.crash();
        ContactRecord r = alice.disk.all(ContactRecord.class).get(0);
        byte[] another = laptop.files.names().get(0).getBytes(StandardCharsets.UTF_8);
        alice.disk.put(BBytes.of(alice.account.fingerprint()), new ContactRecord(r.fingerprint(), r.name(), r.link(), another,
                r.credentials(), r.permit(), true, r.metaMillis(), r.addedMillis()));
        alice.start();
        laptop.start();
        settle();
        meet();

        ContactRecord there = laptop.disk.all(ContactRecord.class).get(0);
        assertThat(there.fingerprint()).isEqualTo(r.fingerprint());
        assertThat(there.accountKey()).as("theirs, from their meta or handshake, or none").isNotEqualTo(another);
    }

    @Test
    void oneCertificateOfAContactThatDoesNotHoldLeavesTheOthers() {
        alice.start();
        bob.start();
        alice.befriend(bob);
        settle();
        Person eve = new Person(world, office, "mallory", "10.0.0.9").start();
        alice.host.crash();
        bob.host.crash();
        ContactRecord r = alice.disk.all(ContactRecord.class).get(0);
        BDict mixed = Bencode.decodeDict(r.credentials(), Devices.BYTES_MAX).with()
                .put("certs", BList.of(eve.account.credentials().certificate().dict())).build();
        alice.disk.put(BBytes.of(alice.account.fingerprint()), new ContactRecord(r.fingerprint(), r.name(), r.link(), r.accountKey(),
                Bencode.encode(mixed), r.permit(), true, r.metaMillis(), r.addedMillis()));
        alice.start();
        laptop.start();
        settle();
        meet();

        Devices there = Devices.of(laptop.disk.all(ContactRecord.class).get(0).credentials());
        assertThat(there.certificates()).containsOnlyKeys(BBytes.of(bob.account.deviceId()));
    }

    @Test
    void readThereIsReadHere() {
        alice.start();
        bob.start();
        alice.befriend(bob);
        bob.send(alice, "one");
        bob.send(alice, "two");
        settle();
        List<MessageView> shown = alice.messages();
        alice.await(alice.messenger.markRead(bob.name, Math.min(shown.get(0).number(), shown.get(1).number())));
        laptop.start();
        settle();
        meet();

        assertThat(laptop.await(laptop.messenger.chats()).get(0).unread()).isEqualTo(1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aWaitingMessageOfTheOtherIsShownAsWaiting() {
        aConversationThenALaptop();
        office.noOtherNode(true);
        laptop.await(laptop.messenger.send(bob.name, "text/plain", bytes("patience")));
        settle();
        assertThat(alice.outbox()).containsExactly("delivered", "waiting");
        office.noOtherNode(false);
        settle();
        assertThat(alice.outbox()).containsExactly("delivered", "delivered");
    }
}
