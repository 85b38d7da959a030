package bytchat.api.features;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A part that looks at what a bundle offers before it uses it, and may refuse: a hash that answers otherwise than the
 * one in use. Offered as a service.
 */
@ConsumerType
@FunctionalInterface
public interface Refusal {
    /**
     * Why this part does not use what a bundle offers. Asked after the bundle was started; may be called from any
     * thread; answers at once.
     *
     * @param bundleId the framework's number of the bundle
     * @return a sentence each; empty if nothing is refused
     */
    List<String> refused(long bundleId);
}
