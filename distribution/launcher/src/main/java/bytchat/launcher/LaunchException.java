package bytchat.launcher;

/** Ends the start with one line for the operator, which says what to do, and an exit code. */
public final class LaunchException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient ExitCode exitCode;

    public LaunchException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public LaunchException(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
