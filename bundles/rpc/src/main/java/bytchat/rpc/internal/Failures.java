package bytchat.rpc.internal;

import bytchat.api.rpc.RpcException;
import java.util.concurrent.CompletionException;

/** Causes of failed stages. */
final class Failures {
    private Failures() {
    }

    static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** What {@link Handlers#serve} fails with. */
    static RpcException answer(Throwable failure) {
        return Failures.unwrap(failure) instanceof RpcException rpc
                ? rpc
                : RpcException.answered(RpcException.SERVER, "server error");
    }
}
