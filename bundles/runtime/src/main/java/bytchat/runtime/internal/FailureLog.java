package bytchat.runtime.internal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts failures that nobody else took, and says each kind once: a failure that a peer can cause at will must not be
 * able to fill a disk with log lines.
 */
final class FailureLog {
    /** Kinds of failure that are logged, each once; later kinds are only counted. */
    static final int KINDS_MAX = 256;

    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

    private final AtomicLong count = new AtomicLong();
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    void failed(Throwable failure) {
        count.incrementAndGet();
        String place = failure.getStackTrace().length == 0 ? "an unknown place" : failure.getStackTrace()[0].toString();
        if (said.size() < KINDS_MAX && said.add(failure.getClass().getName() + '@' + place)) {
            LOG.error("A task on the event loop failed: {} at {}. The node goes on; the same failure is counted, not"
                    + " logged again. Please report it.", failure, place);
            LOG.debug("Its stack trace", failure);
        }
    }

    long count() {
        return count.get();
    }
}
