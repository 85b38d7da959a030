package bytchat.api.env;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CompletionsTest {
    private static final int COLLECTIONS_MAX = 50;

    @Test
    void runsOnceHoweverTheStageCompletes() {
        AtomicInteger runs = new AtomicInteger();
        CompletableFuture<Void> stage = new CompletableFuture<>();
        Completions.whenDone(stage, runs::incrementAndGet);
        assertThat(runs).hasValue(0);
        stage.completeExceptionally(new IllegalStateException("gone"));
        assertThat(runs).hasValue(1);
        Completions.whenDone(stage, runs::incrementAndGet).close();
        assertThat(runs).as("of a stage that is complete already, at once").hasValue(2);
    }

    @Test
    void runsNotAfterItWasCalledOff() {
        AtomicInteger runs = new AtomicInteger();
        CompletableFuture<Void> stage = new CompletableFuture<>();
        Registration registration = Completions.whenDone(stage, runs::incrementAndGet);
        registration.close();
        registration.close();
        stage.complete(null);
        assertThat(runs).hasValue(0);
    }

    @Test
    void whatWasCalledOffIsNotHeld() throws InterruptedException {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        assertThat(collected(new Object[] {new Object()}, stage, true)).isTrue();
    }

    /** The twin: a stage that nobody calls off holds the action, and all that it refers to. */
    @Test
    void whatWasNotCalledOffIsHeld() throws InterruptedException {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        assertThat(collected(new Object[] {new Object()}, stage, false)).isFalse();
        assertThat(stage.isDone()).isFalse();
    }

    private static boolean collected(Object[] holder, CompletableFuture<Void> stage, boolean callOff) throws InterruptedException {
        Object part = holder[0];
        WeakReference<Object> reference = new WeakReference<>(part);
        Registration registration = Completions.whenDone(stage, part::hashCode);
        if (callOff) {
            registration.close();
        }
        part = null;
        holder[0] = null;
        for (int i = 0; i < COLLECTIONS_MAX && reference.get() != null; i++) {
            System.gc();
            Thread.sleep(2);
        }
        return reference.get() == null;
    }
}
