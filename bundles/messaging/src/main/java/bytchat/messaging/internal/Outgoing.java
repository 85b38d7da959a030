package bytchat.messaging.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import bytchat.api.mailbox.Envelope;
import bytchat.api.store.ChatRecord.OutboundRecord;
import bytchat.wire.Bencode;
import bytchat.wire.sign.Signed;

/** An {@link bytchat.api.store.ChatRecord.OutboundRecord} in memory, without its bytes. */
final class Outgoing {
    static final long NO_MESSAGE = -1;
    private static final BBytes NONE = BBytes.of(new byte[0]);

    final Correspondent to;
    final Envelope.Kind kind;
    final long sequence;
    /** Of the message, {@link #NO_MESSAGE} for handshakes and receipts. */
    final long number;
    long untilMillis;
    /** Empty while it is not sealed. */
    BBytes envelopeId;
    /** Session it is sealed under; empty while it is not sealed, and for handshakes. */
    BBytes sessionId;
    /** Our user id that it was sealed as; empty while it is not sealed. */
    BBytes from = NONE;
    /** Of a handshake, what an answer to it names; else empty. */
    final BBytes handshakeId;
    int attempts;
    long dueNanos;
    /** While it was being sent it became worth trying anew. */
    boolean again;
    /** All known devices of the recipient have it; only their receipt is missing. */
    boolean handed;
    /** It left the outbox. */
    boolean gone;
    /** Why it waits, in words. */
    String reason = "";

    private Outgoing(Correspondent to, Envelope.Kind kind, long sequence, long number, long untilMillis, BBytes envelopeId,
            BBytes sessionId, BBytes handshakeId) {
        this.to = to;
        this.kind = kind;
        this.sequence = sequence;
        this.number = number;
        this.untilMillis = untilMillis;
        this.envelopeId = envelopeId;
        this.sessionId = sessionId;
        this.handshakeId = handshakeId;
    }

    /** As its record says, on disk just now or since we were last here. */
    static Outgoing of(Correspondent to, OutboundRecord record) {
        if (record.envelope().length == 0) {
            return new Outgoing(
                    to, Envelope.Kind.MESSAGE, record.sequence(), record.number(), record.untilMillis(), NONE, NONE, NONE);
        }
        Envelope envelope = Envelopes.parse(record.envelope());
        BBytes handshake = envelope.kind() == Envelope.Kind.HANDSHAKE
                ? BBytes.wrap(Signed.id(Bencode.decodeDict(envelope.content(), Envelope.CONTENT_BYTES_MAX)))
                : NONE;
        Outgoing outgoing = new Outgoing(to, envelope.kind(), record.sequence(), record.number(), record.untilMillis(), record.envelopeId(),
                envelope.sessionId().map(BBytes::of).orElse(NONE), handshake);
        outgoing.from = BBytes.of(envelope.from());
        return outgoing;
    }

    /** Whether its envelope is addressed for another key space than the one where we are called so. */
    boolean sealedElsewhere(Key self) {
        return sealed() && !from.equals(BBytes.of(self.unsafeArray()));
    }

    boolean sealed() {
        return envelopeId.length() > 0;
    }
}
