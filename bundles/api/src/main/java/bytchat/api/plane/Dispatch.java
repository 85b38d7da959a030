package bytchat.api.plane;

import java.time.Duration;

/** What came of sending an envelope once. */
public sealed interface Dispatch {
    /** It will wait for the recipient: {@code stored} of {@code holders} gave a valid signed receipt, which is enough. */
    record Stored(int stored, int holders) implements Dispatch {
    }

    /**
     * It is on the disk of {@code devices} of the {@code known} devices of the recipient; their delivered receipt follows. The outbox sends it
     * again, ever more rarely, until that has come.
     */
    record Handed(int devices, int known) implements Dispatch {
    }

    /** It could not be put where it is safe; the reason says why. The outbox tries again. */
    record Waiting(int stored, int holders, String reason) implements Dispatch {
    }

    /** It was refused, with a code of {@link bytchat.api.rpc.RpcException}; trying earlier than {@code retryAfter} is no use. */
    record Refused(int code, String reason, Duration retryAfter) implements Dispatch {
    }
}
