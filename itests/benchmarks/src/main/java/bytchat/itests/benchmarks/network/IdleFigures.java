package bytchat.itests.benchmarks.network;

import bytchat.api.transport.DatagramTransport;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What nodes send that nobody uses: on real sockets, or the same classes in virtual time, where hours pass in seconds. */
@Command(name = "idle", description = "Datagrams that the nodes of a network send while nobody uses it.")
final class IdleFigures implements Callable<Integer> {
    private static final int PORT = 4_000;
    private static final int SUBNETS = 250;
    private static final Duration BETWEEN_JOINS = Duration.ofMillis(300);

    @Mixin
    private final Shape shape = new Shape();

    @Option(names = "--virtual", description = "In virtual time, over a simulated network.")
    private boolean virtual;

    @Option(names = "--after", paramLabel = "MINUTES", description = "Minutes before counting begins (default: ${DEFAULT-VALUE}).")
    private int afterMinutes = 20;

    @Option(names = "--minutes", paramLabel = "N", description = "Minutes counted (default: ${DEFAULT-VALUE}).")
    private int minutes = 30;

    private final Map<String, LongAdder> sent = Tap.counts();

    @Override
    public Integer call() throws Exception {
        if (virtual) {
            inVirtualTime();
        } else {
            onSockets();
        }
        return 0;
    }

    private void onSockets() throws Exception {
        try (LocalNetwork network = LocalNetwork.start(shape, shape.nodes, udp -> new Tap(udp, sent))) {
            TimeUnit.MINUTES.sleep(afterMinutes);
            Map<String, Long> before = counted();
            TimeUnit.MINUTES.sleep(minutes);
            report(shape.describe() + ", real sockets", before, contacts(network.alive().stream().map(LocalNetwork.Member::node).toList()));
        }
    }

    private void inVirtualTime() {
        SimulatedWorld world = new SimulatedWorld(shape.seed);
        List<RoutingNode> nodes = new ArrayList<>();
        for (int i = 0; i < shape.nodes; i++) {
            SimulatedHost host = world.host("10." + (1 + i / SUBNETS) + "." + i % SUBNETS + ".1", PORT);
            DatagramTransport datagrams = new Tap(host.datagrams(), sent);
            nodes.add(RoutingNode.start(host.environment(), shape.algorithm(), datagrams,
                    i == 0 ? List.of() : List.of(nodes.get(0).local().listen()), shape.settings()));
            world.run(BETWEEN_JOINS);
        }
        world.run(Duration.ofMinutes(afterMinutes));
        Map<String, Long> before = counted();
        world.run(Duration.ofMinutes(minutes));
        report(shape.describe() + ", virtual time", before, contacts(nodes));
    }

    private static double contacts(List<RoutingNode> nodes) {
        return nodes.stream().mapToInt(node -> node.routing().table().size()).average().orElse(0);
    }

    private Map<String, Long> counted() {
        Map<String, Long> now = new TreeMap<>();
        sent.forEach((kind, count) -> now.put(kind, count.sum()));
        return now;
    }

    private void report(String what, Map<String, Long> before, double contacts) {
        StringBuilder kinds = new StringBuilder();
        double sum = 0;
        for (Map.Entry<String, Long> now : counted().entrySet()) {
            double perMinute = (double) (now.getValue() - before.getOrDefault(now.getKey(), 0L)) / shape.nodes / minutes;
            sum += perMinute;
            kinds.append(String.format(Locale.ROOT, "%s%.2f %s", kinds.isEmpty() ? "" : ", ", perMinute, now.getKey()));
        }
        System.out.printf(Locale.ROOT, "%.2f datagrams sent by each node a minute when idle (%s; minutes %d to %d): %s; %.0f contacts each%n",
                sum, what, afterMinutes, afterMinutes + minutes, kinds, contacts);
    }
}
