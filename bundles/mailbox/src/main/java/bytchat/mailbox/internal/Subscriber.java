package bytchat.mailbox.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Clock;
import bytchat.api.keyspace.Key;
import bytchat.api.rpc.Peer;
import bytchat.api.store.MailboxStore;
import bytchat.api.store.MailboxStore.StoredEnvelope;
import bytchat.wire.Bencode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * A device that hangs on a link for its mail: pushes what waits in order of arrival, no faster than the device
 * acknowledges.
 *
 * <p>What the device does not acknowledge (it cannot open it yet, say) must not block what comes behind it: it leaves
 * the window after {@link #PATIENCE} and is pushed again when everything else has been, or on the next subscription.
 *
 * <p>Used on the event loop.
 */
final class Subscriber {
    /** Pushes that wait for their acknowledgement, on one link for one device. */
    static final int UNACKNOWLEDGED_MAX = 64;
    /** Bytes of pushes that the other end has not answered: a quarter of what a link queues. */
    static final int UNANSWERED_BYTES_MAX = 256 * 1024;
    /** Envelopes read from the store at once. */
    static final int READ_BATCH = 8;
    static final Duration PATIENCE = Duration.ofMinutes(1);
    static final Duration PUSH_AGAIN = Duration.ofMinutes(5);

    private final Peer peer;
    private final Key uid;
    private final BBytes device;
    private final byte[] deviceKey;
    private final String keySpace;
    private final MailboxStore store;
    private final Clock clock;
    private final Counters counters;
    private final Map<BBytes, Long> unacknowledged = new LinkedHashMap<>();
    private long cursor;
    private long beganNanos;
    private int unansweredBytes;
    private boolean reading;
    private boolean more;
    private boolean ended;

    /** What subscribers count together. */
    record Counters(LongAdder pushes, LongAdder pushFailures, LongAdder storeFailures) {
        Counters() {
            this(new LongAdder(), new LongAdder(), new LongAdder());
        }
    }

    Subscriber(Peer peer, Key uid, BBytes device, byte[] deviceKey, String keySpace, MailboxStore store, Clock clock,
            Counters counters) {
        this.peer = peer;
        this.uid = uid;
        this.device = device;
        this.deviceKey = deviceKey;
        this.keySpace = keySpace;
        this.store = store;
        this.clock = clock;
        this.counters = counters;
        this.beganNanos = clock.nanoTime();
    }

    Peer peer() {
        return peer;
    }

    Key uid() {
        return uid;
    }

    BBytes device() {
        return device;
    }

    byte[] deviceKey() {
        return deviceKey;
    }

    /** Something may be there to push. */
    void pump() {
        more = true;
        if (reading || ended || windowFull()) {
            return;
        }
        reading = true;
        more = false;
        store.waiting(keySpace, uid, device, cursor, READ_BATCH).whenComplete((batch, failure) -> {
            reading = false;
            if (failure != null) {
                // The next arrival, acknowledgement or tick tries again.
                counters.storeFailures.increment();
                return;
            }
            boolean stopped = pushAll(batch);
            if (!stopped && (more || batch.size() == READ_BATCH)) {
                pump();
            }
        });
    }

    private boolean pushAll(List<StoredEnvelope> batch) {
        for (StoredEnvelope envelope : batch) {
            if (ended || windowFull()) {
                return true;
            }
            cursor = envelope.arrival();
            if (envelope.expiryMillis() > clock.millis() && !unacknowledged.containsKey(envelope.id())) {
                push(envelope);
            }
        }
        return false;
    }

    private boolean windowFull() {
        return unacknowledged.size() >= UNACKNOWLEDGED_MAX || unansweredBytes >= UNANSWERED_BYTES_MAX;
    }

    private void push(StoredEnvelope envelope) {
        unacknowledged.put(envelope.id(), clock.nanoTime());
        unansweredBytes += envelope.bytes().length;
        counters.pushes.increment();
        BDict dict = Bencode.decodeDict(envelope.bytes(), Deposits.ENVELOPE_BYTES_MAX);
        peer.call("mailbox_push", BDict.builder().put("env", dict).build()).whenComplete((answer, failure) -> {
            unansweredBytes -= envelope.bytes().length;
            if (failure != null) {
                counters.pushFailures.increment();
            }
            pump();
        });
    }

    void acknowledged(BBytes id) {
        if (unacknowledged.remove(id) != null) {
            pump();
        }
    }

    /** Called every so often: what was not acknowledged in time leaves the window, and is pushed again in the end. */
    void tick() {
        long now = clock.nanoTime();
        unacknowledged.values().removeIf(pushedNanos -> now - pushedNanos >= PATIENCE.toNanos());
        if (!reading && unacknowledged.isEmpty() && now - beganNanos >= PUSH_AGAIN.toNanos()) {
            beganNanos = now;
            cursor = 0;
        }
        pump();
    }

    void end() {
        ended = true;
    }
}
