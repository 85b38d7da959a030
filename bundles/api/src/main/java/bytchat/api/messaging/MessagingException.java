package bytchat.api.messaging;

/** Why something the user asked for cannot be done; the message is one sentence that says what to do. */
public final class MessagingException extends Exception {
    private static final long serialVersionUID = 1L;

    public MessagingException(String message) {
        super(message, null, false, false);
    }
}
