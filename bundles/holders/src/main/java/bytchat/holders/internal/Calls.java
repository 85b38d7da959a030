package bytchat.holders.internal;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Calls of others' code. */
final class Calls {
    private Calls() {
    }

    /** The call's stage; a failed one if it throws or gives none, so that whoever counts calls under way hears of each. */
    static <T> CompletionStage<T> begin(Supplier<? extends CompletionStage<T>> call) {
        try {
            return Objects.requireNonNull(call.get(), "a call gave no stage");
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
