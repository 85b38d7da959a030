package bytchat.api.env;

import java.util.concurrent.CompletionException;

/** Why stages fail. */
public final class Failures {
    private Failures() {
    }

    /** What went wrong, out of the {@link CompletionException}s that each further step wraps around it. */
    public static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
