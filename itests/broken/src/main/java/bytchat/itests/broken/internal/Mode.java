package bytchat.itests.broken.internal;

/** Ways to misbehave; each breaks one promise that the demo checks. */
enum Mode {
    /** Holders give valid receipts and throw the message away. */
    DROP("drop"),
    /** Holders keep what was acknowledged and push it again; the receiver forgets what it has seen. */
    DUPLICATE("duplicate"),
    /** The receiver says "on disk" before it is, and the disk is slow. */
    ACK_BEFORE_DISK("ack-before-disk"),
    /** Holders throw the message away and answer with receipts that somebody else has signed. */
    FORGE_RECEIPT("forge-receipt");

    private final String text;

    Mode(String text) {
        this.text = text;
    }

    static Mode of(String text) {
        for (Mode mode : values()) {
            if (mode.text.equals(text)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("no such way to misbehave: " + text);
    }
}
