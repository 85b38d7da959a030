package bytchat.api.transport;

/** Why a link could not be opened, or closed. Carries no stack trace: hostile input must not buy expensive work. */
public final class LinkException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Kinds of failure that callers treat differently. */
    public enum Reason {
        /** Nobody answered at that address, or the connection was refused. */
        UNREACHABLE,
        /** The other end proved another key than the one meant: it leaves table and lookup. */
        WRONG_PEER,
        /** No TLS handshake that we accept. */
        HANDSHAKE,
        /** No sign of life within the limit. */
        TIMEOUT,
        /** A frame over the limit, or more queued than allowed. */
        OVERFLOW,
        /** Closed in order, by either end. */
        CLOSED
    }

    private final Reason reason;

    public LinkException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
