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
import java.util.Map;
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
    /** Remembrances of useless sessions that go with one commit. */
    private static final int DEAD_PRUNED_MAX = 64;

    private final Core core;
    private final Envelopes envelopes;
    private final Outbox outbox;

    Handshakes(Core core, Envelopes envelopes, Outbox outbox) {
        this.core = core;
        this.envelopes = envelopes;
        this.outbox = outbox;
    }

    /**
     * Whether we should shake hands: they do not know this device, there is no session to send on, it is worn, or their permit ends; and
     * none is under way, nor left to another of our devices.
     */
    boolean due(Correspondent c) {
        if (!c.accepted() || c.handshakeUnderWay() || leftToAnother(c)) {
            return false;
        }
        if (!c.introduced()) {
            return true;
        }
        long now = core.now();
        boolean worn = c.sending().map(s -> now - s.atMillis() > MessagingSettings.SESSION_MILLIS_MAX
                || s.sent() >= MessagingSettings.SESSION_MESSAGES_MAX).orElse(true);
        boolean rested = c.sending().map(s -> now - s.atMillis() > MessagingSettings.PERMIT_RENEW_PAUSE_MILLIS).orElse(true);
        return worn || rested && c.permit().map(p -> p.expiresMillis() < now + MessagingSettings.PERMIT_RENEW_MILLIS).orElse(true);
    }

    private boolean leftToAnother(Correspondent c) {
        return c.left.flatMap(id -> c.handshake(false, id.unsafeArray())).filter(h -> !h.answered() && !alone(h.atMillis())).isPresent();
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
     * @param alone whether, should only another of our devices be able to answer it, this one begins anew with them all the same
     * @return completes with the session to send on, empty if this handshake made none; fails with {@link ForAnotherDevice}, and the batch
     *         then holds nothing that depends on that
     */
    CompletionStage<Optional<SessionRecord>> take(Batch batch, Correspondent c, Key from, Handshake h, boolean alone) {
        BBytes id = BBytes.wrap(Signed.id(h.dict()));
        h.answers().or(h::unknown).ifPresent(ours -> outbox.answered(batch, c, BBytes.of(ours)));
        return dropUnknown(batch, c, h).thenCompose(dead -> counterpart(c, h, id, dead).thenCompose(counterpart -> {
            if (counterpart.isEmpty()) {
                return startAnew(batch, c, from, h, id, alone);
            }
            return pair(batch, c, from, h, id, counterpart.get(), alone);
        }));
    }

    /** Whether a handshake that came then is not left to others any longer. */
    boolean alone(long atMillis) {
        return !core.hasSiblings() || !core.defends(Defence.SIBLINGS_HANDSHAKE)
                || core.now() - atMillis > MessagingSettings.SIBLING_PATIENCE_MILLIS;
    }

    /** The prekeys, or our handshake, that a handshake answers are not here, but may be at another device of the account. */
    static final class ForAnotherDevice extends Exception {
        private static final long serialVersionUID = 1L;

        ForAnotherDevice() {
            super("their handshake is for another of your devices, which answers it when it is there", null, false, false);
        }
    }

    /** Keeps a handshake that another of our devices answers, so that this one can, should that never come. */
    void leave(Batch batch, Correspondent c, Handshake h) {
        BBytes id = BBytes.wrap(Signed.id(h.dict()));
        if (c.handshake(false, id.unsafeArray()).isEmpty()) {
            keepTheirs(batch, c, h, id, 0, false);
        }
        batch.then(() -> c.left = Optional.of(id));
        core.counts.add("left_to_another_device");
    }

    private CompletionStage<Optional<SessionRecord>> pair(
            Batch batch, Correspondent c, Key from, Handshake h, BBytes id, HandshakeRecord mine, boolean alone) {
        return agree(mine, h).handle((session, failure) -> {
            if (failure == null) {
                return paired(batch, c, from, h, id, mine, session);
            }
            Throwable cause = Failures.cause(failure);
            if (cause instanceof Account.UnknownPrekeyException) {
                core.counts.add("handshakes_to_unknown_prekeys");
                return startAnew(batch, c, from, h, id, alone);
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
    private CompletionStage<Optional<SessionRecord>> startAnew(
            Batch batch, Correspondent c, Key from, Handshake h, BBytes id, boolean alone) {
        if (!alone) {
            return Stages.failed(new ForAnotherDevice());
        }
        return make(c, h.prekeys(), h.dict().requireList("suites"), Optional.empty(), Optional.of(id))
                .thenCompose(mine -> send(batch, c, from, mine))
                .thenApply(x -> {
                    // another device of ours, of which we did not know, may have made a session with it
                    c.handshake(false, id.unsafeArray())
                            .ifPresent(left -> batch.remove(HandshakeRecord.class, left.key()).then(() -> c.remove(left)));
                    c.bury(batch, id, core.now());
                    return Optional.empty();
                });
    }

    /** One of ours that they could not use is worth nothing, nor is any session with it: what was sealed so is sealed again. */
    private CompletionStage<Optional<HandshakeRecord>> dropUnknown(Batch batch, Correspondent c, Handshake h) {
        Optional<HandshakeRecord> dead = h.unknown().flatMap(id -> c.handshake(true, id));
        return dead.isEmpty() ? Stages.done(dead) : bury(batch, c, dead.get()).thenApply(x -> dead);
    }

    /** A kept handshake, ours or theirs, has turned out to be of no use: neither is any session with it, at any device of ours. */
    CompletionStage<Void> bury(Batch batch, Correspondent c, HandshakeRecord dead) {
        batch.remove(HandshakeRecord.class, dead.key()).then(() -> c.remove(dead));
        c.bury(batch, dead.id(), core.now());
        CompletionStage<Void> all = Stages.done();
        for (HandshakeRecord other : List.copyOf(c.handshakes(!dead.mine()))) {
            all = all.thenCompose(x -> dead.mine() ? agreed(dead, other) : agreed(other, dead))
                    .thenCompose(session -> session.flatMap(s -> c.session(s.id())).map(s -> bury(batch, c, s)).orElseGet(Stages::done));
        }
        return all;
    }

    /** What was sealed with this session is sealed again. */
    CompletionStage<Void> bury(Batch batch, Correspondent c, SessionRecord dead) {
        batch.remove(SessionRecord.class, dead.key()).then(() -> c.remove(dead));
        c.bury(batch, dead.id(), core.now());
        return outbox.unseal(c, dead.id());
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
        c.introduced(batch, core.now());
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
    static void evict(Batch batch, Correspondent c, boolean ours, int adding) {
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
        return resolveAll(c).thenApply(x -> c.session(sessionId));
    }

    /** Makes every pair of kept handshakes a session, once until a handshake comes or goes. */
    CompletionStage<Void> resolveAll(Correspondent c) {
        if (c.pairsTried) {
            return Stages.done();
        }
        Batch batch = new Batch();
        CompletionStage<Void> all = Stages.done();
        for (HandshakeRecord mine : List.copyOf(c.handshakes(true))) {
            for (HandshakeRecord theirs : List.copyOf(c.handshakes(false))) {
                all = all.thenCompose(x -> agreed(mine, theirs)).thenAccept(session ->
                        session.filter(s -> lacks(c, BBytes.of(s.id()))).ifPresent(s -> {
                            SessionRecord record = new SessionRecord(
                                    c.fingerprint, s.suite(), BBytes.of(s.id()), s.root(), core.now(), 0, false);
                            batch.put(record).then(() -> c.add(record));
                        }));
            }
        }
        return all.thenCompose(x -> core.ledger.commit(batch.then(() -> c.pairsTried = true)));
    }

    private static boolean lacks(Correspondent c, BBytes session) {
        return c.session(session.unsafeArray()).isEmpty() && !c.dead().containsKey(session);
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
        c.dead().entrySet().stream().filter(e -> e.getValue() < before).map(Map.Entry::getKey).limit(DEAD_PRUNED_MAX).toList()
                .forEach(id -> c.forgetDead(batch, id));
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
