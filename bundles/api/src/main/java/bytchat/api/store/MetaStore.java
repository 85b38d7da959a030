package bytchat.api.store;

import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/** Meta records that this node holds for others. See the package for when stages complete. */
@ConsumerType
public interface MetaStore {
    /** Keeps a record in place of the earlier one; the caller has decided which is newer. */
    CompletionStage<Void> put(StoredMeta meta);

    CompletionStage<Optional<StoredMeta>> get(String keySpace, Key uid);

    /** Removes records whose expiry has passed; at most {@code limit}; answers how many. */
    CompletionStage<Integer> expire(long nowMillis, int limit);

    /** Kept up to date in memory; answers at once. */
    Stats stats();

    /** @param bytes canonical bytes of the record, signature included */
    record StoredMeta(String keySpace, Key uid, long timestampMillis, long expiryMillis, byte[] bytes) implements StoreContents.Item {
        @Override
        public BBytes place() {
            return placeOf(keySpace, uid);
        }

        /** Where the record of a user lies. */
        public static BBytes placeOf(String keySpace, Key uid) {
            return Place.user(keySpace, uid).bytes();
        }
    }

    record Stats(long records, long bytes) {
    }
}
