package bytchat.mailbox.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Key;
import bytchat.api.mailbox.Envelope;
import bytchat.api.mailbox.Permit;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.RpcException;
import bytchat.store.memory.internal.MemoryMailboxStore;
import bytchat.tracker.testing.TestNet;
import bytchat.tracker.testing.TestNet.Node;
import bytchat.tracker.testing.TestPerson;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.Tag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A holder, Alice's node that sends, and Bob's node that receives. */
class MailboxTestNet {
    static final Set<MailboxCheck> ALL = EnumSet.allOf(MailboxCheck.class);
    static final long TTL_SECONDS = Envelope.TTL_SECONDS_MAX;

    final TestNet net = new TestNet();
    final Node holder = net.node(1);
    final Node sender = net.node(2);
    final Node receiver = net.node(3);
    final TestPerson alice = TestPerson.number(1);
    final TestPerson bob = TestPerson.number(2);
    final TestPerson.Device phone = alice.device(1);
    final TestPerson.Device desk = bob.device(1);
    final Key to = bob.uid(net.keySpace);
    /** Ids of the envelopes pushed to Bob's node, in order. */
    final List<BBytes> pushed = new ArrayList<>();
    MemoryMailboxStore store = new MemoryMailboxStore(holder.environment(), 10_000, 64L << 20);
    Mailbox service;

    static Set<MailboxCheck> without(MailboxCheck check) {
        return EnumSet.complementOf(EnumSet.of(check));
    }

    void serve() {
        serve(ALL, SignatureCheck.BOUNCY_CASTLE, MailboxSettings.DEFAULT);
    }

    void serve(Set<MailboxCheck> checks, SignatureCheck signatures, MailboxSettings settings) {
        service = new Mailbox(settings, holder.environment(), holder.local(), holder.rpc(), holder.holders(),
                holder.challenges(), store, holder.verifier(signatures), checks);
        net.run(holder, service::start);
        receiver.rpc().handle("mailbox_push", Carrier.LINK, request -> {
            pushed.add(BBytes.wrap(Signed.id(request.arguments().requireDict("env"))));
            return CompletableFuture.completedFuture(BDict.EMPTY);
        });
    }

    // ---- envelopes

    BDict unsigned(Envelope.Kind kind, long sequence, int contentBytes) {
        BDict.Builder envelope = BDict.builder()
                .put("v", 1).put("kind", kind.wireName()).put("id", alice.uid(net.keySpace).unsafeArray())
                .put("dev", phone.deviceId()).put("to", to.unsafeArray()).put("seq", sequence).put("ts", sender.now())
                .put("ttl", TTL_SECONDS).put("content", new byte[contentBytes]);
        if (kind != Envelope.Kind.HANDSHAKE) {
            envelope.put("sid", new byte[16]);
        }
        return envelope.build();
    }

    BDict message(long sequence) {
        return phone.sign(Tag.ENVELOPE, unsigned(Envelope.Kind.MESSAGE, sequence, 100));
    }

    Permit permit() {
        return permit(desk, alice.fingerprint(), to, sender.now() + Duration.ofDays(Permit.DAYS).toMillis());
    }

    static Permit permit(TestPerson.Device giver, byte[] whom, Key recipient, long expiresMillis) {
        return new Permit(giver.sign(Tag.PERMIT, BDict.builder()
                .put("cert", giver.credentials().certificate().dict()).put("key", giver.publicKey())
                .put("for", whom).put("to", recipient.unsafeArray()).put("exp", expiresMillis).build()));
    }

    BDict arguments(BDict envelope, Optional<Permit> permit) {
        BDict.Builder arguments = BDict.builder().put("env", envelope)
                .put("cert", phone.credentials().certificate().dict()).put("key", phone.publicKey());
        permit.ifPresent(shown -> arguments.put("permit", shown.dict()));
        return arguments.build();
    }

    BDict put(BDict envelope) {
        return net.call(sender, holder, "mailbox_put", arguments(envelope, Optional.of(permit())));
    }

    RpcException putRefused(BDict arguments) {
        return net.refused(sender, holder, "mailbox_put", arguments);
    }

    static BBytes id(BDict envelope) {
        return BBytes.wrap(Signed.id(envelope));
    }

    // ---- subscriptions

    BDict subscription(Node at, TestPerson.Device device) {
        return arguments(device.sign(Tag.SUBSCRIBE, unsignedSubscription(at, device)));
    }

    BDict unsignedSubscription(Node at, TestPerson.Device device) {
        Key uid = device.person().uid(net.keySpace);
        return device.credentials().dict().with().put("target", uid.unsafeArray()).put("holder", holder.key())
                .put("nonce", net.challenge(at, holder, uid)).put("ts", at.now()).build();
    }

    static BDict arguments(BDict subscription) {
        return BDict.builder().put("sub", subscription).build();
    }

    BDict subscribe(Node at, TestPerson.Device device) {
        BDict answer = net.call(at, holder, "mailbox_subscribe", subscription(at, device));
        net.run(at, net.link(at, holder)::hang);
        net.world.run(Duration.ofSeconds(2));
        return answer;
    }

    // ---- acknowledgements

    BDict acknowledgement(TestPerson.Device device, BBytes id) {
        return BDict.builder().put("ack", device.sign(Tag.ACK, unsignedAcknowledgement(device, id))).build();
    }

    BDict unsignedAcknowledgement(TestPerson.Device device, BBytes id) {
        return BDict.builder().put("id", id).put("to", device.person().uid(net.keySpace).unsafeArray())
                .put("dev", device.deviceId()).put("ts", receiver.now()).build();
    }

    boolean acknowledge(Node at, TestPerson.Device device, BBytes id) {
        return net.call(at, holder, "mailbox_ack", acknowledgement(device, id)).requireInteger("buried") == 1;
    }
}
