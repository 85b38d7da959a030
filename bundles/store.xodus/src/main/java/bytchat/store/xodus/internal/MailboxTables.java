package bytchat.store.xodus.internal;

import bytchat.api.store.MailboxStore.Held;
import bytchat.api.store.MailboxStore.StoredEnvelope;
import bytchat.api.store.StoreException;
import bytchat.records.RecordCodec;
import bytchat.records.Sealer;
import bytchat.store.xodus.internal.XodusMailboxStore.Blob;
import bytchat.store.xodus.internal.XodusMailboxStore.Figures;
import bytchat.store.xodus.internal.XodusMailboxStore.Number;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tables of {@link XodusMailboxStore}, and the changes that keep them, their indexes and its figures in step. */
record MailboxTables(Table<StoredEnvelope> envelopes, Table<Blob> acknowledgements, Table<Number> tombstones, Table<Blob> devices,
        Table<Number> counters) {
    static final String ENVELOPES = "envelopes";
    static final String ARRIVALS = "arrivals";
    static final String ACKNOWLEDGEMENTS = "acknowledgements";
    static final String TOMBSTONES = "tombstones";
    static final String DEVICES = "devices";
    static final String COUNTERS = "counters";
    static final byte[] LAST_ARRIVAL = Keys.text("arrival");
    static final ExpiryIndex EXPIRIES = new ExpiryIndex("expiries");
    static final List<String> NAMES =
            List.of(ENVELOPES, ARRIVALS, ACKNOWLEDGEMENTS, TOMBSTONES, DEVICES, COUNTERS, EXPIRIES.table());
    static final byte ENVELOPE = 0;
    static final byte TOMBSTONE = 1;

    MailboxTables(Sealer sealer) {
        this(table(sealer, ENVELOPES, StoredEnvelope.class), table(sealer, ACKNOWLEDGEMENTS, Blob.class),
                table(sealer, TOMBSTONES, Number.class), table(sealer, DEVICES, Blob.class), table(sealer, COUNTERS, Number.class));
    }

    private static <T> Table<T> table(Sealer sealer, String name, Class<T> type) {
        return new Table<>(name, new RecordCodec<>(sealer, XodusMailboxStore.NAME + "/" + name, type, List.of(type)));
    }

    /** Puts it as it was elsewhere: what was there before has been forgotten. */
    void keep(Change<Figures> change, Held item) {
        StoredEnvelope envelope = item.envelope();
        byte[] key = Keys.tail(item.place().unsafeArray(), 1);
        item.acknowledgements().forEach((device, acknowledgement) -> acknowledgements
                .put(change, Keys.join(key, Keys.part(device)), new Blob(acknowledgement)));
        if (item.buried()) {
            entomb(change, key, envelope.expiryMillis());
        } else {
            add(change, key, envelope);
            count(change, envelope.arrival());
        }
    }

    void add(Change<Figures> change, byte[] key, StoredEnvelope envelope) {
        envelopes.put(change, key, envelope);
        change.put(ARRIVALS, Keys.join(Keys.user(envelope.keySpace(), envelope.to()), Keys.number(envelope.arrival())),
                envelope.id().unsafeArray());
        EXPIRIES.add(change, envelope.expiryMillis(), ENVELOPE, key, envelope.bytes().length);
        change.update(figures -> figures.plus(1, envelope.bytes().length, 0));
    }

    void count(Change<Figures> change, long arrival) {
        if (arrival > change.state().lastArrival()) {
            counters.put(change, LAST_ARRIVAL, new Number(arrival));
            change.update(figures -> new Figures(figures.envelopes(), figures.bytes(), figures.tombstones(), arrival));
        }
    }

    /** Takes away what lies at a place, without a trace; a counter stays. */
    void forget(Change<Figures> change, byte[] place) throws StoreException {
        byte[] key = Keys.tail(place, 1);
        if (place[0] == MailboxPage.DEVICES) {
            devices.remove(change, key);
        } else if (place[0] == MailboxPage.HELD) {
            envelopes.find(change, key).ifPresent(held -> drop(change, key, held));
            Optional<Number> tombstone = tombstones.find(change, key);
            if (tombstone.isPresent()) {
                tombstones.remove(change, key);
                EXPIRIES.remove(change, tombstone.get().value() + XodusMailboxStore.TOMBSTONE_MILLIS, TOMBSTONE, key);
                change.update(figures -> figures.plus(0, 0, -1));
            }
            removeAcknowledgements(change, key);
        }
    }

    void shrinkExpiry(Change<Figures> change, byte[] key, StoredEnvelope held, long expiryMillis) {
        if (expiryMillis < held.expiryMillis()) {
            EXPIRIES.remove(change, held.expiryMillis(), ENVELOPE, key);
            EXPIRIES.add(change, expiryMillis, ENVELOPE, key, held.bytes().length);
            envelopes.put(change, key,
                    new StoredEnvelope(held.keySpace(), held.to(), held.id(), held.arrival(), expiryMillis,
                    held.bytes()));
        }
    }

    void bury(Change<Figures> change, byte[] key, StoredEnvelope held) {
        drop(change, key, held);
        entomb(change, key, held.expiryMillis());
    }

    void entomb(Change<Figures> change, byte[] key, long expiryMillis) {
        tombstones.put(change, key, new Number(expiryMillis));
        EXPIRIES.add(change, expiryMillis + XodusMailboxStore.TOMBSTONE_MILLIS, TOMBSTONE, key, 0);
        change.update(figures -> figures.plus(0, 0, 1));
    }

    int expireEnvelope(Change<Figures> change, ExpiryIndex.Due due) throws StoreException {
        Optional<StoredEnvelope> held = envelopes.find(change, due.key());
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

    int expireTombstone(Change<Figures> change, ExpiryIndex.Due due) throws StoreException {
        tombstones.remove(change, due.key());
        removeAcknowledgements(change, due.key());
        EXPIRIES.remove(change, due);
        change.update(figures -> figures.plus(0, 0, -1));
        return 1;
    }

    /** Takes the envelope out of its table and its indexes. */
    void drop(Change<Figures> change, byte[] key, StoredEnvelope held) {
        envelopes.remove(change, key);
        change.remove(ARRIVALS, Keys.join(Keys.user(held.keySpace(), held.to()), Keys.number(held.arrival())));
        EXPIRIES.remove(change, held.expiryMillis(), ENVELOPE, key);
        change.update(figures -> figures.plus(-1, -held.bytes().length, 0));
    }

    static List<byte[]> acknowledgementsOf(Txn txn, byte[] key) throws StoreException {
        List<byte[]> keys = new ArrayList<>();
        txn.withPrefix(ACKNOWLEDGEMENTS, key, (found, value) -> keys.add(found));
        return keys;
    }

    void removeAcknowledgements(Change<Figures> change, byte[] key) throws StoreException {
        for (byte[] acknowledgement : acknowledgementsOf(change, key)) {
            acknowledgements.remove(change, acknowledgement);
        }
    }
}
