package bytchat.api.plane;

/** A plane could not be made the active one; the message is a sentence for the operator. */
public final class PlaneException extends Exception {
    private static final long serialVersionUID = 1L;

    public PlaneException(String message) {
        super(message, null, false, false);
    }
}
