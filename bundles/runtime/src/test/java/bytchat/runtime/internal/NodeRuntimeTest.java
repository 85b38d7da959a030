package bytchat.runtime.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(20)
class NodeRuntimeTest {
    private static final int QUEUE_TASKS_MAX = 4;

    private final NodeRuntime runtime = new NodeRuntime(1, QUEUE_TASKS_MAX);

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void everythingRunsOnOneThreadInOrder() throws Exception {
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Thread> first = new CompletableFuture<>();
        CompletableFuture<Thread> last = new CompletableFuture<>();
        runtime.loop().execute(() -> {
            order.add(1);
            first.complete(Thread.currentThread());
        });
        runtime.loop().execute(() -> order.add(2));
        runtime.eventLoopGroup().next().execute(() -> {
            order.add(3);
            last.complete(Thread.currentThread());
        });
        assertThat(last.get()).as("the transports' loop is the node's loop").isSameAs(first.get());
        assertThat(order).containsExactly(1, 2, 3);
        assertThat(runtime.loop().inLoop()).isFalse();
    }

    @Test
    void scheduledWorkRunsUnlessItWasClosed() throws Exception {
        CompletableFuture<String> ran = new CompletableFuture<>();
        runtime.loop().execute(() -> {
            runtime.loop().schedule(Duration.ofMillis(1), () -> ran.complete("closed")).close();
            runtime.loop().schedule(Duration.ofMillis(2), () -> ran.complete("open"));
        });
        assertThat(ran.get()).isEqualTo("open");
    }

    @Test
    void workersLeaveTheLoopAndComeBackToIt() throws Exception {
        CompletableFuture<Boolean> completedOnLoop = new CompletableFuture<>();
        runtime.loop().execute(() -> runtime.workers().submit(() -> runtime.loop().inLoop())
                .thenAccept(ranOnLoop -> completedOnLoop.complete(!ranOnLoop && runtime.loop().inLoop())));
        assertThat(completedOnLoop.get()).isTrue();
    }

    @Test
    void whatWorkThrowsIsItsCallers() {
        CompletionStage<Object> work = runtime.workers().submit(() -> {
            throw new java.io.IOException("no such file");
        });
        assertThatThrownBy(() -> work.toCompletableFuture().get()).isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("no such file");
    }

    @Test
    void aFullQueueRefusesAtOnceOnTheLoop() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        runtime.workers().submit(() -> {
            busy.countDown();
            return release.await(10, TimeUnit.SECONDS);
        });
        busy.await();
        List<CompletionStage<Integer>> queued = new ArrayList<>();
        for (int i = 0; i < QUEUE_TASKS_MAX; i++) {
            int value = i;
            queued.add(runtime.workers().submit(() -> value));
        }
        CompletableFuture<Throwable> refusedOnLoop = new CompletableFuture<>();
        runtime.loop().execute(() -> runtime.workers().submit(() -> "surplus")
                .whenComplete((value, failure) -> refusedOnLoop.complete(runtime.loop().inLoop() ? failure : null)));
        assertThat(refusedOnLoop.get()).isInstanceOf(RejectedExecutionException.class).hasMessageContaining("4 tasks");
        assertThat(runtime.status().facts()).containsEntry("worker_refused_tasks", 1L);
        release.countDown();
        for (int i = 0; i < QUEUE_TASKS_MAX; i++) {
            assertThat(queued.get(i).toCompletableFuture().get()).isEqualTo(i);
        }
    }

    @Test
    void aFailingTaskIsSaidOnceCountedAndTheLoopGoesOn() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(FailureLog.class);
        logger.setLevel(ch.qos.logback.classic.Level.INFO);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            for (int i = 0; i < 1_000; i++) {
                runtime.loop().execute(() -> {
                    throw new IllegalStateException("hostile");
                });
            }
            runtime.loop().execute(() -> {
                throw new StackOverflowError();
            });
            CompletableFuture<Boolean> alive = new CompletableFuture<>();
            runtime.loop().execute(() -> alive.complete(true));
            assertThat(alive.get()).isTrue();
        } finally {
            logger.detachAppender(lines);
        }
        assertThat(runtime.status().facts()).containsEntry("failed_tasks", 1_001L);
        assertThat(lines.list).hasSize(2).allMatch(line -> line.getThrowableProxy() == null);
        assertThat(lines.list.get(0).getFormattedMessage()).contains("hostile").contains("NodeRuntimeTest");
    }

    @Test
    void kindsOfFailureThatAreLoggedAreBounded() {
        Logger logger = (Logger) LoggerFactory.getLogger(FailureLog.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        FailureLog failures = new FailureLog();
        try {
            for (int kind = 0; kind < 10_000; kind++) {
                IllegalStateException failure = new IllegalStateException();
                failure.setStackTrace(new StackTraceElement[] {new StackTraceElement("Hostile", "m" + kind,
                        "Hostile.java", 1)});
                failures.failed(failure);
            }
        } finally {
            logger.detachAppender(lines);
        }
        assertThat(failures.count()).isEqualTo(10_000);
        assertThat(lines.list).hasSize(FailureLog.KINDS_MAX);
    }

    @Test
    void periodicWorkSurvivesItsOwnFailure() throws Exception {
        CountDownLatch rounds = new CountDownLatch(3);
        runtime.loop().every(Duration.ofMillis(1), () -> {
            rounds.countDown();
            throw new IllegalStateException("this round failed");
        });
        assertThat(rounds.await(10, TimeUnit.SECONDS)).isTrue();
    }
}
