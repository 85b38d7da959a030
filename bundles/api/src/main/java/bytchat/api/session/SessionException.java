package bytchat.api.session;

/** A handshake or a sealed message that does not hold. Carries no stack trace: hostile input must not buy expensive work. */
public final class SessionException extends Exception {
    private static final long serialVersionUID = 1L;

    public SessionException(String message) {
        super(message, null, false, false);
    }
}
