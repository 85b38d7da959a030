package bytchat.messaging.internal;

import bytchat.api.account.Account;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Key;
import bytchat.api.mailbox.Envelope;
import bytchat.api.session.Handshake;
import bytchat.api.session.SessionException;
import bytchat.api.session.SessionSuite;
import bytchat.api.session.SessionSuite.MessageContext;
import bytchat.api.session.SessionSuite.Session;
import bytchat.api.store.ChatRecord.SessionRecord;
import bytchat.wire.Bencode;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.Tag;

/** Makes and opens envelopes (protocol, sections 8 to 10). Synchronous; what seals or opens belongs on the workers. */
final class Envelopes {
    /** Canonical bytes of an envelope: content, and a kilobyte around it. */
    static final int BYTES_MAX = Envelope.CONTENT_BYTES_MAX + 1_024;

    private final Core core;

    Envelopes(Core core) {
        this.core = core;
    }

    Envelope handshake(Key to, long sequence, Handshake handshake) {
        return signed(header(Envelope.Kind.HANDSHAKE, to, sequence).put("content", Bencode.encode(handshake.dict())).build());
    }

    /** @throws IllegalStateException if the session's suite is not installed any more */
    Envelope sealed(Envelope.Kind kind, Key to, long sequence, SessionRecord session, BDict plaintext) {
        BDict header = header(kind, to, sequence).put("sid", session.id()).build();
        byte[] content = suite(session).seal(of(session),
                new MessageContext(core.account.deviceId(), sequence, Bencode.encode(header)), Bencode.encode(plaintext));
        return signed(header.with().put("content", content).build());
    }

    /** @throws SessionException if it was not sealed so, or is not canonical inside */
    BDict open(SessionRecord session, Envelope envelope) throws SessionException {
        byte[] additional = Bencode.encode(envelope.dict().without("content").without(Signed.SIG));
        byte[] plaintext = suite(session).open(of(session),
                new MessageContext(envelope.device(), envelope.sequence(), additional), envelope.content());
        return Bencode.decodeDict(plaintext, Envelope.CONTENT_BYTES_MAX);
    }

    static BBytes id(Envelope envelope) {
        return BBytes.wrap(Signed.id(envelope.dict()));
    }

    static Envelope parse(byte[] bytes) {
        return new Envelope(Bencode.decodeDict(bytes, BYTES_MAX));
    }

    static Session of(SessionRecord session) {
        return new Session(session.suite(), session.id().toArray(), session.root());
    }

    private SessionSuite suite(SessionRecord session) {
        return core.suites.suite(session.suite()).orElseThrow(
                () -> new IllegalStateException("session suite " + session.suite() + " is not installed"));
    }

    private BDict.Builder header(Envelope.Kind kind, Key to, long sequence) {
        return BDict.builder()
                .put("v", Envelope.VERSION)
                .put("kind", kind.wireName())
                .put("id", core.uid().unsafeArray())
                .put("to", to.unsafeArray())
                .put("dev", core.account.deviceId())
                .put("seq", sequence)
                .put("ts", core.now())
                .put("ttl", MessagingSettings.TTL_SECONDS);
    }

    private Envelope signed(BDict unsigned) {
        Account account = core.account;
        return new Envelope(Signed.with(unsigned, account.signAsDevice(Signed.message(Tag.ENVELOPE, unsigned))));
    }
}
