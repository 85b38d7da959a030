package bytchat.messaging.internal;

import bytchat.api.account.Credentials;
import bytchat.api.account.DeviceCertificate;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.api.env.Failures;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.mailbox.Envelope;
import bytchat.api.messaging.MessagingException;
import bytchat.api.messaging.Messenger;
import bytchat.api.plane.DeliveryPlane.Inbound;
import bytchat.api.plane.Sibling;
import bytchat.api.session.Handshake;
import bytchat.api.session.SessionException;
import bytchat.api.store.ChatRecord.ContactRecord;
import bytchat.api.store.ChatRecord.HandshakeRecord;
import bytchat.api.store.ChatRecord.MessageRecord;
import bytchat.api.store.ChatRecord.SeenRecord;
import bytchat.api.store.ChatRecord.SessionRecord;
import bytchat.api.store.ChatRecord.State;
import bytchat.wire.Bencode;
import bytchat.wire.sign.Signed;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Takes what planes bring.
 *
 * <p>Threat: holders are strangers. They bring envelopes that others made up, changed, or recorded long ago, the same one many times, and
 * ones for somebody else; and what we complete here is acknowledged, which destroys the holders' copies. Answer: nothing completes before
 * the sending device's signature has held, because an acknowledgement names an envelope without its signature; what holds is shown once by
 * (sender, device, sequence); what cannot be judged yet fails, and so stays where it waits; what is genuine but useless is done with.
 */
final class Inbox implements Inbound {
    /** Envelopes that are being judged at a time. */
    static final int UNDER_WAY_MAX = 512;

    private final Core core;
    private final Roster roster;
    private final Envelopes envelopes;
    private final Handshakes handshakes;
    private final Conversations conversations;
    private final Outbox outbox;
    private final Receipts receipts;
    private final Parking parking;
    private Consumer<Correspondent> requested = c -> { };
    private Consumer<Receipts.Delivered> foreign = receipt -> { };
    private Consumer<Sibling> met = sibling -> { };
    private int underWay;

    Inbox(Core core, Roster roster, Envelopes envelopes, Handshakes handshakes, Conversations conversations, Outbox outbox) {
        this.core = core;
        this.roster = roster;
        this.envelopes = envelopes;
        this.handshakes = handshakes;
        this.conversations = conversations;
        this.outbox = outbox;
        this.receipts = new Receipts(core, envelopes, outbox);
        this.parking = new Parking(core);
    }

    /** Who gets to know the account's other devices. */
    void onSibling(Consumer<Sibling> listener) {
        met = listener;
    }

    /** Who hears of a receipt for what this device has not sent. */
    void onForeignReceipt(Consumer<Receipts.Delivered> listener) {
        foreign = listener;
    }

    /** Who hears of each stranger's request once it is on disk. */
    void onRequest(Consumer<Correspondent> listener) {
        requested = listener;
    }

    @Override
    public CompletionStage<Void> accept(Envelope envelope) {
        Optional<KeySpace> keySpace = core.network().keySpace();
        if (keySpace.isEmpty() || underWay >= UNDER_WAY_MAX) {
            return notNow("busy");
        }
        if (core.defends(Defence.RECIPIENT) && !Arrays.equals(envelope.to(), core.uid().unsafeArray())) {
            return notNow("for_somebody_else");
        }
        if (core.now() > envelope.timestampMillis() + envelope.ttlSeconds() * 1_000 + MessagingSettings.EXPIRED_GRACE_MILLIS) {
            return notNow("expired_on_arrival");
        }
        underWay++;
        CompletionStage<Outcome> judged = Stages.call(() -> envelope.kind() == Envelope.Kind.HANDSHAKE
                ? handshake(envelope, keySpace.get()).thenApply(x -> Outcome.DONE)
                : fromContact(envelope));
        return judged.whenComplete((outcome, failure) -> underWay--).thenCompose(outcome -> outcome == Outcome.DONE
                ? Stages.done()
                : roster.byUid(envelope.from()).map(c -> park(c, envelope, outcome == Outcome.NO_SESSION))
                        .orElseGet(() -> notNow("from_a_stranger")));
    }

    private CompletionStage<Void> park(Correspondent c, Envelope envelope, boolean genuine) {
        return parking.full(c, genuine) ? notNow("before_their_handshake") : parking.park(c, envelope, genuine);
    }

    @Override
    public void sibling(Sibling sibling) {
        met.accept(sibling);
    }

    @Override
    public void retry(Optional<Key> to) {
        if (to.isEmpty()) {
            outbox.retry(Optional.empty());
        } else {
            roster.byUid(to.get().unsafeArray()).ifPresent(c -> outbox.retry(Optional.of(c)));
        }
    }

    /** It stays where it waits: it may become acceptable, and if not it expires there. */
    private <T> CompletionStage<T> notNow(String why) {
        core.counts.add("not_taken_" + why);
        return Stages.failed(new MessagingException("not taken: " + why.replace('_', ' ')));
    }

    /** Genuine, and useless for good: acknowledged, and nothing else. */
    private CompletionStage<Void> useless(String why) {
        core.counts.add("refused_" + why);
        return Stages.done();
    }

    private static BBytes seenKey(Correspondent c, Envelope envelope) {
        return SeenRecord.keyOf(c.fingerprint, BBytes.of(envelope.device()), envelope.sequence());
    }

    private CompletionStage<Boolean> seen(Correspondent c, Envelope envelope) {
        return core.ledger.get(SeenRecord.class, seenKey(c, envelope))
                .thenApply(found -> found.isPresent() && core.defends(Defence.SEEN));
    }

    private void see(Batch batch, Correspondent c, Envelope envelope) {
        batch.put(new SeenRecord(c.fingerprint, BBytes.of(envelope.device()), envelope.sequence(), Envelopes.id(envelope), core.now()));
    }

    // ---- handshakes

    private CompletionStage<Void> handshake(Envelope envelope, KeySpace keySpace) {
        return core.work(() -> judged(envelope, keySpace)).thenCompose(verdict -> {
            if (!verdict.genuine()) {
                return notNow("forged");
            }
            if (!verdict.refusal().isEmpty()) {
                return useless("handshakes");
            }
            Correspondent c = roster.obtain(BBytes.of(verdict.handshake().maker()));
            return c.lane.run(() -> take(c, envelope, verdict.handshake()))
                    .whenComplete((nothing, failure) -> core.environment.loop().execute(() -> roster.tidy(c)));
        });
    }

    /** On a worker. */
    private Verdict judged(Envelope envelope, KeySpace keySpace) {
        Handshake h;
        try {
            h = new Handshake(Bencode.decodeDict(envelope.content(), Handshakes.CONTENT_BYTES_MAX));
        } catch (BencodeException e) {
            return new Verdict(false, null, e.getMessage());
        }
        Optional<String> forged = core.verifier.envelope(envelope, h.credentials(), keySpace);
        if (forged.isPresent()) {
            return new Verdict(false, h, forged.get());
        }
        if (core.defends(Defence.READER) && !Arrays.equals(h.reader(), core.account.fingerprint())) {
            return new Verdict(true, h, "the handshake is for another reader");
        }
        if (!Arrays.equals(h.dict().requireBytes("from"), envelope.from())) {
            return new Verdict(true, h, "the handshake is from another UID than its envelope");
        }
        return new Verdict(true, h, core.verifier.handshake(h).orElse(""));
    }

    /** @param genuine whether the device that the envelope names signed it */
    private record Verdict(boolean genuine, Handshake handshake, String refusal) {
    }

    private CompletionStage<Void> take(Correspondent c, Envelope envelope, Handshake h) {
        boolean stranger = c.record().isEmpty();
        if (stranger && roster.requests() >= core.settings.requestsMax()) {
            return notNow("too_many_requests");
        }
        if (outdated(c, h)) {
            return useless("older_device_list");
        }
        return seen(c, envelope).thenCompose(already -> {
            if (already) {
                return Stages.done();
            }
            Batch batch = new Batch();
            see(batch, c, envelope);
            BBytes id = BBytes.wrap(Signed.id(h.dict()));
            if (c.handshake(false, id.unsafeArray()).filter(HandshakeRecord::answered).isPresent() || c.dead().containsKey(id)) {
                // another of our devices has taken it, or has told them that it cannot be used
                return core.ledger.commit(batch);
            }
            learn(batch, c, h);
            return c.accepted() || !core.defends(Defence.ACCEPTANCE) ? answer(batch, c, envelope, h) : keepRequest(batch, c, h);
        });
    }

    /** Its device list is older than one that does not allow its device any more. */
    private boolean outdated(Correspondent c, Handshake h) {
        long shown = h.credentials().devices().number();
        byte[] device = Devices.id(h.credentials().certificate()).unsafeArray();
        return core.defends(Defence.DEVICE_LIST)
                && c.devices().filter(known -> known.list().number() > shown && !known.list().allows(device)).isPresent();
    }

    /** What a verified handshake says about its maker. */
    private void learn(Batch batch, Correspondent c, Handshake h) {
        ContactRecord r = c.recordOrNew(core.now());
        Credentials shown = h.credentials();
        ContactRecord known = new ContactRecord(r.fingerprint(), r.name(), r.link(), shown.accountKey(),
                Devices.joined(c.devices(), Devices.shownBy(shown), core.defends(Defence.DEVICE_LIST)).bytes(),
                Bencode.encode(h.permit().dict()), r.accepted(), r.metaMillis(), r.addedMillis());
        batch.put(known).then(() -> {
            c.record(known);
            roster.index(c);
        });
    }

    /** A stranger's, or somebody's whom the user has not accepted: the newest is kept, and not answered. */
    private CompletionStage<Void> keepRequest(Batch batch, Correspondent c, Handshake h) {
        List.copyOf(c.handshakes(false)).forEach(old -> batch.remove(old.getClass(), old.key()).then(() -> c.remove(old)));
        handshakes.keepTheirs(batch, c, h, BBytes.wrap(Signed.id(h.dict())), 0, false);
        core.counts.add("requests");
        return core.ledger.commit(batch).thenRun(() -> requested.accept(c));
    }

    private CompletionStage<Void> answer(Batch batch, Correspondent c, Envelope envelope, Handshake h) {
        Key from = Key.of(envelope.from());
        return handshakes.take(batch, c, from, h, handshakes.alone(envelope.timestampMillis()))
                .thenCompose(session -> session.isEmpty()
                        ? Stages.done()
                        : receipts.add(batch, c, envelope, session.get(), from))
                .thenCompose(x -> core.ledger.commit(batch))
                .handle((nothing, failure) -> {
                    Throwable cause = failure == null ? null : Failures.cause(failure);
                    if (cause instanceof Handshakes.ForAnotherDevice) {
                        handshakes.leave(batch, c, h);
                        return core.ledger.commit(batch);
                    }
                    return cause instanceof SessionException ? this.<Void>useless("handshakes")
                            : cause == null ? Stages.done() : Stages.<Void>failed(cause);
                })
                .thenCompose(stage -> stage)
                .thenRun(() -> sessionChanged(c));
    }

    /** The user has accepted somebody whose handshake is here. In the contact's lane. */
    CompletionStage<Void> answerRequest(Correspondent c) {
        Optional<Handshake> waiting = c.newest(false).filter(h -> !h.answered()).map(Handshakes::parse);
        if (waiting.isEmpty()) {
            return Stages.done();
        }
        Batch batch = new Batch();
        Key from = c.uid(core.keySpace()).orElseGet(() -> Key.of(waiting.get().dict().requireBytes("from")));
        return handshakes.take(batch, c, from, waiting.get(),
                        handshakes.alone(c.newest(false).orElseThrow().atMillis()))
                .thenCompose(session -> core.ledger.commit(batch))
                .thenRun(() -> {
                    c.left = Optional.empty();
                    sessionChanged(c);
                })
                .whenComplete((nothing, failure) -> {
                    if (failure != null && Failures.cause(failure) instanceof Handshakes.ForAnotherDevice) {
                        c.left = Optional.of(BBytes.wrap(Signed.id(waiting.get().dict())));
                    }
                });
    }

    /** What waited for a session, or for a device of theirs to show itself, is looked at again. */
    void sessionChanged(Correspondent c) {
        parking.release(c, this::accept);
        outbox.kick(c);
    }

    // ---- messages and receipts

    private CompletionStage<Outcome> fromContact(Envelope envelope) {
        Optional<Correspondent> sender = roster.byUid(envelope.from());
        if (sender.isEmpty()) {
            return notNow("from_a_stranger");
        }
        Correspondent c = sender.get();
        return c.lane.run(() -> judge(c, envelope));
    }

    private enum Outcome {
        DONE,
        /** Genuine, under a session that their handshake, still on its way, will make. */
        NO_SESSION,
        /** By a device whose handshake, still on its way, will show its certificate: perhaps. */
        NO_CERTIFICATE
    }

    private CompletionStage<Outcome> judge(Correspondent c, Envelope envelope) {
        if (!c.accepted()) {
            return notNow("from_a_stranger");
        }
        Optional<Devices> devices = c.devices();
        if (devices.isEmpty()) {
            return notNow("before_their_handshake");
        }
        if (core.defends(Defence.DEVICE_LIST) && devices.get().list().revoked().contains(BBytes.of(envelope.device()))) {
            return notNow("by_a_revoked_device");
        }
        Optional<DeviceCertificate> certificate = devices.get().certificate(envelope.device());
        if (certificate.isEmpty()) {
            return Stages.done(Outcome.NO_CERTIFICATE);
        }
        byte[] deviceKey = certificate.get().deviceKey();
        return core.work(() -> core.verifier.envelope(envelope, deviceKey)).thenCompose(wrong -> {
            if (wrong.isPresent()) {
                return notNow("forged");
            }
            return seen(c, envelope).thenCompose(already -> already ? again(c, envelope) : fresh(c, envelope));
        });
    }

    /** It came once more, so its sender may have missed our receipt. */
    private CompletionStage<Outcome> again(Correspondent c, Envelope envelope) {
        core.counts.add("repeated");
        if (envelope.kind() != Envelope.Kind.MESSAGE || receipts.madeLately(envelope)) {
            return Stages.done(Outcome.DONE);
        }
        Batch batch = new Batch();
        return receipts.addIfWanted(batch, c, envelope).thenCompose(x -> core.ledger.commit(batch)).thenApply(x -> Outcome.DONE);
    }

    private CompletionStage<Outcome> fresh(Correspondent c, Envelope envelope) {
        byte[] sid = envelope.sessionId().orElseThrow();
        Optional<SessionRecord> known = c.session(sid);
        CompletionStage<Optional<SessionRecord>> session =
                known.isPresent() ? Stages.done(known) : handshakes.resolve(c, sid);
        return session.thenCompose(found -> {
            if (found.isEmpty()) {
                return Stages.done(Outcome.NO_SESSION);
            }
            return core.work(() -> opened(found.get(), envelope)).thenCompose(content -> {
                if (content.isEmpty()) {
                    return useless("unreadable");
                }
                return envelope.kind() == Envelope.Kind.MESSAGE
                        ? message(c, envelope, content.get())
                        : delivered(c, envelope, content.get());
            }).thenApply(x -> Outcome.DONE);
        });
    }

    /** On a worker. Empty if it was not sealed in this session. */
    private Optional<BDict> opened(SessionRecord session, Envelope envelope) {
        try {
            return Optional.of(envelopes.open(session, envelope));
        } catch (SessionException | BencodeException e) {
            return Optional.empty();
        }
    }

    private CompletionStage<Void> message(Correspondent c, Envelope envelope, BDict content) {
        String mimeType;
        byte[] data;
        try {
            mimeType = content.requireText("mime_type");
            data = content.requireBytesUpTo("data", Messenger.DATA_BYTES_MAX);
        } catch (BencodeException e) {
            return useless("content");
        }
        if (Conversations.wrongMimeType(mimeType).isPresent()) {
            return useless("content");
        }
        Batch batch = new Batch();
        see(batch, c, envelope);
        conversations.put(batch, c, new MessageRecord(c.fingerprint, c.takeNumber(batch), false, BBytes.of(envelope.device()),
                envelope.sequence(), mimeType, data, envelope.timestampMillis(), core.now(), State.RECEIVED, ""));
        core.counts.add("messages");
        return receipts.addIfWanted(batch, c, envelope).thenCompose(x -> core.ledger.commit(batch));
    }

    /** A delivered receipt: in their own words, sealed, that our envelope is on their disk. It is never answered. */
    private CompletionStage<Void> delivered(Correspondent c, Envelope envelope, BDict content) {
        byte[] id;
        byte[] sig;
        try {
            id = content.requireBytes("id", 32);
            sig = content.requireBytes("sig", 64);
        } catch (BencodeException e) {
            return useless("content");
        }
        Batch batch = new Batch();
        see(batch, c, envelope);
        return outbox.delivered(batch, c, id, sig).thenCompose(ours -> {
            core.counts.add(ours ? "delivered" : "receipts_for_nothing");
            if (!ours) {
                foreign.accept(new Receipts.Delivered(c.fingerprint, BBytes.wrap(id), BBytes.wrap(sig)));
            }
            return core.ledger.commit(batch);
        });
    }
}
