package bytchat.api.env;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** The bounded pool for work that the event loop must not do: RSA, ML-KEM, key generation, files. */
@ProviderType
public interface WorkerPool {
    /**
     * Runs the work off the loop. The stage completes on the event loop with its result, or fails there with what the work
     * threw, or with {@link java.util.concurrent.RejectedExecutionException} when the pool's queue is full.
     */
    <T> CompletionStage<T> submit(Callable<T> work);
}
