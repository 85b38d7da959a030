package bytchat.api.routing;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/** A lookup under way. Used on the event loop. */
@ConsumerType
public interface Search {
    /** Completes on the event loop with what was found; never fails: a lookup that got nowhere is {@link LookupResult.Failed}. */
    CompletionStage<LookupResult> result();

    /** Ends it now with the best so far, {@link LookupResult.Partial} or {@link LookupResult.Failed}; nothing if it has ended. */
    void cancel(String reason);
}
