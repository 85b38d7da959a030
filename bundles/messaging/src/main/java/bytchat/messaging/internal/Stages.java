package bytchat.messaging.internal;

import bytchat.api.env.EventLoop;
import bytchat.api.env.Failures;
import bytchat.api.env.Registration;
import bytchat.api.messaging.MessagingException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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

    /** The stage's outcome, or a failure after so long: who is asked may be gone by then, and never answer. */
    static <T> CompletionStage<T> within(EventLoop loop, Duration most, CompletionStage<T> stage) {
        CompletableFuture<T> answer = stage.toCompletableFuture().copy();
        Registration watchdog = loop.schedule(most,
                () -> answer.completeExceptionally(new MessagingException("there was no answer within " + most.toSeconds() + " seconds")));
        answer.whenComplete((value, failure) -> watchdog.close());
        return answer;
    }

    /** The failure in words. */
    static String sentence(Throwable failure) {
        Throwable cause = Failures.cause(failure);
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
