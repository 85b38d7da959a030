package bytchat.api.store;

import bytchat.api.bencode.BBytes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What an account keeps on this node: contacts, handshakes, sessions, messages, the outbox, what was seen. Records of one
 * account never meet another's. See the package for when stages complete.
 */
@ConsumerType
public interface ChatStore {
    /** Changes in one {@link #commit}. */
    int CHANGES_MAX = 256;

    /** Makes all changes, or none, durably. Commits take effect in the order of the calls. */
    CompletionStage<Void> commit(BBytes account, List<Change> changes);

    <T extends ChatRecord> CompletionStage<Optional<T>> get(BBytes account, Class<T> type, BBytes key);

    /**
     * Records whose key begins with {@code prefix}, in ascending or descending order of their keys.
     *
     * @param from  start strictly behind this key, in the direction asked; empty starts at the end
     * @param limit 1 to 1,024
     */
    <T extends ChatRecord> CompletionStage<List<T>> list(
            BBytes account, Class<T> type, BBytes prefix, Optional<BBytes> from, boolean descending, int limit);

    /** One change of a {@link #commit}. */
    sealed interface Change {
        /** Adds a record, or replaces the one of that type and key. */
        record Put(ChatRecord record) implements Change {
        }

        /** Removes a record if it is there. */
        record Remove(Class<? extends ChatRecord> type, BBytes key) implements Change {
        }
    }

    /** Every kind of record; their places in this list are part of stored formats: append only. */
    List<Class<? extends ChatRecord>> KINDS = List.of(ChatRecord.ContactRecord.class, ChatRecord.HandshakeRecord.class,
            ChatRecord.SessionRecord.class, ChatRecord.MessageRecord.class, ChatRecord.OutboundRecord.class,
            ChatRecord.SeenRecord.class, ChatRecord.CounterRecord.class);

    /** A record of an account, see {@link StoreContents}. */
    record Entry(BBytes account, ChatRecord record) implements StoreContents.Item {
        @Override
        public BBytes place() {
            return placeOf(account, record.getClass(), record.key());
        }

        /** Where the records of an account lie whose key begins so. */
        public static BBytes placeOf(BBytes account, Class<? extends ChatRecord> type, BBytes key) {
            int kind = KINDS.indexOf(type);
            if (kind < 0) {
                throw new IllegalArgumentException(type.getSimpleName() + " is not a kind of record that is stored");
            }
            return of(account).kind(kind).rest(key.unsafeArray()).bytes();
        }

        private static Place of(BBytes account) {
            return new Place().part(account.unsafeArray());
        }
    }
}
