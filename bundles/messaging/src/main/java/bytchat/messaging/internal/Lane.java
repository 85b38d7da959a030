package bytchat.messaging.internal;

import bytchat.api.env.EventLoop;
import bytchat.api.env.Failures;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Runs what concerns one contact one after the other, although each step waits for disk or workers: a step sees what the one before
 * has committed. Never waits for the network. Its queue is bounded by what feeds it: the outbox's and the inbox's bounds.
 */
final class Lane {
    private final EventLoop loop;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final Runnable afterwards;
    private boolean busy;

    /** @param afterwards is run when a step has ended */
    Lane(EventLoop loop, Runnable afterwards) {
        this.loop = loop;
        this.afterwards = afterwards;
    }

    /** Completes as the step's stage does. */
    <T> CompletionStage<T> run(Supplier<? extends CompletionStage<T>> step) {
        CompletableFuture<T> result = new CompletableFuture<>();
        waiting.add(() -> Stages.call(step).whenComplete((value, failure) -> {
            busy = false;
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(Failures.cause(failure));
            }
            afterwards.run();
            if (!waiting.isEmpty()) {
                loop.execute(this::next);
            }
        }));
        next();
        return result;
    }

    private void next() {
        if (!busy && !waiting.isEmpty()) {
            busy = true;
            waiting.remove().run();
        }
    }

    boolean idle() {
        return !busy && waiting.isEmpty();
    }
}
