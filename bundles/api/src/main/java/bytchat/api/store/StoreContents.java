package bytchat.api.store;

import bytchat.api.bencode.BBytes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * All that lies in a store, item by item: for whoever moves it to another store, keeps a copy or compares two. Every item has a place, and
 * there is at most one at a place. See the package for when stages complete.
 *
 * @param <I> what lies in it
 */
@ConsumerType
public interface StoreContents<I extends StoreContents.Item> {
    /** Items in one call: few enough that the largest fit what a store lets wait. */
    int ITEMS_MAX = 64;

    /**
     * Items whose place begins with {@code prefix}, in ascending order of their places as raw bytes. One that is damaged is passed over.
     *
     * @param after start strictly behind this place; empty starts at the first
     * @param limit 1 to {@link #ITEMS_MAX}
     */
    CompletionStage<List<I>> page(BBytes prefix, Optional<BBytes> after, int limit);

    /**
     * Puts items as they are, each in place of what lies there; all or none. Order of arrival and counters come with them.
     *
     * @param items at most {@link #ITEMS_MAX}
     */
    CompletionStage<Void> restore(List<I> items);

    /**
     * Forgets what lies at these places, without a trace; all or none.
     *
     * @param places at most {@link #ITEMS_MAX}
     */
    CompletionStage<Void> erase(List<BBytes> places);

    /** Something that lies in a store. */
    interface Item {
        BBytes place();
    }
}
