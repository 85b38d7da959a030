package bytchat.api.features;

import bytchat.api.status.Status;
import java.util.List;

/**
 * A feature of this node (OSGi Feature Service 1.0, OSGi Compendium 8.1 chapter 159).
 *
 * @param name        what people call it, for example {@code mailbox-plane}
 * @param id          its coordinates, {@code group:artifact:version}
 * @param description one sentence
 * @param installed   whether it runs on this node, or is merely at hand
 * @param status      OFF if not installed; otherwise the worst state of its parts, with the reason
 * @param bundles     symbolic names of its bundles, in the order of the feature file
 */
public record FeatureInfo(String name, String id, String description, boolean installed, Status status,
        List<String> bundles) {
    public FeatureInfo {
        bundles = List.copyOf(bundles);
    }
}
