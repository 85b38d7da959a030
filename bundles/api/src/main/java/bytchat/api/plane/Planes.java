package bytchat.api.plane;

import bytchat.api.account.Account;
import bytchat.api.status.Status;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Which delivery plane envelopes leave by, and the change from one to another while the node runs. One service per node.
 *
 * <p>The active plane sends. Every plane that is installed receives, so that what was sent by another one arrives all the same; configuration
 * can confine receiving to the active one. Only configuration names the active plane; {@link #switchTo} changes that configuration.
 */
@ProviderType
public interface Planes {
    /**
     * An account's use of whichever plane is active: it outlives switches, and planes that come and go. Used on the event loop.
     *
     * @param keySpace name of the key space whose planes are meant
     * @param inbound  where envelopes go that any plane brings; told to {@link DeliveryPlane.Inbound#retry retry} when another plane sends
     */
    DeliveryPlane.Attachment attach(String keySpace, Account account, DeliveryPlane.Inbound inbound);

    /** Every plane that is installed, and the configured one if it is not; the active one first. May be called from any thread. */
    List<PlaneInfo> list();

    /**
     * Makes another plane the active one, make before break: it is attached, must become ready for every account, gets what is sent from
     * then on, and the earlier one finishes what is under way while it still serves. May be called from any thread.
     *
     * @return completes on the event loop when it sends; fails with {@link PlaneException}, whose message says why in a sentence, if it is not
     *         installed or was not ready in time: then the earlier one is still active, in the configuration too
     */
    CompletionStage<Void> switchTo(String name);

    /**
     * A plane of this node.
     *
     * @param installed  whether there is one of that name
     * @param role       what it does now
     * @param status     its own status, or why it is not what configuration says it should be
     */
    record PlaneInfo(String name, String keySpace, boolean installed, Role role, Status status) {
    }

    /** What a plane is used for now. */
    enum Role {
        /** It sends and receives. */
        ACTIVE,
        /** It is being made ready to become the active one. */
        PREPARING,
        /** It finishes what it was sending, and receives. */
        DRAINING,
        /** It receives what others send by it. */
        RECEIVING,
        /** It is there and not used. */
        OFF
    }
}
