package bytchat.ui.shell.internal;

/** Why a command did not do what it was asked to: one sentence that says what to do. */
final class ShellException extends Exception {
    private static final long serialVersionUID = 1L;

    ShellException(String message) {
        super(message, null, false, false);
    }
}
