package bytchat.api.features;

import java.util.List;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A part that knows what would be cut off, now, if bundles went: a plane that is active, a store that records lie in.
 * Offered as a service.
 */
@ConsumerType
@FunctionalInterface
public interface InUse {
    /**
     * What of this part would be cut off. May be called from any thread; answers at once.
     *
     * @param symbolicNames the bundles that would go
     * @return a sentence each, with what to do first; empty if nothing would be
     */
    List<String> cutOffBy(Set<String> symbolicNames);
}
