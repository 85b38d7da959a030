package bytchat.store.memory.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.api.keyspace.Key;
import bytchat.api.store.MailboxStore;
import bytchat.api.store.StoreContents;
import bytchat.api.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;

/** {@link MailboxStore} in memory; what it holds is gone with the process. */
public class MemoryMailboxStore extends LoopStore implements MailboxStore, StoreContents<MailboxStore.Content> {
    static final long TOMBSTONE_MILLIS = Duration.ofMinutes(10).toMillis();
    /** Devices that may acknowledge one envelope: 32 in use and 32 revoked. */
    static final int ACKNOWLEDGEMENTS_MAX = 64;
    private static final int WAITING_MAX = 256;
    private static final byte[] NO_BYTES = {};

    private final int recordsMax;
    private final long bytesMax;
    private final TreeMap<BBytes, Entry> entries = new TreeMap<>();
    private final Map<Recipient, TreeMap<Long, Entry>> waiting = new HashMap<>();
    private final TreeSet<Entry> byExpiry = new TreeSet<>(Comparator.comparingLong(Entry::goesMillis)
            .thenComparing(e -> e.at));
    private final TreeMap<BBytes, Devices> deviceLists = new TreeMap<>();
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

    /**
     * An envelope, or its tombstone once {@link #bytes} is empty. Changed only while it is not in {@link #byExpiry}.
     */
    private static final class Entry {
        private final BBytes at;
        private final Recipient recipient;
        private final BBytes id;
        private final long arrival;
        private final Map<BBytes, byte[]> acknowledgements = new HashMap<>();
        private long expiryMillis;
        private Optional<byte[]> bytes;

        Entry(StoredEnvelope envelope, long arrival, boolean buried) {
            this.at = Held.placeOf(envelope.keySpace(), envelope.to(), envelope.id());
            this.recipient = new Recipient(envelope.keySpace(), envelope.to());
            this.id = envelope.id();
            this.arrival = arrival;
            this.expiryMillis = envelope.expiryMillis();
            this.bytes = buried ? Optional.empty() : Optional.of(envelope.bytes());
        }

        long goesMillis() {
            return bytes.isPresent() ? expiryMillis : expiryMillis + TOMBSTONE_MILLIS;
        }

        StoredEnvelope envelope() {
            return new StoredEnvelope(recipient.keySpace(), recipient.uid(), id, bytes.isEmpty() ? 0 : arrival, expiryMillis,
                    bytes.orElse(NO_BYTES));
        }

        Content content() {
            return new Held(envelope(), bytes.isEmpty(), acknowledgements);
        }
    }

    @Override
    public CompletionStage<PutOutcome> put(StoredEnvelope envelope) {
        return onLoop(() -> {
            Entry held = entries.get(Held.placeOf(envelope.keySpace(), envelope.to(), envelope.id()));
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
            add(new Entry(envelope, ++arrivals, false));
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
        return onLoop(() -> Optional.ofNullable(entries.get(Held.placeOf(keySpace, to, id)))
                .filter(entry -> entry.bytes.isPresent())
                .map(Entry::envelope));
    }

    @Override
    public CompletionStage<AckOutcome> acknowledge(
            String keySpace, Key to, BBytes id, BBytes device, byte[] acknowledgement, Set<BBytes> required) {
        return onLoop(() -> {
            Entry entry = entries.get(Held.placeOf(keySpace, to, id));
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
            keep(new Devices(keySpace, uid, devices));
            return null;
        });
    }

    @Override
    public CompletionStage<Optional<byte[]>> devices(String keySpace, Key uid) {
        return onLoop(() -> Optional.ofNullable(deviceLists.get(Devices.placeOf(keySpace, uid)))
                .map(Devices::bytes));
    }

    @Override
    public CompletionStage<Integer> expire(long nowMillis, int limit) {
        return onLoop(() -> {
            List<Entry> gone = new ArrayList<>();
            while (gone.size() < limit && !byExpiry.isEmpty() && byExpiry.first().goesMillis() <= nowMillis) {
                Entry entry = byExpiry.first();
                drop(entry);
                gone.add(entry);
            }
            count();
            return gone.size();
        });
    }

    @Override
    public CompletionStage<List<Content>> page(BBytes prefix, Optional<BBytes> after, int limit) {
        Ordered.check(limit);
        return onLoop(() -> {
            List<Content> page = new ArrayList<>();
            boolean asked = prefix.length() == 0 || prefix.equals(LastArrival.PLACE);
            if (asked && arrivals > 0 && after.filter(place -> place.compareTo(LastArrival.PLACE) >= 0).isEmpty()) {
                page.add(new LastArrival(arrivals));
            }
            page.addAll(Ordered.page(deviceLists, prefix, after, limit));
            Ordered.page(entries, prefix, after, limit).forEach(entry -> page.add(entry.content()));
            return List.copyOf(page.subList(0, Math.min(limit, page.size())));
        });
    }

    @Override
    public CompletionStage<Void> restore(List<Content> items) {
        Ordered.check(items.size());
        List<Held> held = items.stream().filter(Held.class::isInstance).map(Held.class::cast).toList();
        return onLoop(() -> {
            List<Entry> earlier = held.stream().map(item -> entries.get(item.place())).filter(Objects::nonNull).toList();
            if (held.size() > earlier.size() && entries.size() + held.size() - earlier.size() > recordsMax) {
                throw full("envelopes and tombstones", recordsMax, "records.max");
            }
            long before = earlier.stream().flatMap(entry -> entry.bytes.stream()).mapToLong(body -> body.length).sum();
            if (bytes - before + held.stream().mapToLong(item -> item.envelope().bytes().length).sum() > bytesMax) {
                throw full("bytes", bytesMax, "bytes.max.mib");
            }
            for (Content item : items) {
                if (item instanceof Devices devices) {
                    keep(devices);
                } else if (item instanceof LastArrival last) {
                    arrivals = Math.max(arrivals, last.number());
                }
            }
            earlier.forEach(this::drop);
            for (Held item : held) {
                Entry entry = new Entry(item.envelope(), item.envelope().arrival(), item.buried());
                entry.acknowledgements.putAll(item.acknowledgements());
                add(entry);
                arrivals = Math.max(arrivals, entry.arrival);
            }
            count();
            return null;
        });
    }

    @Override
    public CompletionStage<Void> erase(List<BBytes> places) {
        Ordered.check(places.size());
        return onLoop(() -> {
            for (BBytes place : places) {
                deviceLists.remove(place);
                Optional.ofNullable(entries.get(place)).ifPresent(this::drop);
                if (place.equals(LastArrival.PLACE)) {
                    arrivals = 0;
                }
            }
            count();
            return null;
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

    private void add(Entry entry) {
        entries.put(entry.at, entry);
        byExpiry.add(entry);
        if (entry.bytes.isPresent()) {
            waiting.computeIfAbsent(entry.recipient, r -> new TreeMap<>()).put(entry.arrival, entry);
            bytes += entry.bytes.get().length;
        } else {
            tombstones++;
        }
    }

    private void drop(Entry entry) {
        if (entry.bytes.isPresent()) {
            forgetBytes(entry);
        } else {
            byExpiry.remove(entry);
            tombstones--;
        }
        entries.remove(entry.at);
    }

    private void keep(Devices devices) throws StoreException {
        if (!deviceLists.containsKey(devices.place()) && deviceLists.size() >= recordsMax) {
            throw full("device lists", recordsMax, "records.max");
        }
        deviceLists.put(devices.place(), devices);
    }

    /** Takes the entry out of the indexes, and its bytes away. */
    private void forgetBytes(Entry entry) {
        byExpiry.remove(entry);
        TreeMap<Long, Entry> mail = waiting.get(entry.recipient);
        mail.remove(entry.arrival);
        if (mail.isEmpty()) {
            waiting.remove(entry.recipient);
        }
        bytes -= entry.bytes.orElseThrow().length;
        entry.bytes = Optional.empty();
    }

    private void count() {
        stats = new Stats(entries.size() - tombstones, bytes, tombstones);
    }
}
