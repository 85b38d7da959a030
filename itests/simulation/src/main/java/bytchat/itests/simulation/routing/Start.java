package bytchat.itests.simulation.routing;

/** How a network begins. */
public enum Start {
    /** With the tables it would have after long: see {@link WarmStart}. */
    WARM,
    /** Everybody joins, one after the other. */
    COLD
}
