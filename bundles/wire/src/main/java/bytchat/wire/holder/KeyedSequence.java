package bytchat.wire.holder;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * One step after the other for each key: what reads a store, compares and writes must not meet itself half-way. Steps
 * of different keys run side by side. Used on the event loop; bounded by the requests that a {@link HolderGate} lets
 * in.
 */
public final class KeyedSequence<K> {
    private final Map<K, CompletableFuture<Void>> tails = new HashMap<>();

    /** Begins the step when the key's earlier ones are done; gives what its stage gives. */
    public <T> CompletionStage<T> run(K key, Supplier<? extends CompletionStage<T>> step) {
        CompletableFuture<Void> before = tails.getOrDefault(key, CompletableFuture.completedFuture(null));
        CompletableFuture<Void> done = new CompletableFuture<>();
        tails.put(key, done);
        CompletionStage<T> result = before.thenCompose(x -> step.get());
        return result.whenComplete((value, failure) -> {
            tails.remove(key, done);
            done.complete(null);
        });
    }
}
