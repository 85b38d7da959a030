package bytchat.ui.shell.internal;

import bytchat.api.env.Clock;
import bytchat.api.env.Environment;
import bytchat.api.env.EventLoop;
import bytchat.api.env.Registration;
import bytchat.api.env.WorkerPool;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Services that a test puts in by hand, and a real event loop. */
final class FakeNode implements Services, AutoCloseable {
    private final Map<Class<?>, List<Object>> services = new LinkedHashMap<>();
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "loop");
        thread.setDaemon(true);
        return thread;
    });
    final Shell shell = new Shell(() -> this);
    byte[] input = new byte[0];
    Path directory = Path.of("/");

    FakeNode() {
        put(Environment.class, new LoopEnvironment());
    }

    <T> FakeNode put(Class<T> type, T service) {
        services.computeIfAbsent(type, key -> new ArrayList<>()).add(service);
        return this;
    }

    Environment environment() {
        return first(Environment.class).orElseThrow();
    }

    @Override
    public <T> List<T> all(Class<T> type) {
        return services.getOrDefault(type, List.of()).stream().map(type::cast).toList();
    }

    @Override
    public <T> List<T> all(Class<T> type, String keySpace) {
        return all(type);
    }

    @Override
    public void close() {
        // one command has ended; the services stay
    }

    Said run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = shell.run(new Invocation(List.of(arguments), directory, input, new PrintWriter(out),
                new PrintWriter(err), () -> false));
        return new Said(code, out.toString(), err.toString());
    }

    /** A service of which only some methods matter; any other fails the test. */
    static <T> T answering(Class<T> type, Map<String, Answer> answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type},
                (proxy, method, arguments) -> {
            Answer answer = answers.get(method.getName());
            if (answer == null) {
                throw new AssertionError("unexpected call of " + method);
            }
            return answer.to(arguments == null ? new Object[0] : arguments);
        }));
    }

    /** What a method gives for its arguments. */
    interface Answer {
        Object to(Object[] arguments) throws Throwable;
    }

    record Said(int code, String out, String err) {
    }

    private final class LoopEnvironment implements Environment, Clock, EventLoop {
        private final ThreadLocal<Boolean> here = ThreadLocal.withInitial(() -> false);

        @Override
        public Clock clock() {
            return this;
        }

        @Override
        public EventLoop loop() {
            return this;
        }

        @Override
        public WorkerPool workers() {
            throw new AssertionError("the shell needs no workers");
        }

        @Override
        public SecureRandom random() {
            throw new AssertionError("the shell needs no randomness");
        }

        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void execute(Runnable task) {
            executor.execute(() -> {
                here.set(true);
                task.run();
            });
        }

        @Override
        public Registration schedule(Duration delay, Runnable task) {
            ScheduledFuture<?> scheduled = executor.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
            return () -> scheduled.cancel(false);
        }

        @Override
        public boolean inLoop() {
            return here.get();
        }
    }
}
