package bytchat.planes.internal;

import java.util.concurrent.CompletionStage;

/** Where it is written which plane is active, so that it is still so after a restart. */
@FunctionalInterface
public interface Choice {
    /**
     * Writes it.
     *
     * @return completes on the event loop when it is on disk; fails if it could not be written, and is then as before
     */
    CompletionStage<Void> keep(String active);
}
