package bytchat.runtime.internal;

import bytchat.api.env.EventLoop;
import bytchat.api.env.WorkerPool;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The node's only pool for slow work. Bounded in threads and in queue: when more is asked of the node than it can do,
 * the surplus is refused at once, where the caller can say so to its peer, instead of growing the heap.
 */
final class BoundedWorkers implements WorkerPool, AutoCloseable {
    /** Idle threads end after this time: their stacks and thread-local caches go with them. */
    private static final long IDLE_SECONDS_MAX = 30;

    private final ThreadPoolExecutor pool;
    private final EventLoop loop;
    private final int queueTasksMax;
    private final AtomicLong refused = new AtomicLong();

    BoundedWorkers(int threads, int queueTasksMax, ThreadFactory threadFactory, EventLoop loop) {
        this.loop = loop;
        this.queueTasksMax = queueTasksMax;
        this.pool = new ThreadPoolExecutor(threads, threads, IDLE_SECONDS_MAX, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(queueTasksMax), threadFactory);
        pool.allowCoreThreadTimeOut(true);
    }

    @Override
    public <T> CompletionStage<T> submit(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            pool.execute(() -> run(work, result));
        } catch (RejectedExecutionException full) {
            refused.incrementAndGet();
            onLoop(() -> result.completeExceptionally(new RejectedExecutionException(
                    pool.isShutdown() ? "the node is stopping" : "more than " + queueTasksMax
                    + " tasks wait for a worker")));
        }
        return result; // not its minimal stage, which would wrap the failure in a CompletionException
    }

    private <T> void run(Callable<T> work, CompletableFuture<T> result) {
        try {
            T value = work.call();
            onLoop(() -> result.complete(value));
        } catch (Throwable failure) { // whatever the work threw is its caller's
            onLoop(() -> result.completeExceptionally(failure));
        }
    }

    private void onLoop(Runnable completion) {
        try {
            loop.execute(completion);
        } catch (RejectedExecutionException stopped) {
            // The loop ended with the node: whoever waited for this ended before it.
            return;
        }
    }

    int threads() {
        return pool.getMaximumPoolSize();
    }

    int queued() {
        return pool.getQueue().size();
    }

    long refused() {
        return refused.get();
    }

    /** Takes nothing new; what is queued is done. */
    @Override
    public void close() {
        pool.shutdown();
    }
}
