package bytchat.store.xodus.internal;

import bytchat.api.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A write on its way to disk, and what will be said of it once it is there. */
final class PendingWrite<S, T> {
    private final Work<S, T> work;
    private final Effect effect;
    private final long bytes;
    private final CompletableFuture<T> stage = new CompletableFuture<>();
    private T result;
    private Exception failure;

    PendingWrite(Work<S, T> work, Effect effect, long bytes) {
        this.work = work;
        this.effect = effect;
        this.bytes = bytes;
    }

    @FunctionalInterface
    interface Work<S, T> {
        /** May throw only before it has changed anything. */
        T run(Change<S> change) throws StoreException;
    }

    /** What a write does to the space taken. */
    enum Effect {
        ADDS,
        FREES
    }

    /** Runs it, perhaps once more after an attempt that was given up. */
    void run(Change<S> change) {
        try {
            failure = null;
            result = work.run(change);
        } catch (StoreException e) {
            failure = e;
        }
    }

    void fail(Exception why) {
        failure = why;
    }

    void complete() {
        if (failure == null) {
            stage.complete(result);
        } else {
            stage.completeExceptionally(failure);
        }
    }

    Effect effect() {
        return effect;
    }

    long bytes() {
        return bytes;
    }

    CompletionStage<T> stage() {
        return stage;
    }
}
