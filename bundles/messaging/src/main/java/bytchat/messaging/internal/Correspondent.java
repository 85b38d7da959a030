package bytchat.messaging.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.EventLoop;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.mailbox.Envelope;
import bytchat.api.mailbox.Permit;
import bytchat.api.messaging.Messenger.ContactView;
import bytchat.api.store.ChatRecord.ContactRecord;
import bytchat.api.store.ChatRecord.CounterRecord;
import bytchat.api.store.ChatRecord.HandshakeRecord;
import bytchat.api.store.ChatRecord.SessionRecord;
import bytchat.wire.Bencode;
import bytchat.wire.ContactLink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A contact, or somebody who asks to be one, in memory. Changed on the event loop, in its lane, after the disk was. */
final class Correspondent {
    /** Handshakes and sessions of one contact that are remembered as useless; the oldest goes first. */
    static final int DEAD_MAX = 256;
    private static final int FINGERPRINT_BYTES = 64;
    private static final int PERMIT_BYTES_MAX = 16 * 1024;
    private static final byte[] SEQUENCE = "seq/".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NUMBER = "num/".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DEAD = "ded/".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] INTRODUCED = "int/".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] READ = "red/".getBytes(StandardCharsets.US_ASCII);

    final BBytes fingerprint;
    final Lane lane;
    /** Absent until it is on disk. */
    private Optional<ContactRecord> record = Optional.empty();
    /** As the record says. */
    private Optional<Devices> devices = Optional.empty();
    private final List<HandshakeRecord> mine = new ArrayList<>();
    private final List<HandshakeRecord> theirs = new ArrayList<>();
    private final List<SessionRecord> sessions = new ArrayList<>();
    private final Map<Long, Outgoing> outgoing = new TreeMap<>();
    private final List<Parked> parked = new ArrayList<>();
    private final Map<BBytes, Long> dead = new TreeMap<>();
    private boolean introduced;
    private long nextSequence;
    private long nextNumber;
    /** Counts, since we started, what became of messages: siblings hear of it. */
    int stateChanges;
    /** Theirs, for another of our devices, which it has been left to; empty if there is none. */
    Optional<BBytes> left = Optional.empty();
    /** Every pair of kept handshakes has been made a session. */
    boolean pairsTried;
    boolean fetchingMeta;
    /** The next try to get a handshake under way; empty while none is planned. */
    Optional<Registration> retry = Optional.empty();
    int metaAttempts;
    /** Why there is no session yet, in words. */
    String reason = "";

    /** The newest message that the user has seen, by its number. */
    private long read = -1;
    /** Messages received since; empty until they have been counted. */
    OptionalInt unread = OptionalInt.empty();
    /** What listeners have last been told. */
    Optional<ContactView> told = Optional.empty();

    /** @param changed hears of it when a step in its lane has ended */
    Correspondent(BBytes fingerprint, EventLoop loop, Consumer<Correspondent> changed) {
        this.fingerprint = fingerprint;
        this.lane = new Lane(loop, () -> changed.accept(this));
    }

    // ---- who they are

    Optional<ContactRecord> record() {
        return record;
    }

    void record(ContactRecord changed) {
        record = Optional.of(changed);
        devices = record.filter(r -> r.credentials().length > 0).map(r -> Devices.of(r.credentials()));
    }

    boolean accepted() {
        return record.map(ContactRecord::accepted).orElse(false);
    }

    /** The record as it is, or a blank one for somebody new. */
    ContactRecord recordOrNew(long nowMillis) {
        return record.orElseGet(() -> new ContactRecord(
                fingerprint, "", "", new byte[0], new byte[0], new byte[0], false, 0, nowMillis));
    }

    /** By their key once it is known, else as their link says. */
    Optional<Key> uid(KeySpace keySpace) {
        return record.flatMap(r -> {
            if (r.accountKey().length > 0) {
                return Optional.of(keySpace.uid(r.accountKey()));
            }
            if (r.link().isEmpty()) {
                return Optional.empty();
            }
            ContactLink link = ContactLink.parse(r.link());
            return link.hash().equals(keySpace.hash().name()) ? Optional.of(link.uid()) : Optional.empty();
        });
    }

    Optional<Devices> devices() {
        return devices;
    }

    Optional<Permit> permit() {
        return record.filter(r -> r.permit().length > 0)
                .map(r -> new Permit(Bencode.decodeDict(r.permit(), PERMIT_BYTES_MAX)));
    }

    String ref() {
        return HexFormat.of().formatHex(fingerprint.unsafeArray());
    }

    String name() {
        return record.map(ContactRecord::name).filter(name -> !name.isEmpty()).orElseGet(() -> ref().substring(0, 16));
    }

    // ---- sequence numbers: taken once, even if what they were taken for is never committed

    long takeSequence(Batch batch) {
        long taken = nextSequence++;
        batch.put(new CounterRecord(counter(SEQUENCE), nextSequence));
        return taken;
    }

    long takeNumber(Batch batch) {
        long taken = nextNumber++;
        batch.put(new CounterRecord(counter(NUMBER), nextNumber));
        return taken;
    }

    long read() {
        return read;
    }

    /** The user has seen what has this number. */
    void read(long number, Batch batch) {
        batch.put(new CounterRecord(counter(READ), number)).then(() -> read = number);
    }

    /** Number of the newest message, -1 if there is none. */
    long newestNumber() {
        return nextNumber - 1;
    }

    private BBytes counter(byte[] prefix) {
        return Names.of(prefix, fingerprint);
    }

    /** Whose counter it is: the fingerprint in its name. */
    static BBytes ownerOf(CounterRecord counter) {
        byte[] name = counter.name().unsafeArray();
        int end = Math.min(SEQUENCE.length + FINGERPRINT_BYTES, name.length);
        return BBytes.wrap(java.util.Arrays.copyOfRange(name, Math.min(SEQUENCE.length, name.length), end));
    }

    /** Beginnings of the names of the counters that every correspondent has. */
    static List<BBytes> counters() {
        return Stream.of(SEQUENCE, NUMBER, READ, INTRODUCED, DEAD).map(BBytes::of).toList();
    }

    void restore(CounterRecord counter) {
        if (counter.name().equals(counter(SEQUENCE))) {
            nextSequence = counter.value();
        } else if (counter.name().equals(counter(NUMBER))) {
            nextNumber = counter.value();
        } else if (counter.name().equals(counter(READ))) {
            read = counter.value();
        } else if (counter.name().equals(counter(INTRODUCED))) {
            introduced = true;
        } else if (Names.begins(counter.name(), DEAD)) {
            dead.put(Names.rest(counter.name(), DEAD.length + FINGERPRINT_BYTES), counter.value());
        }
    }

    /** Whether sequence numbers have been taken although none is counted: the disk lost the counter. */
    boolean lostSequence() {
        return nextSequence == 0 && (!mine.isEmpty() || !outgoing.isEmpty());
    }

    /** Whether this device has shaken hands with them: only so do they come to know it, whatever sessions it got from others of ours. */
    boolean introduced() {
        return introduced;
    }

    void introduced(Batch batch, long nowMillis) {
        batch.put(new CounterRecord(counter(INTRODUCED), nowMillis)).then(() -> introduced = true);
    }

    /** Goes on from here. */
    void sequenceFrom(long next) {
        nextSequence = next;
    }

    /** Whether no message is counted. */
    boolean withoutNumbers() {
        return nextNumber == 0;
    }

    /** Goes on from here. */
    void numberFrom(long next) {
        nextNumber = next;
    }

    // ---- handshakes and sessions, oldest first

    List<HandshakeRecord> handshakes(boolean ours) {
        return ours ? mine : theirs;
    }

    Optional<HandshakeRecord> handshake(boolean ours, byte[] id) {
        BBytes wanted = BBytes.of(id);
        return handshakes(ours).stream().filter(h -> h.id().equals(wanted)).findFirst();
    }

    Optional<HandshakeRecord> newest(boolean ours) {
        List<HandshakeRecord> all = handshakes(ours);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    void add(HandshakeRecord handshake) {
        List<HandshakeRecord> all = handshakes(handshake.mine());
        all.removeIf(h -> h.id().equals(handshake.id()));
        all.add(handshake);
        all.sort(Comparator.comparingLong(HandshakeRecord::atMillis));
        pairsTried = false;
    }

    void remove(HandshakeRecord handshake) {
        handshakes(handshake.mine()).removeIf(h -> h.id().equals(handshake.id()));
    }

    List<SessionRecord> sessions() {
        return sessions;
    }

    Optional<SessionRecord> session(byte[] id) {
        BBytes wanted = BBytes.of(id);
        return sessions.stream().filter(s -> s.id().equals(wanted)).findFirst();
    }

    /** Handshakes and sessions that they could not use: no device of ours is to bring them back. */
    Map<BBytes, Long> dead() {
        return dead;
    }

    void bury(Batch batch, BBytes id, long nowMillis) {
        if (dead.size() >= DEAD_MAX) {
            dead.entrySet().stream().min(Map.Entry.comparingByValue()).ifPresent(oldest -> forgetDead(batch, oldest.getKey()));
        }
        batch.put(new CounterRecord(deadName(id), nowMillis)).then(() -> dead.put(id, nowMillis));
    }

    void forgetDead(Batch batch, BBytes id) {
        batch.remove(CounterRecord.class, deadName(id)).then(() -> dead.remove(id));
    }

    private BBytes deadName(BBytes id) {
        return Names.of(DEAD, fingerprint, id);
    }

    /** The one to send on. */
    Optional<SessionRecord> sending() {
        return sessions.stream().filter(SessionRecord::sending).reduce((older, newer) -> newer);
    }

    void add(SessionRecord session) {
        sessions.removeIf(s -> s.id().equals(session.id()));
        sessions.add(session);
        sessions.sort(Comparator.comparingLong(SessionRecord::atMillis));
    }

    void remove(SessionRecord session) {
        sessions.removeIf(s -> s.id().equals(session.id()));
    }

    /** A time for a new handshake or session of theirs that is later than all before it, whatever the clock does. */
    long later(long nowMillis) {
        long latest = nowMillis;
        for (List<HandshakeRecord> all : List.of(mine, theirs)) {
            for (HandshakeRecord h : all) {
                latest = Math.max(latest, h.atMillis() + 1);
            }
        }
        for (SessionRecord s : sessions) {
            latest = Math.max(latest, s.atMillis() + 1);
        }
        return latest;
    }

    // ---- what is under way

    Map<Long, Outgoing> outgoing() {
        return outgoing;
    }

    /** Our handshake that they have not been seen to have: there is at most one. */
    boolean handshakeUnderWay() {
        return newest(true).filter(h -> !h.answered()).isPresent()
                && outgoing.values().stream().anyMatch(o -> o.kind == Envelope.Kind.HANDSHAKE);
    }

    List<Parked> parked() {
        return parked;
    }

    /** An envelope that waits in memory for the handshake it needs. */
    record Parked(Envelope envelope, CompletableFuture<Void> taken) {
    }
}
