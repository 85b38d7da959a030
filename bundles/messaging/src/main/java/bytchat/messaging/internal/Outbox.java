package bytchat.messaging.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Key;
import bytchat.api.mailbox.Envelope;
import bytchat.api.mailbox.Permit;
import bytchat.api.messaging.MessagingException;
import bytchat.api.plane.DeliveryPlane.Attachment;
import bytchat.api.plane.Dispatch;
import bytchat.api.rpc.RpcException;
import bytchat.api.store.ChatRecord.MessageRecord;
import bytchat.api.store.ChatRecord.OutboundRecord;
import bytchat.api.store.ChatRecord.SessionRecord;
import bytchat.api.store.ChatRecord.State;
import bytchat.api.store.ChatStore;
import bytchat.wire.Bencode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What is on its way: sealed once, then sent again and again with the same bytes until it is delivered or has expired.
 *
 * <p>Threat: somebody makes a sender believe that a message arrived. Answer: a message leaves the outbox as delivered only by a receipt
 * that the contact's device signed and sealed in a session with us, and that repeats this envelope's id and signature.
 */
final class Outbox {
    /** Something that waits for an event (a session, a plane) is looked at this often all the same. */
    private static final Duration IDLE = Duration.ofHours(1);
    private static final BBytes NONE = BBytes.of(new byte[0]);
    static final String NO_SESSION = "their handshake has not come yet";

    private final Core core;
    private final Envelopes envelopes;
    private final Conversations conversations;
    private final Consumer<Correspondent> handshakeDue;
    private final TreeSet<Outgoing> queue = new TreeSet<>(Comparator.<Outgoing>comparingLong(o -> o.dueNanos)
            .thenComparing(o -> o.to.fingerprint).thenComparingLong(o -> o.sequence));
    private Optional<Attachment> attachment = Optional.empty();
    private Registration timer = () -> { };
    private final Set<Outgoing> inFlight = new HashSet<>();
    private volatile int size;
    private boolean closed;

    /** @param handshakeDue called when a session is wanted, missing or worn; it looks for itself */
    Outbox(Core core, Envelopes envelopes, Conversations conversations, Consumer<Correspondent> handshakeDue) {
        this.core = core;
        this.envelopes = envelopes;
        this.conversations = conversations;
        this.handshakeDue = handshakeDue;
    }

    /** Where envelopes go now; empty while there is no plane. */
    void attachment(Optional<Attachment> changed) {
        attachment = changed;
        if (changed.isPresent()) {
            retry(Optional.empty());
        }
    }

    int size() {
        return size;
    }

    void close() {
        closed = true;
        timer.close();
    }

    /** @throws MessagingException if the outbox is full */
    void requireRoom() throws MessagingException {
        if (size >= core.settings.outgoingMax()) {
            throw new MessagingException("The outbox is full: " + size + " envelopes are on their way. Try again when some have arrived.");
        }
    }

    /** Takes what is on disk since just now, or was when we started. */
    void add(Outgoing outgoing) {
        Outgoing earlier = outgoing.to.outgoing().get(outgoing.sequence);
        if (earlier != null) {
            remove(earlier);
        }
        outgoing.to.outgoing().put(outgoing.sequence, outgoing);
        size++;
        requeue(outgoing, Duration.ZERO);
        pump();
    }

    private void remove(Outgoing outgoing) {
        if (!outgoing.gone) {
            outgoing.gone = true;
            outgoing.to.outgoing().remove(outgoing.sequence, outgoing);
            queue.remove(outgoing);
            size--;
        }
    }

    /** There is a new session with this contact: what waited for one is tried now. */
    void kick(Correspondent c) {
        c.outgoing().values().stream().filter(o -> !o.sealed()).toList().forEach(this::dueNow);
        pump();
    }

    /** A plane says that what waits is worth trying: all of it, or what waits for one contact. What all their devices have does not wait. */
    void retry(Optional<Correspondent> to) {
        Stream<Outgoing> some = to.map(c -> c.outgoing().values().stream()).orElseGet(() -> Stream.concat(queue.stream(), inFlight.stream()));
        some.filter(o -> !o.handed).toList().forEach(this::dueNow);
        pump();
    }

    private void dueNow(Outgoing outgoing) {
        outgoing.again = inFlight.contains(outgoing);
        if (queue.contains(outgoing)) {
            outgoing.attempts = 0;
            requeue(outgoing, Duration.ZERO);
        }
    }

    private void requeue(Outgoing outgoing, Duration delay) {
        queue.remove(outgoing);
        outgoing.dueNanos = core.nanos() + delay.toNanos();
        queue.add(outgoing);
    }

    private void pump() {
        timer.close();
        if (closed || attachment.isEmpty()) {
            return;
        }
        while (inFlight.size() < core.settings.sendsInFlightMax() && !queue.isEmpty() && queue.first().dueNanos <= core.nanos()) {
            begin(queue.pollFirst());
        }
        if (inFlight.size() < core.settings.sendsInFlightMax() && !queue.isEmpty()) {
            Duration delay = Duration.ofNanos(Math.max(0, queue.first().dueNanos - core.nanos()));
            timer = core.environment.loop().schedule(delay, this::pump);
        }
    }

    private void begin(Outgoing o) {
        inFlight.add(o);
        o.again = false;
        Stages.call(() -> attempt(o)).whenComplete((delay, failure) -> {
            inFlight.remove(o);
            if (failure != null) {
                o.reason = Stages.sentence(failure);
            }
            if (!o.gone) {
                Duration wait = failure == null ? delay : backOff(o, core.settings.retryMin(), core.settings.retryMax());
                Duration soon = core.settings.retryMin();
                requeue(o, o.again && !o.handed && wait.compareTo(soon) > 0 ? soon : wait);
            }
            core.environment.loop().execute(this::pump);
        });
    }

    /** One attempt; completes with how long to wait for the next. */
    private CompletionStage<Duration> attempt(Outgoing o) {
        if (core.now() >= o.untilMillis) {
            return o.to.lane.run(() -> expire(o));
        }
        CompletionStage<Optional<OutboundRecord>> ready = o.sealed()
                ? core.ledger.get(OutboundRecord.class, OutboundRecord.keyOf(o.to.fingerprint, o.sequence))
                : o.to.lane.run(() -> seal(o));
        return ready.thenCompose(record -> {
            Optional<Attachment> by = attachment;
            if (o.gone || record.isEmpty() || record.get().envelope().length == 0 || by.isEmpty()) {
                return Stages.done(IDLE);
            }
            Envelope envelope = Envelopes.parse(record.get().envelope());
            return transmit(by.get(), envelope, o.to.permit()).thenCompose(dispatch -> o.to.lane.run(() -> settle(o, dispatch)));
        });
    }

    private CompletionStage<Dispatch> transmit(Attachment by, Envelope envelope, Optional<Permit> permit) {
        CompletableFuture<Dispatch> answer = by.send(envelope, permit).toCompletableFuture().copy();
        Registration watchdog = core.environment.loop().schedule(MessagingSettings.ANSWER_TIMEOUT,
                () -> answer.complete(new Dispatch.Waiting(0, 0, "the delivery plane did not answer")));
        answer.whenComplete((dispatch, failure) -> watchdog.close());
        return answer;
    }

    /** Seals a message with the newest session, on disk before it is first sent. Empty while there is none. */
    private CompletionStage<Optional<OutboundRecord>> seal(Outgoing o) {
        Optional<SessionRecord> session = o.to.sending();
        Optional<Key> to = o.to.uid(core.keySpace());
        handshakeDue.accept(o.to);
        if (session.isEmpty() || to.isEmpty() || o.gone) {
            o.reason = o.to.reason.isEmpty() ? NO_SESSION : o.to.reason;
            return Stages.done(Optional.empty());
        }
        return core.ledger.get(MessageRecord.class, MessageRecord.keyOf(o.to.fingerprint, o.number)).thenCompose(message -> {
            if (message.isEmpty()) {
                return drop(o);
            }
            return core.work(() -> envelopes.sealed(o.kind, to.get(), o.sequence, session.get(), Conversations.content(message.get())))
                    .thenCompose(envelope -> commitSealed(o, session.get(), envelope));
        });
    }

    private CompletionStage<Optional<OutboundRecord>> commitSealed(Outgoing o, SessionRecord session, Envelope envelope) {
        long until = envelope.timestampMillis() + MessagingSettings.TTL_MILLIS;
        BBytes id = Envelopes.id(envelope);
        OutboundRecord record = new OutboundRecord(
                o.to.fingerprint, o.sequence, o.number, id, Bencode.encode(envelope.dict()), until, 0);
        SessionRecord used = used(o.to, session);
        Batch batch = new Batch().put(record).put(used).then(() -> {
            o.to.add(used);
            o.envelopeId = id;
            o.sessionId = session.id();
            o.from = BBytes.of(envelope.from());
            o.untilMillis = until;
            o.handed = false;
        });
        return core.ledger.commit(batch).thenApply(x -> Optional.of(record));
    }

    /** The session, having sealed one message more. */
    static SessionRecord used(Correspondent c, SessionRecord session) {
        SessionRecord now = c.session(session.id().unsafeArray()).orElse(session);
        return new SessionRecord(now.contact(), now.suite(), now.id(), now.root(), now.atMillis(), now.sent() + 1, now.sending());
    }

    /** The message it carried is not there any more. */
    private CompletionStage<Optional<OutboundRecord>> drop(Outgoing o) {
        return core.ledger.commit(new Batch()
                        .remove(OutboundRecord.class, OutboundRecord.keyOf(o.to.fingerprint, o.sequence)).then(() -> remove(o)))
                .thenApply(x -> Optional.empty());
    }

    private CompletionStage<Duration> settle(Outgoing o, Dispatch dispatch) {
        if (o.gone) {
            return Stages.done(IDLE);
        }
        if (!o.sealed()) {
            return Stages.done(Duration.ZERO);
        }
        o.handed = dispatch instanceof Dispatch.Handed handed && handed.devices() >= handed.known();
        if (dispatch instanceof Dispatch.Stored stored) {
            return settleTaken(o, "stored at " + stored.stored() + " of " + stored.holders());
        }
        if (dispatch instanceof Dispatch.Handed handed) {
            return settleTaken(o, "on " + handed.devices() + " of " + handed.known() + (handed.known() == 1 ? " device" : " devices"));
        }
        Duration wait = backOff(o, core.settings.retryMin(), core.settings.retryMax());
        if (dispatch instanceof Dispatch.Waiting waiting) {
            o.reason = waiting.reason();
            return Stages.done(wait);
        }
        Dispatch.Refused refused = (Dispatch.Refused) dispatch;
        o.reason = "refused with " + refused.code() + ": " + refused.reason();
        core.counts.add("refused_" + refused.code());
        if (refused.code() == RpcException.REFUSED) {
            handshakeDue.accept(o.to);
        }
        return Stages.done(refused.retryAfter().compareTo(wait) > 0 ? refused.retryAfter() : wait);
    }

    /**
     * A receipt is done with: it is never answered, and one of their devices tells the others. The rest is sent again, ever more rarely, until
     * they say that they have it.
     */
    private CompletionStage<Duration> settleTaken(Outgoing o, String words) {
        o.reason = words;
        Duration wait = backOff(o, core.settings.restoreMin(), core.settings.restoreMax());
        Batch batch = new Batch();
        if (o.kind == Envelope.Kind.RECEIPT) {
            batch.remove(OutboundRecord.class, OutboundRecord.keyOf(o.to.fingerprint, o.sequence)).then(() -> remove(o));
        }
        CompletionStage<Void> described = o.number == Outgoing.NO_MESSAGE
                ? Stages.done()
                : conversations.update(batch, o, State.STORED, words);
        return described.thenCompose(x -> core.ledger.commit(batch)).thenApply(x -> wait);
    }

    private CompletionStage<Duration> expire(Outgoing o) {
        if (o.gone) {
            return Stages.done(IDLE);
        }
        core.counts.add("expired");
        return finish(o, State.EXPIRED, "not delivered within " + MessagingSettings.TTL_SECONDS / 86_400 + " days").thenApply(x -> {
            handshakeDue.accept(o.to);
            return IDLE;
        });
    }

    private CompletionStage<Void> finish(Outgoing o, State state, String words) {
        Batch batch = new Batch();
        return finish(batch, o, state, words).thenCompose(x -> core.ledger.commit(batch));
    }

    private CompletionStage<Void> finish(Batch batch, Outgoing o, State state, String words) {
        batch.remove(OutboundRecord.class, OutboundRecord.keyOf(o.to.fingerprint, o.sequence)).then(() -> remove(o));
        return o.number == Outgoing.NO_MESSAGE ? Stages.done() : conversations.update(batch, o, state, words);
    }

    /**
     * A contact says that an envelope of ours is on their disk: adds to the batch what follows. In the contact's lane.
     *
     * @return completes with whether it was one of ours to them, under this very signature
     */
    CompletionStage<Boolean> delivered(Batch batch, Correspondent by, byte[] envelopeId, byte[] sig) {
        BBytes id = BBytes.of(envelopeId);
        Optional<Outgoing> named = by.outgoing().values().stream().filter(o -> o.envelopeId.equals(id)).findFirst();
        if (named.isEmpty()) {
            return Stages.done(false);
        }
        Outgoing o = named.get();
        return core.ledger.get(OutboundRecord.class, OutboundRecord.keyOf(by.fingerprint, o.sequence)).thenCompose(record -> {
            boolean same = record.isPresent() && Arrays.equals(Envelopes.parse(record.get().envelope()).sig(), sig);
            if (!same && core.defends(Defence.RECEIPT_SIGNATURE)) {
                return Stages.done(false);
            }
            return finish(batch, o, State.DELIVERED, "").thenApply(x -> true);
        });
    }

    /** A handshake of ours is with them: theirs says so. In the contact's lane. */
    void answered(Batch batch, Correspondent by, BBytes handshakeId) {
        by.outgoing().values().stream().filter(o -> o.handshakeId.equals(handshakeId)).toList().forEach(o -> batch
                .remove(OutboundRecord.class, OutboundRecord.keyOf(by.fingerprint, o.sequence)).then(() -> remove(o)));
    }

    /**
     * A session has turned out to be of no use to them: what was sealed with it is to be sealed again. In the contact's lane. Committed
     * here, in pieces, since it may be more than one commit takes; whoever is cut off in between comes again and finds the rest.
     */
    CompletionStage<Void> unseal(Correspondent c, BBytes sessionId) {
        return unseal(c, o -> o.sessionId.equals(sessionId));
    }

    /** As many as there are of which that is true; it must not be of what is not sealed. In the contact's lane. */
    CompletionStage<Void> unseal(Correspondent c, Predicate<Outgoing> which) {
        List<Outgoing> some = c.outgoing().values().stream().filter(which).limit(ChatStore.CHANGES_MAX).toList();
        if (some.isEmpty()) {
            return Stages.done();
        }
        Batch batch = new Batch();
        for (Outgoing o : some) {
            if (o.kind == Envelope.Kind.MESSAGE) {
                batch.put(new OutboundRecord(c.fingerprint, o.sequence, o.number, NONE, new byte[0], o.untilMillis, 0)).then(() -> {
                    o.envelopeId = NONE;
                    o.sessionId = NONE;
                    o.handed = false;
                });
            } else {
                batch.remove(OutboundRecord.class, OutboundRecord.keyOf(c.fingerprint, o.sequence)).then(() -> remove(o));
            }
        }
        return core.ledger.commit(batch).thenCompose(x -> unseal(c, which));
    }

    /** Lets go what has expired although no plane is there to notice. */
    CompletionStage<Void> sweep(Correspondent c) {
        CompletionStage<Void> all = Stages.done();
        for (Outgoing o : c.outgoing().values().stream().filter(o -> core.now() >= o.untilMillis && !inFlight.contains(o)).toList()) {
            all = all.thenCompose(x -> c.lane.run(() -> expire(o))).thenAccept(x -> { });
        }
        return all;
    }

    /** Doubling, between half and one and a half of the nominal wait. */
    private Duration backOff(Outgoing o, Duration min, Duration max) {
        int doublings = Math.min(o.attempts++, 20);
        long nanos = Math.min(min.toNanos() << doublings, max.toNanos());
        return Duration.ofNanos((long) (nanos * (0.5 + core.environment.random().nextDouble())));
    }
}
