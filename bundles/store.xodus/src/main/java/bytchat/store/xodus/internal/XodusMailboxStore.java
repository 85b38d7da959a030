package bytchat.store.xodus.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.api.keyspace.Key;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.api.store.MailboxStore;
import bytchat.api.store.StoreContents;
import bytchat.api.store.StoreException;
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
public class XodusMailboxStore implements MailboxStore, StoreContents<MailboxStore.Content>, StatusSource, AutoCloseable {
    static final String NAME = "store.xodus.mailbox";
    static final long TOMBSTONE_MILLIS = Duration.ofMinutes(10).toMillis();
    /** Devices that may acknowledge one envelope: 32 in use and 32 revoked. */
    static final int ACKNOWLEDGEMENTS_MAX = 64;

    private static final int WAITING_MAX = 256;

    private final int recordsMax;
    private final long bytesMax;
    private final Disk<Figures> disk;
    private volatile MailboxTables tables;

    /**
     * @param recordsMax envelopes and tombstones together; device lists likewise
     * @param bytesMax   bytes of all envelopes together
     */
    public XodusMailboxStore(Environment environment, DiskOptions options, int recordsMax, long bytesMax) {
        this.recordsMax = recordsMax;
        this.bytesMax = bytesMax;
        Schema schema = new Schema(MailboxTables.NAMES, List.of(StoredEnvelope.class, Blob.class, Number.class));
        this.disk = new Disk<>(NAME, options, schema, environment.loop(), new Figures(0, 0, 0, 0), this::open);
    }

    record Blob(byte[] bytes) {
    }

    record Number(long value) {
    }

    record Figures(long envelopes, long bytes, long tombstones, long lastArrival) {
        Figures plus(int envelopes, long bytes, int tombstones) {
            return new Figures(this.envelopes + envelopes, this.bytes + bytes, this.tombstones + tombstones,
                    lastArrival);
        }
    }

    private Figures open(Sealer sealer, Txn txn) throws StoreException {
        tables = new MailboxTables(sealer);
        ExpiryIndex.Sum held = MailboxTables.EXPIRIES.sum(txn, MailboxTables.ENVELOPE);
        long tombstones = MailboxTables.EXPIRIES.sum(txn, MailboxTables.TOMBSTONE).entries();
        Optional<Number> counted = tables.counters().find(txn, MailboxTables.LAST_ARRIVAL);
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
                tables.shrinkExpiry(change, key, held.get(), envelope.expiryMillis());
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
            tables.add(change, key, new StoredEnvelope(
                    envelope.keySpace(), envelope.to(), envelope.id(), arrival, envelope.expiryMillis(),
                    envelope.bytes()));
            tables.count(change, arrival);
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
            txn.ascend(MailboxTables.ARRIVALS, Keys.join(recipient, Keys.number(after + 1)), (arrival, id) -> {
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
            if (!again && MailboxTables.acknowledgementsOf(change, key).size() >= ACKNOWLEDGEMENTS_MAX) {
                throw new StoreException(StoreException.Reason.FULL,
                        "an envelope takes at most " + ACKNOWLEDGEMENTS_MAX + " acknowledgements", null);
            }
            tables.acknowledgements().put(change, own, new Blob(acknowledgement));
            if (all.isEmpty() || !all.stream().allMatch(
                    needed -> tables.acknowledgements().contains(change, Keys.join(key, Keys.part(needed))))) {
                return AckOutcome.RECORDED;
            }
            tables.bury(change, key, held.get());
            return AckOutcome.BURIED;
        });
    }

    @Override
    public CompletionStage<Void> putDevices(String keySpace, Key uid, byte[] devices) {
        byte[] key = Keys.user(keySpace, uid);
        return disk.write(Effect.ADDS, devices.length, change -> {
            if (!tables.devices().contains(change, key) && change.count(MailboxTables.DEVICES) >= recordsMax) {
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
            for (ExpiryIndex.Due due : MailboxTables.EXPIRIES.due(change, nowMillis, limit)) {
                gone += due.kind() == MailboxTables.ENVELOPE ? tables.expireEnvelope(change, due) : tables.expireTombstone(change, due);
            }
            return gone;
        });
    }

    @Override
    public CompletionStage<List<Content>> page(BBytes prefix, Optional<BBytes> after, int limit) {
        Contents.check(limit);
        return disk.read(txn -> new MailboxPage(tables, txn, limit).of(prefix, after));
    }

    @Override
    public CompletionStage<Void> restore(List<Content> items) {
        Contents.check(items.size());
        List<Content> all = List.copyOf(items);
        List<Held> held = all.stream().filter(Held.class::isInstance).map(Held.class::cast).toList();
        return disk.write(Effect.ADDS, all.stream().mapToLong(XodusMailboxStore::bytes).sum(), change -> {
            makeRoom(change, held);
            for (Content item : all) {
                tables.forget(change, item.place().unsafeArray());
                if (item instanceof Held envelope) {
                    tables.keep(change, envelope);
                } else if (item instanceof Devices devices) {
                    tables.devices().put(change, Keys.user(devices.keySpace(), devices.uid()), new Blob(devices.bytes()));
                } else if (item instanceof LastArrival last) {
                    tables.count(change, last.number());
                }
            }
            return null;
        });
    }

    @Override
    public CompletionStage<Void> erase(List<BBytes> places) {
        Contents.check(places.size());
        List<BBytes> all = List.copyOf(places);
        return disk.write(Effect.FREES, 0, change -> {
            for (BBytes place : all) {
                tables.forget(change, place.unsafeArray());
                if (place.equals(LastArrival.PLACE)) {
                    tables.counters().remove(change, MailboxTables.LAST_ARRIVAL);
                    change.update(figures -> new Figures(figures.envelopes(), figures.bytes(), figures.tombstones(), 0));
                }
            }
            return null;
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

    private void makeRoom(Change<Figures> change, List<Held> held) throws StoreException {
        long more = 0;
        long bytes = 0;
        for (Held item : held) {
            byte[] key = Keys.tail(item.place().unsafeArray(), 1);
            Optional<StoredEnvelope> earlier = tables.envelopes().find(change, key);
            more += earlier.isPresent() || tables.tombstones().contains(change, key) ? 0 : 1;
            bytes += item.envelope().bytes().length - earlier.map(found -> found.bytes().length).orElse(0);
        }
        Figures now = change.state();
        if (more > 0 && now.envelopes() + now.tombstones() + more > recordsMax) {
            throw disk.full("envelopes and tombstones", recordsMax, "records.max");
        }
        if (bytes > 0 && now.bytes() + bytes > bytesMax) {
            throw disk.full("bytes", bytesMax, "bytes.max.mib");
        }
    }

    private static long greatestArrival(Txn txn) throws StoreException {
        long[] greatest = new long[1];
        txn.withPrefix(MailboxTables.ARRIVALS, new byte[0], (arrival, id) -> {
            greatest[0] = Math.max(greatest[0], number(arrival));
            return true;
        });
        return greatest[0];
    }

    private static long number(byte[] arrival) {
        return arrival.length < Long.BYTES ? 0 : ByteBuffer.wrap(arrival).getLong(arrival.length - Long.BYTES);
    }

    private static long bytes(Content item) {
        if (item instanceof Held held) {
            return held.envelope().bytes().length
                    + held.acknowledgements().values().stream().mapToLong(acknowledgement -> acknowledgement.length).sum();
        }
        return item instanceof Devices devices ? devices.bytes().length : 0;
    }
}
