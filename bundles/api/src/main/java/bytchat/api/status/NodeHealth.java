package bytchat.api.status;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** The whole node's health: every part's status, and what is missing for it to be Ready. */
@ProviderType
public interface NodeHealth {
    /** The worst state of all parts, with the first reason. */
    Status overall();

    /** The status of each part by name. */
    Map<String, Status> parts();

    /** Completes when the node first becomes Ready: every installed part is satisfied and none is STARTING or JOINING. Never fails. */
    CompletionStage<Void> ready();
}
