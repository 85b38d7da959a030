package bytchat.api.env;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/** What to do when something long-lived ends, such as a link, in a way that can be called off. */
public final class Completions {
    private Completions() {
    }

    /**
     * Runs the action when the stage completes, however it does, unless the registration is closed before: then the
     * stage holds the action no longer. A part that may be removed while the node runs needs that: a stage keeps all
     * that was ever attached to it, and with it the part's classes.
     */
    public static Registration whenDone(CompletionStage<?> stage, Runnable action) {
        AtomicReference<Runnable> held = new AtomicReference<>(action);
        stage.whenComplete((value, failure) -> {
            Runnable still = held.getAndSet(null);
            if (still != null) {
                still.run();
            }
        });
        return () -> held.set(null);
    }
}
