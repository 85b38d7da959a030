package bytchat.api.store;

/** A store could not do what was asked; nothing of it was done. The message says what an operator can do. */
public final class StoreException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Kinds that callers treat differently. */
    public enum Reason {
        /** No room on the disk: puts are refused, reads and acknowledgements go on; it recovers by itself. */
        DISK_FULL,
        /** A record's seal does not hold: it was changed on disk. It has been set aside. */
        DAMAGED,
        /** More than the store's bound. */
        FULL,
        /** The store is closing, or its disk failed. */
        UNAVAILABLE
    }

    private final Reason reason;

    public StoreException(Reason reason, String message, Throwable cause) {
        super(message, cause, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
