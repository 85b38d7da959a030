package bytchat.stores.internal;

import bytchat.api.env.Clock;
import bytchat.api.env.Environment;
import bytchat.api.env.EventLoop;
import bytchat.api.env.Registration;
import bytchat.api.env.WorkerPool;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One thread on which processes and disks live, each event at its own moment; the same seed gives the same run. */
final class VirtualTime {
    final Random random;
    private final PriorityQueue<Event> events = new PriorityQueue<>(Comparator.comparingLong(Event::atNanos)
            .thenComparingLong(Event::number));
    private long nowNanos;
    private long numbers;

    VirtualTime(long seed) {
        random = new Random(seed);
    }

    private record Event(long atNanos, long number, Runnable task) {
    }

    void after(Duration delay, Runnable task) {
        events.add(new Event(nowNanos + delay.toNanos(), numbers++, task));
    }

    long nowNanos() {
        return nowNanos;
    }

    Duration upTo(Duration most) {
        return Duration.ofNanos((long) (random.nextDouble() * most.toNanos()));
    }

    void run(Duration duration) {
        long until = nowNanos + duration.toNanos();
        while (!events.isEmpty() && events.peek().atNanos() <= until) {
            Event event = events.poll();
            nowNanos = event.atNanos();
            event.task().run();
        }
        nowNanos = until;
    }

    /** A process, which ends when it crashes: nothing of it runs after that. */
    final class Process implements Environment, EventLoop {
        private boolean crashed;

        void crash() {
            crashed = true;
        }

        boolean crashed() {
            return crashed;
        }

        @Override
        public void execute(Runnable task) {
            schedule(Duration.ZERO, task);
        }

        @Override
        public Registration schedule(Duration delay, Runnable task) {
            boolean[] closed = new boolean[1];
            after(delay, () -> {
                if (!crashed && !closed[0]) {
                    task.run();
                }
            });
            return () -> closed[0] = true;
        }

        @Override
        public boolean inLoop() {
            return true;
        }

        @Override
        public Clock clock() {
            return new Clock() {
                @Override
                public Instant now() {
                    return Instant.EPOCH.plusNanos(nowNanos);
                }

                @Override
                public long nanoTime() {
                    return nowNanos;
                }
            };
        }

        @Override
        public EventLoop loop() {
            return this;
        }

        @Override
        public WorkerPool workers() {
            return new WorkerPool() {
                @Override
                public <T> CompletionStage<T> submit(Callable<T> work) {
                    CompletableFuture<T> result = new CompletableFuture<>();
                    schedule(upTo(Duration.ofMillis(2)), () -> {
                        try {
                            T value = work.call();
                            schedule(upTo(Duration.ofMillis(2)), () -> result.complete(value));
                        } catch (Exception e) {
                            execute(() -> result.completeExceptionally(e));
                        }
                    });
                    return result;
                }
            };
        }

        @Override
        public SecureRandom random() {
            return new SecureRandom();
        }
    }
}
