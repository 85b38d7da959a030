package bytchat.api.store;

import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/** Messages that this node holds for others. See the package for when stages complete. */
@ConsumerType
public interface MailboxStore {
    /** Completes when the envelope is durable (or was already). An id that has been buried is not taken again. */
    CompletionStage<PutOutcome> put(StoredEnvelope envelope);

    /**
     * Envelopes for a recipient that {@code device} has not acknowledged, in order of arrival.
     *
     * @param after arrival number to start behind, 0 for the first
     * @param limit 1 to 256
     */
    CompletionStage<List<StoredEnvelope>> waiting(String keySpace, Key to, BBytes device, long after, int limit);

    /** The envelope, if it is held and not buried. */
    CompletionStage<Optional<StoredEnvelope>> get(String keySpace, Key to, BBytes id);

    /**
     * Records that a device has acknowledged. When all of {@code required} have, the envelope is buried: its bytes go, a
     * tombstone with the acknowledgements stays.
     *
     * @param acknowledgement canonical bytes of the signed acknowledgement
     * @param required        devices that must acknowledge; empty means: not known, never bury
     */
    CompletionStage<AckOutcome> acknowledge(
            String keySpace, Key to, BBytes id, BBytes device, byte[] acknowledgement, Set<BBytes> required);

    /** Keeps a recipient's newest device list, canonical bytes; the caller has compared numbers. */
    CompletionStage<Void> putDevices(String keySpace, Key uid, byte[] devices);

    CompletionStage<Optional<byte[]>> devices(String keySpace, Key uid);

    /**
     * Removes envelopes whose expiry has passed, and tombstones 10 minutes after it.
     *
     * @param limit at most so many in this call
     * @return how many envelopes and tombstones went
     */
    CompletionStage<Integer> expire(long nowMillis, int limit);

    /** Kept up to date in memory; answers at once. */
    Stats stats();

    /**
     * An envelope as it is held.
     *
     * @param arrival      counts up per store, given by it at put; 0 in what is put
     * @param expiryMillis never grows
     * @param bytes        canonical bytes, signature included
     */
    record StoredEnvelope(String keySpace, Key to, BBytes id, long arrival, long expiryMillis, byte[] bytes) {
    }

    /** What lies in a mailbox store, see {@link StoreContents}. */
    sealed interface Content extends StoreContents.Item {
    }

    /** @param number the last arrival number that was given; restored, it never goes back */
    record LastArrival(long number) implements Content {
        public static final BBytes PLACE = new Place().kind(0).bytes();

        @Override
        public BBytes place() {
            return PLACE;
        }
    }

    /** A recipient's newest device list, canonical bytes. */
    record Devices(String keySpace, Key uid, byte[] bytes) implements Content {
        @Override
        public BBytes place() {
            return placeOf(keySpace, uid);
        }

        public static BBytes placeOf(String keySpace, Key uid) {
            return new Place().kind(1).rest(Place.user(keySpace, uid).bytes().unsafeArray()).bytes();
        }
    }

    /**
     * An envelope, or the tombstone of a buried one.
     *
     * @param envelope         of a tombstone without bytes and arrival number
     * @param acknowledgements canonical bytes by device
     */
    record Held(StoredEnvelope envelope, boolean buried, Map<BBytes, byte[]> acknowledgements) implements Content {
        public Held {
            acknowledgements = Map.copyOf(acknowledgements);
        }

        @Override
        public BBytes place() {
            return placeOf(envelope.keySpace(), envelope.to(), envelope.id());
        }

        public static BBytes placeOf(String keySpace, Key to, BBytes id) {
            return new Place().kind(2).rest(Place.user(keySpace, to).part(id.unsafeArray()).bytes().unsafeArray()).bytes();
        }
    }

    /** What put found. */
    enum PutOutcome {
        STORED,
        PRESENT,
        BURIED
    }

    /** What acknowledge found. */
    enum AckOutcome {
        /** Recorded; other devices have yet to acknowledge. */
        RECORDED,
        /** That was the last: the envelope is gone. */
        BURIED,
        /** Nothing is held under that id. */
        UNKNOWN
    }

    record Stats(long envelopes, long bytes, long tombstones) {
    }
}
