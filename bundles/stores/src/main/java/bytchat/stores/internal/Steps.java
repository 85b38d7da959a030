package bytchat.stores.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Loops of steps that complete later. */
final class Steps {
    private Steps() {
    }

    /** Repeats a step until it answers false; fails as soon as one fails. */
    static CompletionStage<Void> repeat(Supplier<CompletionStage<Boolean>> step) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        next(step, done);
        return done;
    }

    private static void next(Supplier<CompletionStage<Boolean>> step, CompletableFuture<Void> done) {
        CompletionStage<Boolean> begun;
        try {
            begun = step.get();
        } catch (RuntimeException e) {
            begun = CompletableFuture.failedFuture(e);
        }
        begun.whenComplete((more, failure) -> {
            if (failure != null) {
                done.completeExceptionally(failure);
            } else if (more) {
                next(step, done);
            } else {
                done.complete(null);
            }
        });
    }
}
