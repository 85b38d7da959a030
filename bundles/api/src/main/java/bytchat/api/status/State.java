package bytchat.api.status;

/** States that a person understands. */
public enum State {
    /** Not usable yet; it is being set up. */
    STARTING,
    /** Looking for the network. */
    JOINING,
    /** Set up, but it cannot do its work until something outside changes; the reason says what. */
    WAITING,
    /** Doing its work. */
    READY,
    /** Finishing what it has begun; takes nothing new. */
    DRAINING,
    /** Stopped on purpose. */
    OFF,
    /** Stopped by an error; the reason says which and what to do. */
    FAILED
}
