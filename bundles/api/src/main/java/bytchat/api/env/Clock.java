package bytchat.api.env;

import java.time.Instant;
import org.osgi.annotation.versioning.ProviderType;

/** Time. Safe for use from any thread. */
@ProviderType
public interface Clock {
    /** Wall-clock time, as put on the wire: it may jump. */
    Instant now();

    /** Monotonic time in nanoseconds from an arbitrary origin, for durations. */
    long nanoTime();

    /** Milliseconds since the epoch: the {@code ts} of signed records. */
    default long millis() {
        return now().toEpochMilli();
    }
}
