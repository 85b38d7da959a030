package bytchat.runtime.internal;

import bytchat.api.env.Clock;
import bytchat.api.env.Environment;
import bytchat.api.env.EventLoop;
import bytchat.api.env.WorkerPool;
import bytchat.api.status.Status;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The real environment: one event loop, a bounded pool of workers, the machine's clock and randomness. */
public final class NodeRuntime implements Environment, AutoCloseable {
    /** How long closing lets tasks on the loop finish, in milliseconds. */
    private static final long CLOSE_MILLIS_MAX = 1_000;

    private final FailureLog failures = new FailureLog();
    private final Clock clock = new SystemClock();
    private final SecureRandom random = new SecureRandom();
    private final EventLoopGroup group;
    private final EventLoop loop;
    private final BoundedWorkers workers;

    /**
     * Starts the threads.
     *
     * @param workerThreads 0 for as many as there are processors, at least 2
     * @param workerQueueTasksMax tasks that may wait for a worker, from 1
     */
    public NodeRuntime(int workerThreads, int workerQueueTasksMax) {
        NettyDefaults.apply();
        group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("bytchat-loop", true),
                NioIoHandler.newFactory());
        loop = new NettyEventLoop(group.next(), failures);
        int threads = workerThreads > 0 ? workerThreads : Math.max(2, Runtime.getRuntime().availableProcessors());
        workers = new BoundedWorkers(threads, workerQueueTasksMax, new DefaultThreadFactory("bytchat-worker", true),
                loop);
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public WorkerPool workers() {
        return workers;
    }

    @Override
    public SecureRandom random() {
        return random;
    }

    /** A group of exactly the one loop that {@link #loop()} runs on, for the transports' channels. */
    public EventLoopGroup eventLoopGroup() {
        return group;
    }

    /** May be called from any thread. */
    public Status status() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("worker_threads_max", workers.threads());
        facts.put("worker_queue_tasks", workers.queued());
        facts.put("worker_refused_tasks", workers.refused());
        facts.put("failed_tasks", failures.count());
        return Status.ready(facts);
    }

    /** Begins to stop and returns at once: the threads are daemons and end when what they do is done. */
    @Override
    public void close() {
        workers.close();
        group.shutdownGracefully(0, CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS);
    }
}
