package bytchat.store.xodus.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.api.keyspace.Key;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.api.store.MailboxStore;
import bytchat.api.store.StoreException;
import bytchat.records.RecordCodec;
import bytchat.records.Sealer;
import bytchat.store.xodus.internal.PendingWrite.Effect;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * {@link MailboxStore} on disk. Tables, where "envelope" stands for recipient ‖ id: {@code envelopes} envelope →
 * record; {@code arrivals} recipient ‖ number → id, the order in which mail waits; {@code acknowledgements} envelope ‖
 * device → signed bytes; {@code tombstones} envelope → expiry; {@code expiries}, see {@link ExpiryIndex}; {@code
 * devices} recipient → list; {@code counters} → the last arrival number, which is never used again.
 */
public class XodusMailboxStore implements MailboxStore, StatusSource, AutoCloseable {
    static final String NAME = "store.xodus.mailbox";
    static final long TOMBSTONE_MILLIS = Duration.ofMinutes(10).toMillis();
    /** Devices that may acknowledge one envelope: 32 in use and 32 revoked. */
    static final int ACKNOWLEDGEMENTS_MAX = 64;

    private static final int WAITING_MAX = 256;
    private static final String ENVELOPES = "envelopes";
    private static final String ARRIVALS = "arrivals";
    private static final String ACKNOWLEDGEMENTS = "acknowledgements";
    private static final String TOMBSTONES = "tombstones";
    private static final String DEVICES = "devices";
    private static final String COUNTERS = "counters";
    private static final byte[] LAST_ARRIVAL = Keys.text("arrival");
    private static final ExpiryIndex EXPIRIES = new ExpiryIndex("expiries");
    private static final byte ENVELOPE = 0;
    private static final byte TOMBSTONE = 1;

    private final int recordsMax;
    private final long bytesMax;
    private final Disk<Figures> disk;
    private volatile Tables tables;

    /**
     * @param recordsMax envelopes and tombstones together; device lists likewise
     * @param bytesMax   bytes of all envelopes together
     */
    public XodusMailboxStore(Environment environment, DiskOptions options, int recordsMax, long bytesMax) {
        this.recordsMax = recordsMax;
        this.bytesMax = bytesMax;
        List<String> names = List.of(ENVELOPES, ARRIVALS, ACKNOWLEDGEMENTS, TOMBSTONES, DEVICES, COUNTERS,
                EXPIRIES.table());
        Schema schema = new Schema(names, List.of(StoredEnvelope.class, Blob.class, Number.class));
        this.disk = new Disk<>(NAME, options, schema, environment.loop(), new Figures(0, 0, 0, 0), this::open);
    }

    record Blob(byte[] bytes) {
    }

    record Number(long value) {
    }

    private record Figures(long envelopes, long bytes, long tombstones, long lastArrival) {
        Figures plus(int envelopes, long bytes, int tombstones) {
            return new Figures(this.envelopes + envelopes, this.bytes + bytes, this.tombstones + tombstones,
                    lastArrival);
        }
    }

    private record Tables(Table<StoredEnvelope> envelopes, Table<Blob> acknowledgements, Table<Number> tombstones,
            Table<Blob> devices, Table<Number> counters) {
        Tables(Sealer sealer) {
            this(table(sealer, ENVELOPES, StoredEnvelope.class), table(sealer, ACKNOWLEDGEMENTS, Blob.class),
                    table(sealer, TOMBSTONES, Number.class), table(sealer, DEVICES, Blob.class),
                    table(sealer, COUNTERS, Number.class));
        }

        private static <T> Table<T> table(Sealer sealer, String name, Class<T> type) {
            return new Table<>(name, new RecordCodec<>(sealer, NAME + "/" + name, type, List.of(type)));
        }
    }

    private Figures open(Sealer sealer, Txn txn) throws StoreException {
        tables = new Tables(sealer);
        ExpiryIndex.Sum held = EXPIRIES.sum(txn, ENVELOPE);
        long tombstones = EXPIRIES.sum(txn, TOMBSTONE).entries();
        Optional<Number> counted = tables.counters().find(txn, LAST_ARRIVAL);
        long lastArrival = counted.isPresent() ? counted.get().value() : greatestArrival(txn);
        return new Figures(held.entries(), held.bytes(), tombstones, lastArrival);
    }

    @Override
    public CompletionStage<PutOutcome> put(StoredEnvelope envelope) {
        byte[] to = Keys.user(envelope.keySpace(), envelope.to());
        byte[] key = Keys.join(to, Keys.part(envelope.id()));
        return disk.write(Effect.ADDS, envelope.bytes().length, change -> {
            Optional<StoredEnvelope> held = tables.envelopes().find(change, key);
            if (held.isPresent()) {
                shrinkExpiry(change, key, held.get(), envelope.expiryMillis());
                return PutOutcome.PRESENT;
            }
            if (tables.tombstones().find(change, key).isPresent()) {
                return PutOutcome.BURIED;
            }
            Figures now = change.state();
            if (now.envelopes() + now.tombstones() >= recordsMax) {
                throw disk.full("envelopes and tombstones", recordsMax, "records.max");
            }
            if (now.bytes() + envelope.bytes().length > bytesMax) {
                throw disk.full("bytes", bytesMax, "bytes.max.mib");
            }
            long arrival = now.lastArrival() + 1;
            tables.envelopes().put(change, key, new StoredEnvelope(
                    envelope.keySpace(), envelope.to(), envelope.id(), arrival, envelope.expiryMillis(),
                    envelope.bytes()));
            tables.counters().put(change, LAST_ARRIVAL, new Number(arrival));
            change.put(ARRIVALS, Keys.join(to, Keys.number(arrival)), envelope.id().unsafeArray());
            EXPIRIES.add(change, envelope.expiryMillis(), ENVELOPE, key, envelope.bytes().length);
            change.update(figures -> new Figures(
                    figures.envelopes() + 1, figures.bytes() + envelope.bytes().length, figures.tombstones(), arrival));
            return PutOutcome.STORED;
        });
    }

    @Override
    public CompletionStage<List<StoredEnvelope>> waiting(String keySpace, Key to, BBytes device, long after,
            int limit) {
        if (limit < 1 || limit > WAITING_MAX) {
            throw new IllegalArgumentException("limit is 1 to " + WAITING_MAX + ", not " + limit);
        }
        byte[] recipient = Keys.user(keySpace, to);
        return disk.read(txn -> {
            List<StoredEnvelope> waiting = new ArrayList<>();
            txn.ascend(ARRIVALS, Keys.join(recipient, Keys.number(after + 1)), (arrival, id) -> {
                if (!Keys.startsWith(arrival, recipient) || waiting.size() >= limit) {
                    return false;
                }
                if (!Keys.fits(id)) {
                    // rotten
                    return true;
                }
                byte[] key = Keys.join(recipient, Keys.part(id));
                if (!tables.acknowledgements().contains(txn, Keys.join(key, Keys.part(device)))) {
                    tables.envelopes().find(txn, key).filter(found -> found.arrival() == number(arrival))
                            .ifPresent(waiting::add);
                }
                return true;
            });
            return waiting;
        });
    }

    @Override
    public CompletionStage<Optional<StoredEnvelope>> get(String keySpace, Key to, BBytes id) {
        byte[] key = Keys.join(Keys.user(keySpace, to), Keys.part(id));
        return disk.read(txn -> tables.envelopes().get(txn, key));
    }

    @Override
    public CompletionStage<AckOutcome> acknowledge(
            String keySpace, Key to, BBytes id, BBytes device, byte[] acknowledgement, Set<BBytes> required) {
        byte[] key = Keys.join(Keys.user(keySpace, to), Keys.part(id));
        byte[] own = Keys.join(key, Keys.part(device));
        Set<BBytes> all = Set.copyOf(required);
        return disk.write(Effect.FREES, acknowledgement.length, change -> {
            Optional<StoredEnvelope> held = tables.envelopes().find(change, key);
            if (held.isEmpty()) {
                return tables.tombstones().find(change, key).isPresent() ? AckOutcome.BURIED : AckOutcome.UNKNOWN;
            }
            boolean again = tables.acknowledgements().contains(change, own);
            if (!again && acknowledgements(change, key).size() >= ACKNOWLEDGEMENTS_MAX) {
                throw new StoreException(StoreException.Reason.FULL,
                        "an envelope takes at most " + ACKNOWLEDGEMENTS_MAX + " acknowledgements", null);
            }
            tables.acknowledgements().put(change, own, new Blob(acknowledgement));
            if (all.isEmpty() || !all.stream().allMatch(
                    needed -> tables.acknowledgements().contains(change, Keys.join(key, Keys.part(needed))))) {
                return AckOutcome.RECORDED;
            }
            bury(change, key, held.get());
            return AckOutcome.BURIED;
        });
    }

    @Override
    public CompletionStage<Void> putDevices(String keySpace, Key uid, byte[] devices) {
        byte[] key = Keys.user(keySpace, uid);
        return disk.write(Effect.ADDS, devices.length, change -> {
            if (!tables.devices().contains(change, key) && change.count(DEVICES) >= recordsMax) {
                throw disk.full("device lists", recordsMax, "records.max");
            }
            tables.devices().put(change, key, new Blob(devices));
            return null;
        });
    }

    @Override
    public CompletionStage<Optional<byte[]>> devices(String keySpace, Key uid) {
        byte[] key = Keys.user(keySpace, uid);
        return disk.read(txn -> tables.devices().get(txn, key).map(Blob::bytes));
    }

    @Override
    public CompletionStage<Integer> expire(long nowMillis, int limit) {
        return disk.write(Effect.FREES, 0, change -> {
            int gone = 0;
            for (ExpiryIndex.Due due : EXPIRIES.due(change, nowMillis, limit)) {
                gone += due.kind() == ENVELOPE ? expireEnvelope(change, due) : expireTombstone(change, due);
            }
            return gone;
        });
    }

    @Override
    public Stats stats() {
        Figures figures = disk.state();
        return new Stats(figures.envelopes(), figures.bytes(), figures.tombstones());
    }

    @Override
    public String part() {
        return NAME;
    }

    @Override
    public Status status() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("envelopes", stats().envelopes());
        figures.put("tombstones", stats().tombstones());
        figures.put("records_max", recordsMax);
        figures.put("stored_bytes", stats().bytes());
        figures.put("stored_bytes_max", bytesMax);
        return disk.status(figures);
    }

    @Override
    public void close() {
        disk.close();
    }

    private void shrinkExpiry(Change<Figures> change, byte[] key, StoredEnvelope held, long expiryMillis) {
        if (expiryMillis < held.expiryMillis()) {
            EXPIRIES.remove(change, held.expiryMillis(), ENVELOPE, key);
            EXPIRIES.add(change, expiryMillis, ENVELOPE, key, held.bytes().length);
            tables.envelopes().put(change, key,
                    new StoredEnvelope(held.keySpace(), held.to(), held.id(), held.arrival(), expiryMillis,
                    held.bytes()));
        }
    }

    private void bury(Change<Figures> change, byte[] key, StoredEnvelope held) {
        drop(change, key, held);
        tables.tombstones().put(change, key, new Number(held.expiryMillis()));
        EXPIRIES.add(change, held.expiryMillis() + TOMBSTONE_MILLIS, TOMBSTONE, key, 0);
        change.update(figures -> figures.plus(0, 0, 1));
    }

    private int expireEnvelope(Change<Figures> change, ExpiryIndex.Due due) throws StoreException {
        Optional<StoredEnvelope> held = tables.envelopes().find(change, due.key());
        if (held.isPresent() && held.get().expiryMillis() == due.atMillis()) {
            drop(change, due.key(), held.get());
            removeAcknowledgements(change, due.key());
            return 1;
        }
        // its record was damaged and set aside, and is counted until now
        EXPIRIES.remove(change, due);
        change.update(figures -> figures.plus(-1, -due.bytes(), 0));
        return 0;
    }

    private int expireTombstone(Change<Figures> change, ExpiryIndex.Due due) throws StoreException {
        tables.tombstones().remove(change, due.key());
        removeAcknowledgements(change, due.key());
        EXPIRIES.remove(change, due);
        change.update(figures -> figures.plus(0, 0, -1));
        return 1;
    }

    /** Takes the envelope out of its table and its indexes. */
    private void drop(Change<Figures> change, byte[] key, StoredEnvelope held) {
        tables.envelopes().remove(change, key);
        change.remove(ARRIVALS, Keys.join(Keys.user(held.keySpace(), held.to()), Keys.number(held.arrival())));
        EXPIRIES.remove(change, held.expiryMillis(), ENVELOPE, key);
        change.update(figures -> figures.plus(-1, -held.bytes().length, 0));
    }

    private static List<byte[]> acknowledgements(Txn txn, byte[] key) throws StoreException {
        List<byte[]> keys = new ArrayList<>();
        txn.withPrefix(ACKNOWLEDGEMENTS, key, (found, value) -> keys.add(found));
        return keys;
    }

    private void removeAcknowledgements(Change<Figures> change, byte[] key) throws StoreException {
        for (byte[] acknowledgement : acknowledgements(change, key)) {
            tables.acknowledgements().remove(change, acknowledgement);
        }
    }

    private static long greatestArrival(Txn txn) throws StoreException {
        long[] greatest = new long[1];
        txn.withPrefix(ARRIVALS, new byte[0], (arrival, id) -> {
            greatest[0] = Math.max(greatest[0], number(arrival));
            return true;
        });
        return greatest[0];
    }

    private static long number(byte[] arrival) {
        return arrival.length < Long.BYTES ? 0 : ByteBuffer.wrap(arrival).getLong(arrival.length - Long.BYTES);
    }
}
