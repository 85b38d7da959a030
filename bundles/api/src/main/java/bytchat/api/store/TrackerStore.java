package bytchat.api.store;

import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/** Bindings that this node's tracker lists. See the package for when stages complete. */
@ConsumerType
public interface TrackerStore {
    /** Keeps a device's binding in place of its earlier one. */
    CompletionStage<Void> put(StoredBinding binding);

    /** A user's bindings, those seen last first; at most 32. */
    CompletionStage<List<StoredBinding>> find(String keySpace, Key uid);

    CompletionStage<Void> remove(String keySpace, Key uid, BBytes device);

    /** Removes bindings whose {@code seenMillis} is before; at most {@code limit}; answers how many. */
    CompletionStage<Integer> expire(long seenBeforeMillis, int limit);

    /** Kept up to date in memory; answers at once. */
    Stats stats();

    /**
     * A binding as it is listed.
     *
     * @param endpoint   the observed address with the announced port
     * @param reachable  whether the dial-back found the announced node key there
     * @param seenMillis when the device was last known to be there, by this tracker's clock
     * @param bytes      canonical bytes of the binding, signature included
     */
    record StoredBinding(
            String keySpace, Key uid, BBytes device, InetSocketAddress endpoint, boolean reachable, long seenMillis, byte[] bytes)
            implements StoreContents.Item {
        @Override
        public BBytes place() {
            return Place.user(keySpace, uid).part(device.unsafeArray()).bytes();
        }

        /** Where all the bindings of a user lie. */
        public static BBytes placeOf(String keySpace, Key uid) {
            return Place.user(keySpace, uid).bytes();
        }
    }

    record Stats(long users, long bindings) {
    }
}
