package bytchat.messaging.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Small helpers around stages. */
final class Stages {
    private Stages() {
    }

    static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }

    static CompletionStage<Void> done() {
        return CompletableFuture.completedFuture(null);
    }

    static <T> CompletionStage<T> failed(Throwable failure) {
        return CompletableFuture.failedFuture(failure);
    }

    /** What the supplier throws becomes the stage's failure. */
    static <T> CompletionStage<T> call(Supplier<? extends CompletionStage<T>> supplier) {
        try {
            return supplier.get();
        } catch (RuntimeException e) {
            return failed(e);
        }
    }

    static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** The failure in words. */
    static String sentence(Throwable failure) {
        Throwable cause = unwrap(failure);
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
