package bytchat.features.internal;

/** A file or option cannot be used; the message is the one line that the operator reads, and says what to do. */
public final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnreadableException(String message) {
        super(message);
    }

    public UnreadableException(String message, Throwable cause) {
        super(message, cause);
    }
}
