package bytchat.runtime.internal;

import bytchat.api.env.EventLoop;
import bytchat.api.env.Registration;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The protocol thread is a Netty event loop, so that what a transport reads is handled where it was read. */
final class NettyEventLoop implements EventLoop {
    private final io.netty.channel.EventLoop loop;
    private final FailureLog failures;

    NettyEventLoop(io.netty.channel.EventLoop loop, FailureLog failures) {
        this.loop = loop;
        this.failures = failures;
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(guarded(task));
    }

    @Override
    public Registration schedule(Duration delay, Runnable task) {
        Future<?> scheduled = loop.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public boolean inLoop() {
        return loop.inEventLoop();
    }

    /** Netty would log every failure with its stack trace; here each kind is logged once. */
    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable failure) { // an Error in one task must not end the node's only protocol thread either
                failures.failed(failure);
            }
        };
    }
}
