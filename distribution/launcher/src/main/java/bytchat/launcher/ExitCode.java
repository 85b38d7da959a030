package bytchat.launcher;

/**
 * The exit codes of the program. They are part of its interface: scripts and service managers rely on them.
 */
public enum ExitCode {
    /** The node was stopped and everything was closed in order, also after SIGTERM and SIGINT. */
    OK(0),
    /** Something that no other code describes; the log has the details. */
    UNEXPECTED(1),
    /** An option or a command is not understood. */
    USAGE(2),
    /** Another process has the data directory, or it cannot be written. */
    DATA_DIRECTORY(3),
    /** The address to listen on belongs to another program. */
    ADDRESS_IN_USE(4),
    /** A configuration file or feature cannot be read. */
    CONFIGURATION(5),
    /** The node came up but could not get ready. */
    NOT_READY(6),
    /** A command was meant for a node that does not run, or that does not answer. */
    NO_NODE(7),
    /** The node was told to stop and did not within {@link NodeFramework#STOP_TIMEOUT_MS}. */
    STOP_TIMEOUT(8);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    /** Returns the number the process exits with. */
    public int code() {
        return code;
    }
}
