package bytchat.messaging.internal;

import bytchat.api.account.Credentials;
import bytchat.api.account.DeviceCertificate;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.api.mailbox.Permit;
import bytchat.api.messaging.Messenger;
import bytchat.api.messaging.MessagingException;
import bytchat.api.store.ChatRecord.ContactRecord;
import bytchat.api.store.ChatRecord.HandshakeRecord;
import bytchat.api.store.ChatRecord.MessageRecord;
import bytchat.api.store.ChatRecord.SeenRecord;
import bytchat.api.store.ChatRecord.SessionRecord;
import bytchat.api.store.ChatRecord.State;
import bytchat.wire.Bencode;
import bytchat.wire.ContactLink;
import bytchat.wire.crypto.Digests;
import bytchat.wire.sign.Signed;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/**
 * Takes in what another device of the account has. Each rule gives the same whichever device begins, and taking the same again changes
 * nothing, so that all devices come to the same whatever order things travel in. Everything runs in the contact's lane.
 *
 * <p>Threat: that device has been taken over. Answer: it could read and write as the account anyway; but nothing that it says makes
 * somebody else's key a contact's, or is kept without the bounds of what comes from strangers: keys, lists, certificates and permits are
 * verified.
 */
final class Merge {
    private static final int DETAIL_CHARS_MAX = 256;

    private final Core core;
    private final Roster roster;
    private final Contacts contacts;
    private final Handshakes handshakes;
    private final Conversations conversations;
    private final Inbox inbox;
    private final Outbox outbox;

    Merge(Core core, Roster roster, Contacts contacts, Handshakes handshakes, Conversations conversations, Inbox inbox, Outbox outbox) {
        this.core = core;
        this.roster = roster;
        this.contacts = contacts;
        this.handshakes = handshakes;
        this.conversations = conversations;
        this.inbox = inbox;
        this.outbox = outbox;
    }

    // ---- a contact, and the sessions with it

    /** Who it is, and all sessions. Completes with the contact. */
    CompletionStage<Correspondent> contact(BDict answer) {
        ContactRecord told = Shared.contact(answer.requireDict("record"));
        List<BBytes> dead = Shared.ids(answer, "dead", Correspondent.DEAD_MAX);
        List<SessionRecord> sessions = Shared.dicts(answer, "sessions", SiblingAnswers.SESSIONS_MAX).stream()
                .map(dict -> Shared.session(told.fingerprint(), dict)).toList();
        boolean known = roster.byFingerprint(told.fingerprint()).flatMap(Correspondent::record).isPresent();
        if (told.fingerprint().equals(core.fingerprint) || !known && roster.known().size() >= Messenger.CONTACTS_MAX) {
            return Stages.failed(new MessagingException("another device's contact cannot be kept here"));
        }
        return core.work(() -> verified(told)).thenCompose(good -> {
            Correspondent c = roster.obtain(good.fingerprint());
            return c.lane.run(() -> {
                boolean accepted = c.accepted();
                return put(c, good).thenCompose(x -> bury(c, dead)).thenCompose(x -> add(c, sessions)).thenRun(() -> {
                    inbox.sessionChanged(c);
                    if (!accepted) {
                        contacts.resume(c);
                    }
                });
            }).thenApply(x -> c);
        });
    }

    /** On a worker: what does not hold is left out. */
    private ContactRecord verified(ContactRecord told) {
        byte[] key = told.accountKey();
        boolean theirs = key.length > 0 && Arrays.equals(Digests.sha512(key), told.fingerprint().unsafeArray());
        byte[] credentials = theirs && told.credentials().length > 0 ? verifiedDevices(told) : new byte[0];
        byte[] permit = theirs && told.permit().length > 0 && holds(told) ? told.permit() : new byte[0];
        String name = told.name().length() <= Contacts.NAME_CHARS_MAX ? told.name() : told.name().substring(0, Contacts.NAME_CHARS_MAX);
        return new ContactRecord(told.fingerprint(), name, linkOf(told), theirs ? key : new byte[0], credentials, permit, true,
                told.metaMillis(), told.addedMillis());
    }

    /** Those that hold: one device's certificate may have expired, or not be allowed any more. */
    private byte[] verifiedDevices(ContactRecord told) {
        Devices devices = Devices.of(told.credentials());
        Optional<Devices> good = Optional.empty();
        for (DeviceCertificate certificate : devices.certificates().values()) {
            Credentials one = Credentials.of(told.accountKey(), certificate, devices.list());
            if (core.verifier.credentials(one).isEmpty()) {
                good = Optional.of(Devices.joined(good, Devices.shownBy(one), true));
            }
        }
        return good.map(Devices::bytes).orElse(new byte[0]);
    }

    private boolean holds(ContactRecord told) {
        Permit permit = new Permit(Bencode.decodeDict(told.permit(), Devices.BYTES_MAX));
        return core.verifier.permit(permit, core.keySpace(), core.account.fingerprint(),
                core.keySpace().uid(told.accountKey()).unsafeArray()).isEmpty();
    }

    private static String linkOf(ContactRecord told) {
        try {
            return told.link().isEmpty()
                    || Arrays.equals(ContactLink.parse(told.link()).fingerprint(), told.fingerprint().unsafeArray()) ? told.link() : "";
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private CompletionStage<Void> put(Correspondent c, ContactRecord told) {
        ContactRecord ours = c.recordOrNew(told.addedMillis());
        Optional<Devices> devices = told.credentials().length == 0 ? c.devices()
                : Optional.of(Devices.joined(c.devices(), Devices.of(told.credentials()), core.defends(Defence.DEVICE_LIST)));
        boolean theirPermit = told.permit().length > 0 && c.permit().filter(p -> p.expiresMillis() >= expiry(told)).isEmpty();
        ContactRecord joined = new ContactRecord(c.fingerprint, ours.name().isEmpty() ? told.name() : ours.name(),
                ours.link().isEmpty() ? told.link() : ours.link(), ours.accountKey().length == 0 ? told.accountKey() : ours.accountKey(),
                devices.map(Devices::bytes).orElse(new byte[0]), theirPermit ? told.permit() : ours.permit(), true,
                Math.max(ours.metaMillis(), told.metaMillis()), Math.min(ours.addedMillis(), told.addedMillis()));
        return core.ledger.commit(new Batch().put(joined).then(() -> {
            c.record(joined);
            roster.index(c);
        }));
    }

    private static long expiry(ContactRecord told) {
        return new Permit(Bencode.decodeDict(told.permit(), Devices.BYTES_MAX)).expiresMillis();
    }

    /** What they could not use at another device is of no use here either: what was sealed so is sealed again. */
    private CompletionStage<Void> bury(Correspondent c, List<BBytes> dead) {
        Batch batch = new Batch();
        CompletionStage<Void> all = Stages.done();
        for (BBytes id : dead) {
            if (c.dead().containsKey(id)) {
                continue;
            }
            c.bury(batch, id, core.now());
            for (boolean mine : new boolean[] {true, false}) {
                all = all.thenCompose(x -> c.handshake(mine, id.unsafeArray()).map(h -> handshakes.bury(batch, c, h))
                        .orElseGet(Stages::done));
            }
            all = all.thenCompose(x -> c.session(id.unsafeArray()).map(s -> handshakes.bury(batch, c, s)).orElseGet(Stages::done));
        }
        return all.thenCompose(x -> core.ledger.commit(batch));
    }

    private CompletionStage<Void> add(Correspondent c, List<SessionRecord> told) {
        Batch batch = new Batch();
        long longAgo = core.now() - MessagingSettings.RETAIN_MILLIS;
        for (SessionRecord s : told) {
            Optional<SessionRecord> ours = c.session(s.id().unsafeArray());
            boolean superseded = c.sessions().stream()
                    .anyMatch(later -> later.sending() && later.atMillis() > s.atMillis() && later.atMillis() < longAgo);
            boolean news = ours.isEmpty() ? !superseded : s.sending() && !ours.get().sending();
            if (news && !c.dead().containsKey(s.id())) {
                SessionRecord joined = new SessionRecord(c.fingerprint, s.suite(), s.id(), s.root(), s.atMillis(),
                        ours.map(SessionRecord::sent).orElse(0L), s.sending());
                batch.put(joined).then(() -> c.add(joined));
            }
        }
        return core.ledger.commit(batch);
    }

    /** Whether a handshake that another device lists is news here. */
    boolean wants(Correspondent c, boolean mine, BBytes id, boolean answered) {
        Optional<HandshakeRecord> ours = c.handshake(mine, id.unsafeArray());
        return !c.dead().containsKey(id) && (ours.isEmpty() || answered && !ours.get().answered());
    }

    /**
     * A handshake of another device's, with what it kept to use it: this device may have the prekey that belongs to it. One that is older
     * than all that are kept here is not.
     */
    CompletionStage<Void> handshake(Correspondent c, HandshakeRecord told) {
        return c.lane.run(() -> {
            if (!wants(c, told.mine(), told.id(), told.answered()) || !isWhatItSays(told)) {
                return Stages.done();
            }
            Optional<HandshakeRecord> ours = c.handshake(told.mine(), told.id().unsafeArray());
            List<HandshakeRecord> kept = c.handshakes(told.mine());
            boolean oldest = !kept.isEmpty() && told.atMillis() < kept.get(0).atMillis();
            if (ours.isEmpty() && oldest && kept.size() >= MessagingSettings.HANDSHAKES_MAX) {
                return Stages.done();
            }
            HandshakeRecord joined = ours.map(h -> new HandshakeRecord(
                    h.contact(), h.mine(), h.id(), h.suite() == 0 ? told.suite() : h.suite(), h.bytes(), h.secret(), h.atMillis(), true))
                    .orElse(told);
            Batch batch = new Batch().put(joined).then(() -> c.add(joined));
            if (joined.mine() && joined.answered()) {
                outbox.answered(batch, c, joined.id());
            }
            if (ours.isEmpty()) {
                Handshakes.evict(batch, c, told.mine(), 1);
            }
            return core.ledger.commit(batch);
        });
    }

    private static boolean isWhatItSays(HandshakeRecord told) {
        try {
            return told.id().equals(BBytes.wrap(Signed.id(Handshakes.parse(told).dict())));
        } catch (BencodeException e) {
            return false;
        }
    }

    /** All handshakes are here: whatever session two of them make, this device may be the only one that can say. */
    CompletionStage<Void> resolve(Correspondent c) {
        return c.lane.run(() -> handshakes.resolveAll(c)).thenRun(() -> {
            inbox.sessionChanged(c);
            contacts.present(c);
        });
    }

    // ---- messages

    /**
     * A message of another device's list, at the end of the conversation here. Completes with its number here, or that of the one that
     * was here already; empty if it is one that this device took for useless, or sent and lost.
     */
    CompletionStage<Optional<Long>> message(Correspondent c, MessageRecord told, boolean read) {
        return c.lane.run(() -> conversations.find(c, told.device(), told.sequence()).thenCompose(here -> here.isPresent()
                ? Stages.done(Optional.of(here.getAsLong()))
                : core.ledger.get(SeenRecord.class, SeenRecord.keyOf(c.fingerprint, told.device(), told.sequence()))
                        .thenCompose(seen -> seen.isPresent() && !told.outgoing() || own(told.device()) || !sound(told)
                                ? Stages.done(Optional.<Long>empty())
                                : append(c, told, read))));
    }

    private boolean own(BBytes device) {
        return device.equals(BBytes.of(core.account.deviceId()));
    }

    private static boolean sound(MessageRecord told) {
        return told.sequence() >= 0 && Conversations.wrongMimeType(told.mimeType()).isEmpty();
    }

    private CompletionStage<Optional<Long>> append(Correspondent c, MessageRecord told, boolean read) {
        Batch batch = new Batch();
        boolean allRead = c.read() == c.newestNumber();
        long number = c.takeNumber(batch);
        conversations.put(batch, c, new MessageRecord(c.fingerprint, number, told.outgoing(), told.device(), told.sequence(),
                told.mimeType(), told.data(), told.sentMillis(), Math.min(told.atMillis(), core.now()),
                told.state(), shortened(told.detail())));
        if (!told.outgoing()) {
            batch.put(new SeenRecord(c.fingerprint, told.device(), told.sequence(), BBytes.of(new byte[0]), core.now()));
        }
        if (read && allRead) {
            c.read(number, batch);
            batch.then(() -> c.unread = OptionalInt.empty());
        }
        core.counts.add("messages_from_siblings");
        return core.ledger.commit(batch).thenApply(x -> Optional.of(number));
    }

    /**
     * What became of a message that another device sent.
     *
     * @param by the device that says so; the one that sent it knows best
     */
    CompletionStage<Void> state(Correspondent c, long number, State state, String words, BBytes by) {
        String detail = shortened(words);
        return c.lane.run(() -> core.ledger.get(MessageRecord.class, MessageRecord.keyOf(c.fingerprint, number)).thenCompose(found -> {
            Optional<MessageRecord> ours = found.filter(m -> m.outgoing() && !own(m.device())).filter(m -> {
                int higher = Shared.rank(state) - Shared.rank(m.state());
                return higher > 0 || higher == 0 && m.device().equals(by) && !detail.equals(m.detail());
            });
            if (ours.isEmpty()) {
                return Stages.done();
            }
            MessageRecord m = ours.get();
            Batch batch = new Batch();
            conversations.put(batch, c, new MessageRecord(m.contact(), m.number(), true, m.device(), m.sequence(), m.mimeType(), m.data(),
                    m.sentMillis(), m.atMillis(), state, detail));
            return core.ledger.commit(batch);
        }));
    }

    /** A contact's receipt that came to another device: it may be for what this one has sent. */
    CompletionStage<Void> delivered(Correspondent c, Receipts.Delivered receipt) {
        return c.lane.run(() -> {
            Batch batch = new Batch();
            return outbox.delivered(batch, c, receipt.envelopeId().toArray(), receipt.sig().toArray())
                    .thenCompose(ours -> core.ledger.commit(batch));
        });
    }

    private static String shortened(String detail) {
        return detail.length() <= DETAIL_CHARS_MAX ? detail : detail.substring(0, DETAIL_CHARS_MAX);
    }
}
