package bytchat.messaging.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.messaging.MessagingException;
import bytchat.api.store.ChatRecord.ContactRecord;
import bytchat.api.store.ChatRecord.CounterRecord;
import bytchat.api.store.ChatRecord.HandshakeRecord;
import bytchat.api.store.ChatRecord.MessageRecord;
import bytchat.api.store.ChatRecord.OutboundRecord;
import bytchat.api.store.ChatRecord.SessionRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The account's contacts and requests, and how they are found. */
final class Roster {
    private static final String OPENED = "opened";
    private static final int PAGE = 256;
    /** Outbound records hold whole envelopes: 64 of them are at most 4 MiB. */
    private static final int PAGE_OUTBOUND = 64;

    private final Core core;
    private final Map<BBytes, Correspondent> byFingerprint = new LinkedHashMap<>();
    private final Map<Key, Correspondent> byUid = new HashMap<>();
    private final List<Consumer<Correspondent>> listeners = new ArrayList<>();

    Roster(Core core) {
        this.core = core;
    }

    /** Who hears, from now on, of each correspondent that may have changed. */
    void onChange(Consumer<Correspondent> listener) {
        listeners.add(listener);
    }

    /**
     * Reads everything that was on disk when the account was last here. It writes first: commits take effect in order, so what an earlier
     * messenger of this account had under way when it was closed is then there to be read.
     */
    CompletionStage<Void> load(Consumer<Outgoing> outgoing) {
        Ledger ledger = core.ledger;
        Batch opened = new Batch().put(new CounterRecord(BBytes.of(OPENED), core.now()));
        return ledger.commit(opened)
                .thenCompose(x -> ledger.each(ContactRecord.class, PAGE, r -> obtain(r.fingerprint()).record(r)))
                .thenCompose(x -> ledger.each(HandshakeRecord.class, PAGE, r -> obtain(r.contact()).add(r)))
                .thenCompose(x -> ledger.each(SessionRecord.class, PAGE, r -> obtain(r.contact()).add(r)))
                .thenCompose(x -> counters())
                .thenCompose(x -> ledger.each(OutboundRecord.class, PAGE_OUTBOUND, r -> outgoing.accept(Outgoing.of(obtain(r.contact()), r))))
                .thenCompose(x -> recount())
                .thenRun(this::index);
    }

    /**
     * A store sets a rotten record aside. Were a counter begun again at 0, what we send would be taken for what was taken long ago, and new
     * messages would replace old ones. Sequence numbers then go on at the clock's milliseconds, which no counting has reached.
     */
    private CompletionStage<Void> recount() {
        CompletionStage<Void> all = Stages.done();
        for (Correspondent c : byFingerprint.values()) {
            if (c.lostSequence()) {
                c.sequenceFrom(core.now());
            }
            if (c.withoutNumbers() && c.record().isPresent()) {
                all = all.thenCompose(x -> core.ledger.newest(MessageRecord.class, c.fingerprint, 1))
                        .thenAccept(newest -> newest.forEach(message -> c.numberFrom(message.number() + 1)));
            }
        }
        return all;
    }

    private CompletionStage<Void> counters() {
        CompletionStage<Void> all = Stages.done();
        for (BBytes beginning : Correspondent.counters()) {
            all = all.thenCompose(x -> core.ledger.each(CounterRecord.class, beginning, PAGE,
                    counter -> obtain(Correspondent.ownerOf(counter)).restore(counter)));
        }
        return all;
    }

    /** The correspondent, made if there is none; it shows nowhere until it has a record. */
    Correspondent obtain(BBytes fingerprint) {
        return byFingerprint.computeIfAbsent(fingerprint, f -> new Correspondent(f, core.environment.loop(),
                one -> listeners.forEach(listener -> listener.accept(one))));
    }

    /** Forgets one that never came to have a record. */
    void tidy(Correspondent correspondent) {
        if (correspondent.record().isEmpty() && correspondent.lane.idle()) {
            byFingerprint.remove(correspondent.fingerprint, correspondent);
        }
    }

    Optional<Correspondent> byFingerprint(BBytes fingerprint) {
        return Optional.ofNullable(byFingerprint.get(fingerprint));
    }

    /** Only correspondents whose key is known: a UID that a link claims is no proof. */
    Optional<Correspondent> byUid(byte[] uid) {
        return uid.length == 0 ? Optional.empty() : Optional.ofNullable(byUid.get(Key.of(uid)));
    }

    /** To be called when a record changed. */
    void index(Correspondent correspondent) {
        core.network().keySpace().ifPresent(keySpace -> index(correspondent, keySpace));
    }

    /** To be called when the key space changed. */
    void index() {
        byUid.clear();
        core.network().keySpace().ifPresent(keySpace -> byFingerprint.values().forEach(c -> index(c, keySpace)));
    }

    private void index(Correspondent correspondent, KeySpace keySpace) {
        if (correspondent.record().filter(r -> r.accountKey().length > 0).isPresent()) {
            correspondent.uid(keySpace).ifPresent(uid -> byUid.put(uid, correspondent));
        }
    }

    Collection<Correspondent> all() {
        return List.copyOf(byFingerprint.values());
    }

    /** Those that have a record, the oldest first. */
    List<Correspondent> known() {
        return byFingerprint.values().stream().filter(c -> c.record().isPresent())
                .sorted((a, b) -> Long.compare(a.record().orElseThrow().addedMillis(), b.record().orElseThrow().addedMillis())).toList();
    }

    long requests() {
        return byFingerprint.values().stream().filter(c -> c.record().isPresent() && !c.accepted()).count();
    }

    /** @throws MessagingException in words, if nobody or more than one is called so */
    Correspondent named(String nameOrRef) throws MessagingException {
        String wanted = nameOrRef.strip();
        List<Correspondent> found = known().stream().filter(c -> c.name().equalsIgnoreCase(wanted)).toList();
        if (found.isEmpty() && wanted.length() >= 4) {
            String prefix = wanted.toLowerCase(Locale.ROOT);
            found = known().stream().filter(c -> c.ref().startsWith(prefix)).toList();
        }
        if (found.isEmpty()) {
            throw new MessagingException("There is no contact called '" + wanted + "'. List them with: contact list");
        }
        if (found.size() > 1) {
            throw new MessagingException("More than one contact is called '" + wanted + "'. Name one by the beginning of its fingerprint: "
                    + String.join(", ", found.stream().map(c -> c.ref().substring(0, 12)).toList()));
        }
        return found.get(0);
    }
}
