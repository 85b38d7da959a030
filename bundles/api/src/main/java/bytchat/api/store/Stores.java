package bytchat.api.store;

import bytchat.api.status.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Which store keeps what, and the move from one to another while the node serves. One service per node. Whoever keeps something uses the
 * store with the property {@link #PROPERTY} = {@link #ACTIVE}, which outlives moves, and stores that come and go.
 */
@ProviderType
public interface Stores {
    /** Service property of every store: its name, for example {@code xodus}. */
    String PROPERTY = "bytchat.store";
    /** Service property of every store but the active one: whether what it keeps outlives the process. */
    String DURABLE = "bytchat.store.durable";
    /** The name under which the active store of each kind is offered. */
    String ACTIVE = "active";

    /** Every store of each kind that is installed, the active one first; the active one also if it is not. May be called from any thread. */
    List<StoreInfo> list();

    /**
     * Moves all records to another store while they are read and written, makes it the active one, and empties the earlier one. May be
     * called from any thread.
     *
     * @return completes on the event loop when all of it is done; fails with {@link StoreException}, whose message says why in a sentence, if
     *         there is no such store, it cannot take all, or a move of this kind is under way: then the earlier one is still active, and
     *         nothing of it has changed
     */
    CompletionStage<Moved> switchTo(Kind kind, String name);

    /** What is kept. */
    enum Kind {
        TRACKER,
        MAILBOX,
        META,
        CHAT
    }

    /**
     * A store of this node.
     *
     * @param durable whether what it keeps outlives the process; not known, and then true, if it is not installed
     * @param active  whether it is the one that serves
     * @param status  what it says of itself; OFF if it does not serve
     */
    record StoreInfo(Kind kind, String name, boolean installed, boolean durable, boolean active, Status status) {
    }

    /**
     * A move that was made.
     *
     * @param items what was copied, changes meanwhile included
     * @param held  how long writes had to wait
     */
    record Moved(String from, String to, long items, Duration took, Duration held) {
    }
}
