package bytchat.routing.internal;

import bytchat.api.routing.RoutingPlane;

/** A routing plane that could serve. It is made when it is taken, and gone when it is given back. */
public interface InstalledPlane {
    /** For example {@code kademlia}. */
    String name();

    /** Symbolic name of the bundle it comes from. */
    String bundle();

    /**
     * The plane, at work; off the event loop.
     *
     * @throws IllegalStateException if it has gone, or cannot be made
     */
    RoutingPlane take();

    /** Lets go of what {@link #take} gave; off the event loop. */
    void giveBack();
}
