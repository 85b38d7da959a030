package bytchat.messaging.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.mailbox.Envelope;

/** An {@link bytchat.api.store.ChatRecord.OutboundRecord} in memory, without its bytes. */
final class Outgoing {
    static final long NO_MESSAGE = -1;

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
    int attempts;
    long dueNanos;
    boolean inFlight;
    /** It left the outbox. */
    boolean gone;
    /** Why it waits, in words. */
    String reason = "";

    Outgoing(Correspondent to, Envelope.Kind kind, long sequence, long number, long untilMillis, BBytes envelopeId, BBytes sessionId) {
        this.to = to;
        this.kind = kind;
        this.sequence = sequence;
        this.number = number;
        this.untilMillis = untilMillis;
        this.envelopeId = envelopeId;
        this.sessionId = sessionId;
    }

    boolean sealed() {
        return envelopeId.length() > 0;
    }
}
