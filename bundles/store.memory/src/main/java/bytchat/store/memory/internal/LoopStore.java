package bytchat.store.memory.internal;

import bytchat.api.env.EventLoop;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.api.store.StoreException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A store whose state lives on the event loop: calls from anywhere hop onto it, and so complete there, in order. */
abstract class LoopStore implements StatusSource {
    private final String part;
    private final EventLoop loop;

    LoopStore(String part, EventLoop loop) {
        this.part = part;
        this.loop = loop;
    }

    @FunctionalInterface
    interface Work<T> {
        T run() throws StoreException;
    }

    final <T> CompletionStage<T> onLoop(Work<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                result.complete(work.run());
            } catch (StoreException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    final StoreException full(String what, long max, String property) {
        return new StoreException(StoreException.Reason.FULL,
                part + " holds " + max + " " + what + " and takes no more: raise " + property + " of bytchat." + part,
                null);
    }

    @Override
    public final String part() {
        return part;
    }

    @Override
    public final Status status() {
        return Status.ready(facts());
    }

    /** Safe for use from any thread. */
    abstract Map<String, Object> facts();
}
