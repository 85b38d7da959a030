package bytchat.api.plane;

import bytchat.api.account.Account;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.mailbox.Envelope;
import bytchat.api.mailbox.Permit;
import bytchat.api.status.Status;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A way for envelopes to get from device to device. Service properties {@link #PROPERTY} = {@link #name()} and {@code bytchat.keyspace}. Used
 * on the event loop. Installing one reroutes nothing: configuration says which is active.
 */
@ConsumerType
public interface DeliveryPlane {
    String PROPERTY = "bytchat.plane";

    /** For example {@code mailbox} or {@code direct}. */
    String name();

    /** The key space that UIDs in its envelopes belong to. */
    KeySpace keySpace();

    /**
     * Begins to deliver for an account: what is waiting for it somewhere, then what comes.
     *
     * @param inbound where arriving envelopes go
     */
    Attachment attach(Account account, Inbound inbound);

    /** An account's use of a plane. */
    interface Attachment {
        /** Whether it can deliver now, and if not, why. Answers at once and may be called from any thread. */
        Status status();

        /**
         * Sends an envelope once; the outbox sends it again, with the same bytes, until it is delivered or expired.
         *
         * @param permit the recipient's permit, if there is one: without, only handshakes are taken
         * @return completes on the event loop with what came of it; never fails
         */
        CompletionStage<Dispatch> send(Envelope envelope, Optional<Permit> permit);

        /**
         * Takes no new envelope to send, finishes what is under way; what arrives it goes on taking until it is closed.
         *
         * @return completes when nothing is under way any more
         */
        CompletionStage<Void> drain();

        /** Ends it at once. What was accepted but not acknowledged comes again to whoever attaches next. */
        void close();
    }

    /** Where arriving envelopes go. */
    @FunctionalInterface
    interface Inbound {
        /**
         * Takes an envelope that a plane has received; nothing of it has been verified.
         *
         * @return completes when it is on disk, or known to be there already, or refused for good: only then does the plane
         *         acknowledge. Fails if it cannot be taken now; the plane then leaves it where it waits
         */
        CompletionStage<Void> accept(Envelope envelope);

        /**
         * What waits is worth trying now: its recipient has shown up, or another plane carries it from now on. On the event loop.
         *
         * @param to whom it waits for; empty means anybody
         */
        default void retry(Optional<Key> to) {
        }

        /** Another device of this account is there and has proven itself. On the event loop; a plane without links of its own never calls it. */
        default void sibling(Sibling sibling) {
        }
    }
}
