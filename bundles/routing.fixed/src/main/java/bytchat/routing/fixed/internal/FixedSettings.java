package bytchat.routing.fixed.internal;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * The list and the bounds; the properties of {@link FixedConfiguration}, checked.
 *
 * @param nodes addresses, perhaps of names that are not resolved yet; empty: the key space's bootstrap addresses
 */
public record FixedSettings(
        List<InetSocketAddress> nodes,
        Duration lookEvery,
        Duration silent,
        int deadFailures,
        Duration rejectedTime,
        int parallel,
        Duration searchTime,
        int searchesMax) {

    /** A list that everybody asks everybody on has to be short. */
    public static final int NODES_MAX = 256;

    static final int LOOK_EVERY_S = 10;
    static final int SILENT_S = 60;
    static final int DEAD_FAILURES = 2;
    static final int REJECTED_TIME_S = 60;
    static final int PARALLEL = 16;
    static final int SEARCH_TIME_S = 15;
    static final int SEARCHES_MAX = 1_024;

    public FixedSettings {
        nodes = List.copyOf(nodes);
        if (nodes.size() > NODES_MAX) {
            throw new IllegalArgumentException(nodes.size() + " nodes are listed, at most " + NODES_MAX + " can be");
        }
        for (long value : new long[] {lookEvery.toMillis(), silent.toMillis(), deadFailures, rejectedTime.toMillis(), parallel,
                searchTime.toMillis(), searchesMax}) {
            if (value <= 0) {
                throw new IllegalArgumentException("every bound of bytchat.routing.fixed must be above 0, one is " + value);
            }
        }
    }

    /** The default bounds. */
    public static FixedSettings of(List<InetSocketAddress> nodes) {
        return new FixedSettings(nodes, Duration.ofSeconds(LOOK_EVERY_S), Duration.ofSeconds(SILENT_S), DEAD_FAILURES,
                Duration.ofSeconds(REJECTED_TIME_S), PARALLEL, Duration.ofSeconds(SEARCH_TIME_S), SEARCHES_MAX);
    }

    /** @throws IllegalArgumentException with a sentence if the text is not HOST:PORT */
    static InetSocketAddress address(String hostPort) {
        int colon = hostPort.lastIndexOf(':');
        try {
            String host = hostPort.substring(0, Math.max(0, colon)).strip().replaceAll("^\\[(.*)]$", "$1");
            int port = Integer.parseInt(hostPort.substring(colon + 1).strip());
            if (!host.isEmpty() && port > 0) {
                return InetSocketAddress.createUnresolved(host, port); // names are looked up off the event loop
            }
        } catch (IllegalArgumentException e) { // no number, or above 65535
            throw new IllegalArgumentException("nodes: '" + hostPort + "' is not HOST:PORT", e);
        }
        throw new IllegalArgumentException("nodes: '" + hostPort + "' is not HOST:PORT");
    }
}
