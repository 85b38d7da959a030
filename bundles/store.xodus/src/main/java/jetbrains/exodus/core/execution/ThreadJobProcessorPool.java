package jetbrains.exodus.core.execution;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes the place of the class of this name in Xodus 2.0.1, which keeps its threads (the shared timer, the cleaner, one that makes threads) for
 * as long as the process lives: with them the class loader of a store bundle that was removed or updated would stay. This one can be closed.
 */
public final class ThreadJobProcessorPool {
    private static final Map<String, ThreadJobProcessor> PROCESSORS = new HashMap<>();

    private ThreadJobProcessorPool() {
    }

    /** The processor of this name, with its thread running. Xodus calls it. */
    public static synchronized ThreadJobProcessor getOrCreateJobProcessor(String name) {
        return PROCESSORS.computeIfAbsent(name, missing -> {
            ThreadJobProcessor made = new ThreadJobProcessor(missing);
            made.setExceptionHandler(new DefaultExceptionHandler());
            made.start();
            return made;
        });
    }

    /** All there are. Xodus calls it. */
    public static synchronized Collection<JobProcessor> getProcessors() {
        return new ArrayList<>(PROCESSORS.values());
    }

    /** Ends every thread, once no environment is open any more, and waits for it. */
    public static void close() {
        List<ThreadJobProcessor> all;
        synchronized (ThreadJobProcessorPool.class) {
            all = new ArrayList<>(PROCESSORS.values());
            PROCESSORS.clear();
        }
        all.forEach(ThreadJobProcessor::finish);
    }
}
