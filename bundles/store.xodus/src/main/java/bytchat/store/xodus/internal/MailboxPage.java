package bytchat.store.xodus.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import bytchat.api.store.MailboxStore.Content;
import bytchat.api.store.MailboxStore.Devices;
import bytchat.api.store.MailboxStore.Held;
import bytchat.api.store.MailboxStore.LastArrival;
import bytchat.api.store.MailboxStore.StoredEnvelope;
import bytchat.api.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads a mailbox store item by item. A place is a byte that says of what kind it is, and the key in that kind's tables. */
final class MailboxPage {
    static final byte COUNTER = 0;
    static final byte DEVICES = 1;
    static final byte HELD = 2;
    private static final byte[] NO_BYTES = {};

    private final MailboxTables tables;
    private final Txn txn;
    private final int limit;
    private final List<Content> found = new ArrayList<>();

    MailboxPage(MailboxTables tables, Txn txn, int limit) {
        this.tables = tables;
        this.txn = txn;
        this.limit = limit;
    }

    List<Content> of(BBytes prefix, Optional<BBytes> after) throws StoreException {
        int behindKind = after.isEmpty() || after.get().length() == 0 ? -1 : after.get().unsafeArray()[0];
        for (byte kind = COUNTER; kind <= HELD; kind++) {
            boolean asked = prefix.length() == 0 || prefix.unsafeArray()[0] == kind;
            if (asked && behindKind <= kind) {
                read(kind, key(prefix), behindKind == kind ? after.map(MailboxPage::key) : Optional.empty());
            }
        }
        return List.copyOf(found.subList(0, Math.min(limit, found.size())));
    }

    private static BBytes key(BBytes place) {
        return place.length() == 0 ? place : BBytes.wrap(Keys.tail(place.unsafeArray(), 1));
    }

    private void read(byte kind, BBytes prefix, Optional<BBytes> after) throws StoreException {
        switch (kind) {
            case COUNTER -> {
                if (after.isEmpty()) {
                    tables.counters().find(txn, MailboxTables.LAST_ARRIVAL)
                            .ifPresent(last -> found.add(new LastArrival(last.value())));
                }
            }
            case DEVICES -> Contents.ascend(txn, MailboxTables.DEVICES, prefix, after, (key, sealed) -> {
                List<byte[]> parts = parts(key);
                if (parts.size() == 2) {
                    tables.devices().open(txn, key, sealed)
                            .ifPresent(list -> found.add(new Devices(text(parts.get(0)), Key.of(parts.get(1)), list.bytes())));
                }
                return found.size() < limit;
            });
            default -> readHeld(prefix, after);
        }
    }

    /** Envelopes and tombstones lie in two tables, with keys alike. */
    private void readHeld(BBytes prefix, Optional<BBytes> after) throws StoreException {
        TreeMap<BBytes, Held> held = new TreeMap<>();
        int[] read = new int[1];
        Contents.ascend(txn, MailboxTables.ENVELOPES, prefix, after, (key, sealed) -> {
            Optional<StoredEnvelope> envelope = tables.envelopes().open(txn, key, sealed);
            if (envelope.isPresent()) {
                held.put(BBytes.wrap(key), new Held(envelope.get(), false, acknowledgements(key)));
                read[0]++;
            }
            return read[0] < limit;
        });
        read[0] = 0;
        Contents.ascend(txn, MailboxTables.TOMBSTONES, prefix, after, (key, sealed) -> {
            List<byte[]> parts = parts(key);
            Optional<XodusMailboxStore.Number> expiry = tables.tombstones().open(txn, key, sealed);
            if (expiry.isPresent() && parts.size() == 3) {
                StoredEnvelope envelope = new StoredEnvelope(text(parts.get(0)), Key.of(parts.get(1)), BBytes.wrap(parts.get(2)), 0,
                        expiry.get().value(), NO_BYTES);
                held.put(BBytes.wrap(key), new Held(envelope, true, acknowledgements(key)));
                read[0]++;
            }
            return read[0] < limit;
        });
        found.addAll(held.values());
    }

    private Map<BBytes, byte[]> acknowledgements(byte[] key) throws StoreException {
        Map<BBytes, byte[]> acknowledgements = new HashMap<>();
        txn.withPrefix(MailboxTables.ACKNOWLEDGEMENTS, key, (place, sealed) -> {
            List<byte[]> device = parts(Keys.tail(place, key.length));
            if (device.size() == 1) {
                tables.acknowledgements().open(txn, place, sealed)
                        .ifPresent(blob -> acknowledgements.put(BBytes.wrap(device.get(0)), blob.bytes()));
            }
            return true;
        });
        return acknowledgements;
    }

    /** What a key consists of; nothing if it has rotten. */
    private static List<byte[]> parts(byte[] key) {
        List<byte[]> parts = new ArrayList<>();
        for (int at = 0; at < key.length;) {
            int end = at + 1 + (key[at] & 0xff);
            if (end > key.length) {
                return List.of();
            }
            parts.add(Arrays.copyOfRange(key, at + 1, end));
            at = end;
        }
        return parts;
    }

    private static String text(byte[] part) {
        return new String(part, StandardCharsets.UTF_8);
    }
}
