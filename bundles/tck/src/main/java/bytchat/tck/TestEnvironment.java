package bytchat.tck;

import bytchat.api.env.Clock;
import bytchat.api.env.Environment;
import bytchat.api.env.EventLoop;
import bytchat.api.env.Registration;
import bytchat.api.env.WorkerPool;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** A real event loop thread and two workers, with a wall clock that only the test moves. */
public final class TestEnvironment implements Environment, AutoCloseable {
    private final ScheduledExecutorService loopThread;
    private final ExecutorService workerThreads;
    private final EventLoop loop = new Loop();
    private final SecureRandom random = new SecureRandom();
    private volatile Thread thread;
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    public TestEnvironment() {
        loopThread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "test-loop");
            made.setDaemon(true);
            thread = made;
            return made;
        });
        workerThreads = Executors.newFixedThreadPool(2, task -> {
            Thread made = new Thread(task, "test-worker");
            made.setDaemon(true);
            return made;
        });
    }

    public void setNow(Instant instant) {
        now = instant;
    }

    public void advance(Duration duration) {
        now = now.plus(duration);
    }

    @Override
    public Clock clock() {
        return new Clock() {
            @Override
            public Instant now() {
                return now;
            }

            @Override
            public long nanoTime() {
                return System.nanoTime();
            }
        };
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public WorkerPool workers() {
        return new WorkerPool() {
            @Override
            public <T> CompletionStage<T> submit(Callable<T> work) {
                CompletableFuture<T> result = new CompletableFuture<>();
                workerThreads.execute(() -> {
                    try {
                        T value = work.call();
                        loop.execute(() -> result.complete(value));
                    } catch (Exception | Error e) {
                        loop.execute(() -> result.completeExceptionally(e));
                    }
                });
                return result;
            }
        };
    }

    @Override
    public SecureRandom random() {
        return random;
    }

    @Override
    public void close() {
        loopThread.shutdownNow();
        workerThreads.shutdownNow();
    }

    private final class Loop implements EventLoop {
        @Override
        public void execute(Runnable task) {
            loopThread.execute(task);
        }

        @Override
        public Registration schedule(Duration delay, Runnable task) {
            ScheduledFuture<?> scheduled = loopThread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        }

        @Override
        public boolean inLoop() {
            return Thread.currentThread() == thread;
        }
    }
}
