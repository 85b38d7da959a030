package bytchat.messaging.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Key;
import bytchat.api.mailbox.Envelope;
import bytchat.api.store.ChatRecord.OutboundRecord;
import bytchat.api.store.ChatRecord.SessionRecord;
import bytchat.wire.Bencode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Tells contacts that their envelopes are on our disk. In the contact's lane. */
final class Receipts {
    /** An envelope that comes once more within this time after its receipt was made gets no other one. */
    private static final Duration AGAIN = Duration.ofMinutes(10);
    private static final int REMEMBERED_MAX = 1_024;
    /** A contact to whom so many envelopes are under way is sent no receipts: theirs alone must not fill the outbox. */
    private static final int UNDER_WAY_MAX = 1_024;

    private final Core core;
    private final Envelopes envelopes;
    private final Outbox outbox;
    private final Map<BBytes, Long> made = new LinkedHashMap<>();

    Receipts(Core core, Envelopes envelopes, Outbox outbox) {
        this.core = core;
        this.envelopes = envelopes;
        this.outbox = outbox;
    }

    /** Whether one for this envelope was made just now. */
    boolean madeLately(Envelope theirs) {
        Long at = made.get(Envelopes.id(theirs));
        return at != null && core.nanos() - at < AGAIN.toNanos();
    }

    /** Without one the sender stores the message again some time, and then gets one. */
    CompletionStage<Void> addIfWanted(Batch batch, Correspondent c, Envelope theirs) {
        Optional<SessionRecord> session = c.sending();
        boolean wanted = core.settings.deliveredReceipts() && c.outgoing().size() < UNDER_WAY_MAX;
        return wanted && session.isPresent() ? add(batch, c, theirs, session.get(), Key.of(theirs.from())) : Stages.done();
    }

    /** Adds a receipt for their envelope, sealed, to what is committed with it. */
    CompletionStage<Void> add(Batch batch, Correspondent c, Envelope theirs, SessionRecord session, Key to) {
        BDict content = BDict.builder().put("id", Envelopes.id(theirs)).put("sig", theirs.sig()).build();
        long sequence = c.takeSequence(batch);
        return core.work(() -> envelopes.sealed(Envelope.Kind.RECEIPT, to, sequence, session, content)).thenAccept(receipt -> {
            long until = receipt.timestampMillis() + MessagingSettings.TTL_MILLIS;
            OutboundRecord record = new OutboundRecord(c.fingerprint, sequence, Outgoing.NO_MESSAGE, Envelopes.id(receipt),
                    Bencode.encode(receipt.dict()), until, 0);
            batch.put(record).then(() -> {
                remember(Envelopes.id(theirs));
                outbox.add(Outgoing.of(c, record));
            });
        });
    }

    /**
     * A contact has said that an envelope of this account is on their disk.
     *
     * @param sig the envelope's own
     */
    record Delivered(BBytes contact, BBytes envelopeId, BBytes sig) {
    }

    private void remember(BBytes envelopeId) {
        made.put(envelopeId, core.nanos());
        if (made.size() > REMEMBERED_MAX) {
            made.remove(made.keySet().iterator().next());
        }
    }
}
