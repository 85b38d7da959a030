package bytchat.store.memory.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.api.keyspace.Key;
import bytchat.api.store.MailboxStore;
import bytchat.api.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;

/** {@link MailboxStore} in memory; what it holds is gone with the process. */
public class MemoryMailboxStore extends LoopStore implements MailboxStore {
    static final long TOMBSTONE_MILLIS = Duration.ofMinutes(10).toMillis();
    /** Devices that may acknowledge one envelope: 32 in use and 32 revoked. */
    static final int ACKNOWLEDGEMENTS_MAX = 64;
    private static final int WAITING_MAX = 256;

    private final int recordsMax;
    private final long bytesMax;
    private final Map<Place, Entry> entries = new HashMap<>();
    private final Map<Recipient, TreeMap<Long, Entry>> waiting = new HashMap<>();
    private final TreeSet<Entry> byExpiry = new TreeSet<>(Comparator.comparingLong(Entry::goesMillis)
            .thenComparingLong(e -> e.arrival));
    private final Map<Recipient, byte[]> deviceLists = new HashMap<>();
    private long arrivals;
    private long bytes;
    private long tombstones;
    private volatile Stats stats = new Stats(0, 0, 0);

    /**
     * @param recordsMax envelopes and tombstones together; device lists likewise
     * @param bytesMax   bytes of all envelopes together
     */
    public MemoryMailboxStore(Environment environment, int recordsMax, long bytesMax) {
        super("store.memory.mailbox", environment.loop());
        this.recordsMax = recordsMax;
        this.bytesMax = bytesMax;
    }

    private record Recipient(String keySpace, Key uid) {
    }

    private record Place(Recipient recipient, BBytes id) {
    }

    /**
     * An envelope, or its tombstone once {@link #bytes} is empty. Changed only while it is not in {@link #byExpiry}.
     */
    private static final class Entry {
        private final Place place;
        private final long arrival;
        private final Map<BBytes, byte[]> acknowledgements = new HashMap<>();
        private long expiryMillis;
        private Optional<byte[]> bytes;

        Entry(StoredEnvelope envelope, Place place, long arrival) {
            this.place = place;
            this.arrival = arrival;
            this.expiryMillis = envelope.expiryMillis();
            this.bytes = Optional.of(envelope.bytes());
        }

        long goesMillis() {
            return bytes.isPresent() ? expiryMillis : expiryMillis + TOMBSTONE_MILLIS;
        }

        StoredEnvelope envelope() {
            return new StoredEnvelope(place.recipient().keySpace(), place.recipient().uid(), place.id(), arrival,
                    expiryMillis, bytes.orElseThrow());
        }
    }

    @Override
    public CompletionStage<PutOutcome> put(StoredEnvelope envelope) {
        return onLoop(() -> {
            Place place = place(envelope.keySpace(), envelope.to(), envelope.id());
            Entry held = entries.get(place);
            if (held != null) {
                if (held.bytes.isEmpty()) {
                    return PutOutcome.BURIED;
                }
                byExpiry.remove(held);
                held.expiryMillis = Math.min(held.expiryMillis, envelope.expiryMillis());
                byExpiry.add(held);
                return PutOutcome.PRESENT;
            }
            if (entries.size() >= recordsMax) {
                throw full("envelopes and tombstones", recordsMax, "records.max");
            }
            if (bytes + envelope.bytes().length > bytesMax) {
                throw full("bytes", bytesMax, "bytes.max.mib");
            }
            Entry entry = new Entry(envelope, place, ++arrivals);
            entries.put(place, entry);
            waiting.computeIfAbsent(place.recipient(), r -> new TreeMap<>()).put(entry.arrival, entry);
            byExpiry.add(entry);
            bytes += envelope.bytes().length;
            count();
            return PutOutcome.STORED;
        });
    }

    @Override
    public CompletionStage<List<StoredEnvelope>> waiting(String keySpace, Key to, BBytes device, long after,
            int limit) {
        if (limit < 1 || limit > WAITING_MAX) {
            throw new IllegalArgumentException("limit is 1 to " + WAITING_MAX + ", not " + limit);
        }
        return onLoop(() -> waiting.getOrDefault(new Recipient(keySpace, to), new TreeMap<>()).tailMap(after, false)
                .values().stream()
                .filter(entry -> !entry.acknowledgements.containsKey(device)).limit(limit).map(Entry::envelope)
                .toList());
    }

    @Override
    public CompletionStage<Optional<StoredEnvelope>> get(String keySpace, Key to, BBytes id) {
        return onLoop(() -> Optional.ofNullable(entries.get(place(keySpace, to, id)))
                .filter(entry -> entry.bytes.isPresent())
                .map(Entry::envelope));
    }

    @Override
    public CompletionStage<AckOutcome> acknowledge(
            String keySpace, Key to, BBytes id, BBytes device, byte[] acknowledgement, Set<BBytes> required) {
        return onLoop(() -> {
            Entry entry = entries.get(place(keySpace, to, id));
            if (entry == null) {
                return AckOutcome.UNKNOWN;
            }
            if (entry.bytes.isEmpty()) {
                return AckOutcome.BURIED;
            }
            boolean again = entry.acknowledgements.containsKey(device);
            if (!again && entry.acknowledgements.size() >= ACKNOWLEDGEMENTS_MAX) {
                throw new StoreException(StoreException.Reason.FULL,
                        "an envelope takes at most " + ACKNOWLEDGEMENTS_MAX + " acknowledgements", null);
            }
            entry.acknowledgements.put(device, acknowledgement);
            if (required.isEmpty() || !entry.acknowledgements.keySet().containsAll(required)) {
                return AckOutcome.RECORDED;
            }
            forgetBytes(entry);
            byExpiry.add(entry);
            tombstones++;
            count();
            return AckOutcome.BURIED;
        });
    }

    @Override
    public CompletionStage<Void> putDevices(String keySpace, Key uid, byte[] devices) {
        return onLoop(() -> {
            Recipient recipient = new Recipient(keySpace, uid);
            if (!deviceLists.containsKey(recipient) && deviceLists.size() >= recordsMax) {
                throw full("device lists", recordsMax, "records.max");
            }
            deviceLists.put(recipient, devices);
            return null;
        });
    }

    @Override
    public CompletionStage<Optional<byte[]>> devices(String keySpace, Key uid) {
        return onLoop(() -> Optional.ofNullable(deviceLists.get(new Recipient(keySpace, uid))));
    }

    @Override
    public CompletionStage<Integer> expire(long nowMillis, int limit) {
        return onLoop(() -> {
            List<Entry> gone = new ArrayList<>();
            while (gone.size() < limit && !byExpiry.isEmpty() && byExpiry.first().goesMillis() <= nowMillis) {
                Entry entry = byExpiry.first();
                if (entry.bytes.isPresent()) {
                    forgetBytes(entry);
                } else {
                    byExpiry.remove(entry);
                    tombstones--;
                }
                entries.remove(entry.place);
                gone.add(entry);
            }
            count();
            return gone.size();
        });
    }

    @Override
    public Stats stats() {
        return stats;
    }

    @Override
    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("envelopes", stats.envelopes());
        facts.put("tombstones", stats.tombstones());
        facts.put("records_max", recordsMax);
        facts.put("stored_bytes", stats.bytes());
        facts.put("stored_bytes_max", bytesMax);
        return facts;
    }

    /** Takes the entry out of the indexes, and its bytes away. */
    private void forgetBytes(Entry entry) {
        byExpiry.remove(entry);
        TreeMap<Long, Entry> mail = waiting.get(entry.place.recipient());
        mail.remove(entry.arrival);
        if (mail.isEmpty()) {
            waiting.remove(entry.place.recipient());
        }
        bytes -= entry.bytes.orElseThrow().length;
        entry.bytes = Optional.empty();
    }

    private void count() {
        stats = new Stats(entries.size() - tombstones, bytes, tombstones);
    }

    private static Place place(String keySpace, Key to, BBytes id) {
        return new Place(new Recipient(keySpace, to), id);
    }
}
