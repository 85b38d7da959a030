package bytchat.api.routing;

import bytchat.api.status.Status;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Which routing plane a key space uses, and the change from one to another while the node runs. One service for each key space (service
 * property {@code bytchat.keyspace}). Whoever looks for nodes uses the {@link RoutingPlane} with the property {@link #PROPERTY} =
 * {@link #ACTIVE}, which outlives changes, and planes that come and go.
 *
 * <p>A plane is a delayed declarative component in its key space, with a {@link #PROPERTY} of its own: it is made when it is chosen, and
 * goes when another one is. So a plane that is not chosen sends nothing and answers nobody.
 */
@ProviderType
public interface RoutingPlanes {
    /** Service property of every routing plane: its name, for example {@code kademlia}. */
    String PROPERTY = "bytchat.routing";
    /** The name under which the plane in use is offered. */
    String ACTIVE = "active";

    /** The plane in use, whichever it is at the time of a call. Used on the event loop. */
    RoutingPlane active();

    /** Every plane that is installed, the active one first; the configured one also if it is not. May be called from any thread. */
    List<PlaneInfo> list();

    /**
     * Makes another plane the one in use, now and after restarts. May be called from any thread.
     *
     * @return completes on the event loop when the other plane serves; fails there with {@link IllegalArgumentException}, whose message is a
     *         sentence for the operator, if it is not installed, does not get ready in time, or a change is under way: then all is as it was
     */
    CompletionStage<Void> switchTo(String name);

    /**
     * A routing plane of this key space.
     *
     * @param active whether it is in use
     * @param status what it says of itself; OFF if it is not in use
     */
    record PlaneInfo(String name, boolean installed, boolean active, Status status) {
    }
}
