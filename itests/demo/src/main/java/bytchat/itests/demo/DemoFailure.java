package bytchat.itests.demo;

/** The demo saw something that must not be; the message says what, for a reader who has followed the story. */
public final class DemoFailure extends Exception {
    private static final long serialVersionUID = 1L;

    DemoFailure(String message) {
        super(message, null, false, false);
    }
}
