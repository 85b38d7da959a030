package bytchat.records;

/** A seal does not hold, or the seal key cannot be had. The message says what an operator can do. */
public final class SealException extends Exception {
    private static final long serialVersionUID = 1L;

    public SealException(String message) {
        super(message);
    }

    public SealException(String message, Throwable cause) {
        super(message, cause);
    }
}
