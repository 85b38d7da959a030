package bytchat.stores.internal;

/**
 * A store that could serve. It is open only while it does, or while records are moved to it.
 *
 * @param <S> the store's interface
 */
public interface InstalledStore<S> {
    /** For example {@code xodus}. */
    String name();

    /** Whether what it keeps outlives the process. */
    boolean durable();

    /** Symbolic name of the bundle it comes from. */
    String bundle();

    /**
     * The store, opened; off the event loop.
     *
     * @throws IllegalStateException if it has gone, or cannot be made
     */
    S open();

    /** Lets go of what {@link #open} gave, and of its files; off the event loop. */
    void close();
}
