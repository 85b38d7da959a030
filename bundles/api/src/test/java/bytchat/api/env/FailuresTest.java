package bytchat.api.env;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class FailuresTest {
    @Test
    void theCauseIsFoundBehindAnyNumberOfSteps() {
        IOException cause = new IOException("no room");
        Throwable[] seen = new Throwable[1];
        CompletableFuture.failedFuture(cause).thenApply(x -> x).thenCompose(CompletableFuture::completedFuture)
                .whenComplete((x, failure) -> seen[0] = new CompletionException(failure));

        assertThat(Failures.cause(seen[0])).isSameAs(cause);
        assertThat(Failures.cause(cause)).isSameAs(cause);
    }

    @Test
    void aCompletionExceptionWithoutCauseIsItsOwn() {
        CompletionException bare = new CompletionException("bare", null);
        assertThat(Failures.cause(bare)).isSameAs(bare);
    }
}
