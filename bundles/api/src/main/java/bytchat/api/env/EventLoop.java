package bytchat.api.env;

import java.time.Duration;
import java.util.concurrent.Executor;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The one thread on which a node's protocol code runs. Protocol classes are therefore single-threaded: no locks, and the
 * same order of events in the seeded simulation. Nothing here may block: disk, RSA and ML-KEM go to {@link WorkerPool}.
 */
@ProviderType
public interface EventLoop extends Executor {
    /** Runs the task on the loop, later, in order of submission; may be called from any thread. */
    @Override
    void execute(Runnable task);

    /** Runs the task once on the loop after at least {@code delay}, unless closed before; may be called from any thread. */
    Registration schedule(Duration delay, Runnable task);

    /** Runs the task on the loop every {@code period}, first after {@code period}, until closed. */
    default Registration every(Duration period, Runnable task) {
        Registration[] next = new Registration[1];
        boolean[] closed = new boolean[1];
        Runnable again = new Runnable() {
            @Override
            public void run() {
                if (!closed[0]) {
                    next[0] = schedule(period, this);
                    task.run();
                }
            }
        };
        next[0] = schedule(period, again);
        return () -> {
            closed[0] = true;
            next[0].close();
        };
    }

    /** Whether the caller is on the loop. */
    boolean inLoop();
}
