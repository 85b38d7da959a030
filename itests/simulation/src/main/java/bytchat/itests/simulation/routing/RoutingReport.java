package bytchat.itests.simulation.routing;

import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What a run has shown.
 *
 * @param network      as the run left it
 * @param lookups      by number of paths
 * @param quality      of tables, over time
 * @param startSeconds real time that the start took
 * @param runSeconds   real time of the rest
 * @param cpuSeconds   processor time of it all
 */
public record RoutingReport(
        RoutingNetwork network, List<LookupFigures> lookups, List<TableQuality> quality, double startSeconds, double runSeconds,
        double cpuSeconds) {

    /** Datagrams whose receiver threw, at nodes that live now: none, whatever arrived. */
    public long failures() {
        return network.oracle().living().stream().mapToLong(node -> node.host().datagrams().failures()).sum();
    }

    /** Heap in use after a collection, by node, in bytes: everything that the simulation holds. */
    public long heapBytesPerNode() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        return (runtime.totalMemory() - runtime.freeMemory()) / network.oracle().living().size();
    }

    /** A table for people. */
    public String text() {
        RoutingOptions options = network.options();
        StringBuilder out = new StringBuilder();
        line(out, "%,d nodes, %s, %s, start %s, sessions %s, dead contacts %.0f %%, NAT %.0f %%, hostile %.0f %%, loss %.1f %%, seed %d",
                options.nodes(), network.keySpace().hash().name(), options.network().map(name -> "network " + name).orElse("open network"),
                options.start().name().toLowerCase(Locale.ROOT), options.sessions(), 100 * options.dead(), 100 * options.nat(),
                100 * options.hostile(), 100 * options.wire().loss(), options.seed());
        line(out, "");
        line(out, "%5s  %7s  %8s  %8s  %7s  %9s  %-23s  %-23s  %-9s  %-9s", "paths", "lookups", "all true", "nearest", "recall",
                "converged", "first ms p50/p95/p99", "end ms p50/p95/p99", "hops", "queries");
        for (LookupFigures figures : lookups) {
            line(out, "%5s  %7d  %6.2f %%  %6.2f %%  %5.2f %%  %7.2f %%  %-23s  %-23s  %-9s  %-9s", paths(figures), figures.lookups(),
                    100 * figures.foundAll(), 100 * figures.foundNearest(), 100 * figures.recall(), 100 * figures.converged(),
                    millis(figures.firstMicros()), millis(figures.endMicros()), middle(figures.hops()), middle(figures.queries()));
        }
        line(out, "");
        line(out, "%6s  %7s  %8s  %12s  %18s", "hours", "nodes", "contacts", "dead in them", "missing neighbours");
        for (int i = 0; i < quality.size(); i += Math.max(1, (quality.size() - 1) / 6)) {
            TableQuality now = quality.get(i);
            line(out, "%6.2f  %7d  %8.1f  %10.1f %%  %16.1f %%",
                    now.hours(), now.nodes(), now.contacts(), 100 * now.dead(), 100 * now.missing());
        }
        line(out, "");
        line(out, "%,d left, %,d of those who came were here before; %,d datagrams arrived, %,d events; start %.1f s, run %.1f s",
                network.departures(), network.returns(), network.world().delivered(), network.world().happened(),
                startSeconds, runSeconds);
        line(out, "processor %.1f s; trace %s", cpuSeconds, network.world().traceHash());
        return out.toString();
    }

    private String paths(LookupFigures figures) {
        return Integer.toString(figures.paths() == 0 ? network.options().settings().lookup().paths() : figures.paths());
    }

    private static void line(StringBuilder out, String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
    }

    private static String millis(Histogram micros) {
        return String.format(Locale.ROOT, "%.0f/%.0f/%.0f", micros.getValueAtPercentile(50) / 1e3,
                micros.getValueAtPercentile(95) / 1e3, micros.getValueAtPercentile(99) / 1e3);
    }

    private static String middle(Histogram values) {
        return String.format(Locale.ROOT, "%.1f (%d)", values.getMean(), values.getMaxValue());
    }
}
