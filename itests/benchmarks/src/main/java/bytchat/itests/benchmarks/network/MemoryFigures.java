package bytchat.itests.benchmarks.network;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a node costs in a process that has many: the difference that they make, after lookups have filled their tables. */
@Command(name = "memory", description = "Memory of each node in a process that has many.")
final class MemoryFigures implements Callable<Integer> {
    private static final int COLLECTIONS = 5;
    private static final double KILOBYTE = 1_000;

    @Mixin
    private final Shape shape = new Shape();

    @Option(names = "--lookups", paramLabel = "N", description = "Lookups before the second look (default: ${DEFAULT-VALUE}).")
    private int lookups = 5_000;

    @Override
    public Integer call() throws Exception {
        try (LocalNetwork few = LocalNetwork.start(shape, 2, UnaryOperator.identity())) {
            // Now all classes are loaded and compiled, and belong to nobody.
            LookupFigures.run(few, shape.random(), lookups);
        }
        long heapBefore = heap();
        long residentBefore = resident();
        try (LocalNetwork network = shape.network()) {
            LookupFigures.run(network, shape.random(), lookups);
            long heap = heap() - heapBefore;
            long resident = resident() - residentBefore;
            double contacts = network.alive().stream().mapToInt(member -> member.node().routing().table().size()).average().orElse(0);
            System.out.printf(Locale.ROOT,
                    "%.1f KB of heap after collections for each node (%s; %.0f contacts each); resident memory grew by %.1f KB a node%n",
                    heap / KILOBYTE / shape.nodes, shape.describe(), contacts, resident / KILOBYTE / shape.nodes);
        }
        return 0;
    }

    private static long heap() throws InterruptedException {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(200);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** As Linux counts it: with the garbage of a collector that has no reason to hurry, and so with less meaning than the heap. */
    private static long resident() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1_024).findFirst().orElse(0);
    }
}
