package bytchat.messaging.internal;

import bytchat.api.account.Account;
import bytchat.api.account.Prekeys;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BValue;
import bytchat.api.env.Failures;
import bytchat.api.keyspace.Key;
import bytchat.api.mailbox.Envelope;
import bytchat.api.mailbox.Permit;
import bytchat.api.session.Handshake;
import bytchat.api.session.SessionException;
import bytchat.api.session.SessionSuite;
import bytchat.api.store.ChatRecord.HandshakeRecord;
import bytchat.api.store.ChatRecord.OutboundRecord;
import bytchat.api.store.ChatRecord.SessionRecord;
import bytchat.wire.Bencode;
import bytchat.wire.crypto.Digests;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.Tag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * How a contact and we come to have sessions (protocol, section 9).
 *
 * <p>A handshake is an offer, or the answer to one. An offer is answered unless one of ours is under way, which then is its counterpart; an
 * answer never is. At most one of ours is unanswered. Envelopes come late, twice, in any order, or after we have started anew, so the two
 * sides may pair different ones: therefore the last few of both sides are kept until nothing sealed with them can be under way, and a
 * message under a session that we do not have makes us try every pair of them. Whatever pair the other side has chosen, it is one of these.
 *
 * <p>Everything here runs in the contact's lane, except where it says otherwise.
 */
final class Handshakes {
    static final int CONTENT_BYTES_MAX = Envelope.CONTENT_BYTES_MAX;

    private final Core core;
    private final Envelopes envelopes;
    private final Outbox outbox;

    Handshakes(Core core, Envelopes envelopes, Outbox outbox) {
        this.core = core;
        this.envelopes = envelopes;
        this.outbox = outbox;
    }

    /** Whether we should shake hands: there is no session to send on, it is worn, or their permit ends; and none is under way. */
    boolean due(Correspondent c) {
        if (!c.accepted() || c.handshakeUnderWay()) {
            return false;
        }
        long now = core.now();
        boolean worn = c.sending().map(s -> now - s.atMillis() > MessagingSettings.SESSION_MILLIS_MAX
                || s.sent() >= MessagingSettings.SESSION_MESSAGES_MAX).orElse(true);
        boolean rested = c.sending().map(s -> now - s.atMillis() > MessagingSettings.PERMIT_RENEW_PAUSE_MILLIS).orElse(true);
        return worn || rested && c.permit().map(p -> p.expiresMillis() < now + MessagingSettings.PERMIT_RENEW_MILLIS).orElse(true);
    }

    static Handshake parse(HandshakeRecord record) {
        return new Handshake(Bencode.decodeDict(record.bytes(), CONTENT_BYTES_MAX));
    }

    /** Asks for a session, answering prekeys that their meta showed. */
    CompletionStage<Void> offer(Correspondent c, Key to, Prekeys theirs, List<BValue> theirSuites) {
        if (!due(c)) {
            return Stages.done();
        }
        Batch batch = new Batch();
        return make(c, theirs, theirSuites, Optional.empty(), Optional.empty())
                .thenCompose(mine -> send(batch, c, to, mine))
                .thenCompose(x -> core.ledger.commit(batch));
    }

    /**
     * Takes a verified handshake of an accepted contact: adds to the batch what makes it a session.
     *
     * @return completes with the session to send on, empty if this handshake made none
     */
    CompletionStage<Optional<SessionRecord>> take(Batch batch, Correspondent c, Key from, Handshake h) {
        BBytes id = BBytes.wrap(Signed.id(h.dict()));
        h.answers().or(h::unknown).ifPresent(ours -> outbox.answered(batch, c, BBytes.of(ours)));
        return dropUnknown(batch, c, h).thenCompose(dead -> counterpart(c, h, id, dead).thenCompose(counterpart -> {
            if (counterpart.isEmpty()) {
                return startAnew(batch, c, from, h, id);
            }
            return pair(batch, c, from, h, id, counterpart.get());
        }));
    }

    private CompletionStage<Optional<SessionRecord>> pair(
            Batch batch, Correspondent c, Key from, Handshake h, BBytes id, HandshakeRecord mine) {
        return agree(mine, h).handle((session, failure) -> {
            if (failure == null) {
                return paired(batch, c, from, h, id, mine, session);
            }
            Throwable cause = Failures.cause(failure);
            if (cause instanceof Account.UnknownPrekeyException) {
                core.counts.add("handshakes_to_unknown_prekeys");
                return startAnew(batch, c, from, h, id);
            }
            return Stages.<Optional<SessionRecord>>failed(cause);
        }).thenCompose(stage -> stage);
    }

    private CompletionStage<Optional<SessionRecord>> paired(
            Batch batch, Correspondent c, Key from, Handshake h, BBytes id, HandshakeRecord mine, SessionSuite.Session session) {
        SessionRecord record = new SessionRecord(
                c.fingerprint, session.suite(), BBytes.of(session.id()), session.root(), c.later(core.now()), 0, true);
        batch.put(record).then(() -> c.add(record));
        keepTheirs(batch, c, h, id, session.suite(), true);
        boolean fresh = c.handshake(true, mine.id().unsafeArray()).isEmpty();
        HandshakeRecord answered = new HandshakeRecord(
                c.fingerprint, true, mine.id(), mine.suite(), mine.bytes(), mine.secret(), mine.atMillis(), true);
        if (fresh) {
            return send(batch, c, from, answered).thenApply(x -> Optional.of(record));
        }
        batch.put(answered).then(() -> c.add(answered));
        return Stages.done(Optional.of(record));
    }

    /**
     * They used prekeys of ours, or answered a handshake of ours, that is gone: they have to begin again, and to seal again what they have
     * sealed meanwhile.
     */
    private CompletionStage<Optional<SessionRecord>> startAnew(Batch batch, Correspondent c, Key from, Handshake h, BBytes id) {
        return make(c, h.prekeys(), h.dict().requireList("suites"), Optional.empty(), Optional.of(id))
                .thenCompose(mine -> send(batch, c, from, mine))
                .thenApply(x -> Optional.empty());
    }

    /** One of ours that they could not use is worth nothing, nor is any session with it: what was sealed so is sealed again. */
    private CompletionStage<Optional<HandshakeRecord>> dropUnknown(Batch batch, Correspondent c, Handshake h) {
        Optional<HandshakeRecord> dead = h.unknown().flatMap(id -> c.handshake(true, id));
        if (dead.isEmpty()) {
            return Stages.done(dead);
        }
        batch.remove(HandshakeRecord.class, dead.get().key()).then(() -> c.remove(dead.get()));
        CompletionStage<Void> all = Stages.done();
        for (HandshakeRecord theirs : List.copyOf(c.handshakes(false))) {
            all = all.thenCompose(x -> agreed(dead.get(), theirs))
                    .thenCompose(session -> session.flatMap(s -> c.session(s.id())).map(s -> {
                        batch.remove(SessionRecord.class, s.key()).then(() -> c.remove(s));
                        return outbox.unseal(c, s.id());
                    }).orElseGet(Stages::done));
        }
        return all.thenApply(x -> dead);
    }

    /**
     * The session of two kept handshakes; empty if these two make none. Fails if that cannot be said now: the workers are busy, or a suite
     * is being replaced.
     */
    private CompletionStage<Optional<SessionSuite.Session>> agreed(HandshakeRecord mine, HandshakeRecord theirs) {
        return agree(mine, parse(theirs)).handle((session, failure) -> {
            if (failure == null) {
                return Stages.done(Optional.of(session));
            }
            Throwable cause = Failures.cause(failure);
            return cause instanceof SessionException || cause instanceof Account.UnknownPrekeyException
                    ? Stages.done(Optional.<SessionSuite.Session>empty())
                    : Stages.<Optional<SessionSuite.Session>>failed(cause);
        }).thenCompose(stage -> stage);
    }

    /** The one of ours that belongs to theirs; empty if theirs answers one that is gone. */
    private CompletionStage<Optional<HandshakeRecord>> counterpart(
            Correspondent c, Handshake h, BBytes id, Optional<HandshakeRecord> dead) {
        if (h.answers().isPresent()) {
            return Stages.done(c.handshake(true, h.answers().get()));
        }
        Optional<HandshakeRecord> unanswered = c.newest(true)
                .filter(mine -> !mine.answered())
                .filter(mine -> dead.isEmpty() || !mine.id().equals(dead.get().id()));
        if (unanswered.isPresent()) {
            return Stages.done(unanswered);
        }
        return make(c, h.prekeys(), h.dict().requireList("suites"), Optional.of(id), Optional.empty()).thenApply(Optional::of);
    }

    private CompletionStage<SessionSuite.Session> agree(HandshakeRecord mine, Handshake theirs) {
        Optional<SessionSuite> suite = core.suites.suite(mine.suite());
        return suite.isEmpty()
                ? Stages.failed(new IllegalStateException("session suite " + mine.suite() + " is not installed"))
                : suite.get().agree(core.account, parse(mine), mine.secret(), theirs);
    }

    /** A handshake of ours, not yet on disk. */
    private CompletionStage<HandshakeRecord> make(
            Correspondent c, Prekeys theirs, List<BValue> theirSuites, Optional<BBytes> answers, Optional<BBytes> unknown) {
        Optional<SessionSuite> suite = core.suites.highestCommon(theirSuites);
        if (core.suites.none()) {
            // one is being replaced: what asks for it must not be done with
            return Stages.failed(new IllegalStateException("no session suite is installed"));
        }
        if (suite.isEmpty()) {
            return Stages.failed(new SessionException("there is no session suite that both sides have"));
        }
        return suite.get().offer(theirs).thenApply(offer -> {
            Handshake h = sign(c, theirs, offer, answers, unknown);
            return new HandshakeRecord(c.fingerprint, true, BBytes.wrap(Signed.id(h.dict())), suite.get().number(),
                    Bencode.encode(h.dict()), offer.secret(), c.later(core.now()), false);
        });
    }

    private Handshake sign(Correspondent c, Prekeys theirs, SessionSuite.Offer offer, Optional<BBytes> answers, Optional<BBytes> unknown) {
        Account account = core.account;
        BDict.Builder unsigned = account.credentials().dict().with()
                .put("a", core.fingerprint)
                .put("b", c.fingerprint)
                .put("from", core.uid().unsafeArray())
                .put("pre", Digests.sha512_256(Bencode.encode(theirs.dict())))
                .put("e", offer.ephemeral())
                .put("ct", offer.ciphertext())
                .put("prekeys", account.prekeys().dict())
                .put("suites", core.suites.numbers())
                .put("permit", permit(c).dict());
        answers.ifPresent(id -> unsigned.put("re", id));
        unknown.ifPresent(id -> unsigned.put("unknown", id));
        BDict dict = unsigned.build();
        return new Handshake(Signed.with(dict, account.signAsDevice(Signed.message(Tag.HANDSHAKE, dict))));
    }

    private Permit permit(Correspondent c) {
        Account account = core.account;
        BDict unsigned = BDict.builder()
                .put("cert", account.credentials().certificate().dict())
                .put("exp", core.now() + Duration.ofDays(Permit.DAYS).toMillis())
                .put("for", c.fingerprint)
                .put("key", account.publicKey())
                .put("to", core.uid().unsafeArray())
                .build();
        return new Permit(Signed.with(unsigned, account.signAsDevice(Signed.message(Tag.PERMIT, unsigned))));
    }

    /** Ours, on its way: kept, and in the outbox. Older ones that are too many go. */
    private CompletionStage<Void> send(Batch batch, Correspondent c, Key to, HandshakeRecord mine) {
        long sequence = c.takeSequence(batch);
        return core.work(() -> envelopes.handshake(to, sequence, parse(mine))).thenAccept(envelope -> {
            long until = envelope.timestampMillis() + MessagingSettings.TTL_MILLIS;
            BBytes id = Envelopes.id(envelope);
            batch.put(mine).then(() -> c.add(mine));
            OutboundRecord record = new OutboundRecord(
                    c.fingerprint, sequence, Outgoing.NO_MESSAGE, id, Bencode.encode(envelope.dict()), until, 0);
            batch.put(record).then(() -> outbox.add(Outgoing.of(c, record)));
            evict(batch, c, true, 1);
        });
    }

    void keepTheirs(Batch batch, Correspondent c, Handshake h, BBytes id, int suite, boolean answered) {
        HandshakeRecord record = new HandshakeRecord(
                c.fingerprint, false, id, suite, Bencode.encode(h.dict()), new byte[0], c.later(core.now()), answered);
        batch.put(record).then(() -> c.add(record));
        evict(batch, c, false, 1);
    }

    /** Makes room for so many. */
    private static void evict(Batch batch, Correspondent c, boolean ours, int adding) {
        List<HandshakeRecord> all = c.handshakes(ours);
        int surplus = all.size() + adding - MessagingSettings.HANDSHAKES_MAX;
        for (HandshakeRecord old : List.copyOf(all.subList(0, Math.max(0, Math.min(surplus, all.size()))))) {
            batch.remove(HandshakeRecord.class, old.key()).then(() -> c.remove(old));
        }
    }

    /**
     * A message came under a session that we do not have: makes every pair of kept handshakes one that opens messages, once until a
     * handshake comes or goes.
     *
     * @return completes with the session of that id, empty if it is none of these; fails if that cannot be said now
     */
    CompletionStage<Optional<SessionRecord>> resolve(Correspondent c, byte[] sessionId) {
        if (c.pairsTried) {
            return Stages.done(c.session(sessionId));
        }
        Batch batch = new Batch();
        CompletionStage<Void> all = Stages.done();
        for (HandshakeRecord mine : List.copyOf(c.handshakes(true))) {
            for (HandshakeRecord theirs : List.copyOf(c.handshakes(false))) {
                all = all.thenCompose(x -> agreed(mine, theirs)).thenAccept(session ->
                        session.filter(s -> c.session(s.id()).isEmpty()).ifPresent(s -> {
                            SessionRecord record = new SessionRecord(
                                    c.fingerprint, s.suite(), BBytes.of(s.id()), s.root(), core.now(), 0, false);
                            batch.put(record).then(() -> c.add(record));
                        }));
            }
        }
        return all.thenCompose(x -> core.ledger.commit(batch.then(() -> c.pairsTried = true)))
                .thenApply(x -> c.session(sessionId));
    }

    /** Removes what was superseded so long ago that nothing sealed with it can be under way. */
    CompletionStage<Void> prune(Correspondent c) {
        Batch batch = new Batch();
        long before = core.now() - MessagingSettings.RETAIN_MILLIS;
        for (boolean ours : new boolean[] {true, false}) {
            List<HandshakeRecord> all = c.handshakes(ours);
            for (int i = 0; i + 1 < all.size(); i++) {
                HandshakeRecord old = all.get(i);
                if (all.get(i + 1).atMillis() < before) {
                    batch.remove(HandshakeRecord.class, old.key()).then(() -> c.remove(old));
                }
            }
        }
        for (SessionRecord old : superseded(c, before)) {
            batch.remove(SessionRecord.class, old.key()).then(() -> c.remove(old));
        }
        return core.ledger.commit(batch);
    }

    private static List<SessionRecord> superseded(Correspondent c, long before) {
        List<SessionRecord> all = c.sessions();
        List<SessionRecord> old = new ArrayList<>();
        for (int i = 0; i + 1 < all.size(); i++) {
            boolean longAgo = all.subList(i + 1, all.size()).stream().anyMatch(s -> s.sending() && s.atMillis() < before);
            if (longAgo || all.size() - i > MessagingSettings.SESSIONS_MAX) {
                old.add(all.get(i));
            }
        }
        return old;
    }
}
