package bytchat.itests.container;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Waits for what happens on other threads: until it does, or with a message that says what did not. */
final class Await {
    private static final long LOOK_AGAIN_MS = 20;

    private Await() {
    }

    static <T> T value(String what, Duration patience, Callable<Optional<T>> look) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                Optional<T> found = look.call();
                if (found.isPresent()) {
                    return found.get();
                }
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                throw new AssertionError("looking for " + what + " failed", e);
            }
            if (System.nanoTime() > deadlineNanos) {
                throw new AssertionError("no " + what + " within " + patience.toMillis() + " ms");
            }
            Thread.sleep(LOOK_AGAIN_MS);
        }
    }

    /** The same, and the failure says how it stands then. */
    static void until(String what, Duration patience, Callable<Boolean> look, Callable<String> otherwise) throws Exception {
        try {
            until(what, patience, look);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + ": " + otherwise.call(), e);
        }
    }

    static void until(String what, Duration patience, Callable<Boolean> look) throws InterruptedException {
        value(what, patience, () -> look.call() ? Optional.of(true) : Optional.empty());
    }
}
