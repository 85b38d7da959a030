package bytchat.itests.simulation.routing;

import bytchat.api.bencode.BDict;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.LookupRequest;
import bytchat.api.routing.LookupResult;
import bytchat.itests.simulation.routing.LookupFigures.Verdict;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs a network and judges the lookups in it. The truth of a key are the eight (k) nearest nodes that live and can be reached when the
 * lookup begins; as far as they have lived for {@link TableQuality#GROWN_UP}, are honest, and still live when it ends, they must be in the
 * result.
 */
public final class RoutingSimulation {
    /** Into so many parts a run is divided for figures over time. */
    static final int INTERVALS = 24;
    /** Tables looked at in each. */
    private static final int TABLES = 100;
    /** More than any lookup takes. */
    private static final Duration LAST_LOOKUPS = Duration.ofSeconds(30);

    private final RoutingNetwork network;
    private final Map<Integer, LookupFigures> figures = new LinkedHashMap<>();
    private final List<TableQuality> quality = new ArrayList<>();
    private long begunNanos;
    private int underWay;

    private RoutingSimulation(RoutingNetwork network) {
        this.network = network;
        network.options().paths().forEach(number -> figures.put(number, new LookupFigures(number, INTERVALS)));
    }

    /**
     * Runs it all. If it fails, the failure says how to repeat it.
     *
     * @param misbehaviour what hostile nodes do
     */
    public static RoutingReport run(RoutingOptions options, HashAlgorithm hash, Misbehaviour misbehaviour) {
        return run(options, hash, misbehaviour, report -> { });
    }

    /**
     * The same, and looks whether the report is as it should be.
     *
     * @param check throws if not
     */
    public static RoutingReport run(
            RoutingOptions options, HashAlgorithm hash, Misbehaviour misbehaviour, Consumer<RoutingReport> check) {
        RoutingNetwork network = new RoutingNetwork(options, hash, misbehaviour);
        try {
            RoutingReport report = new RoutingSimulation(network).report();
            check.accept(report);
            return report;
        } catch (RuntimeException | Error e) {
            throw new AssertionError("simulation failed: " + hash.name() + ", " + options + ", "
                    + network.world().describe() + ": " + e.getMessage(), e);
        }
    }

    private RoutingReport report() {
        long wallNanos = System.nanoTime();
        network.start();
        long startedNanos = System.nanoTime();
        begunNanos = network.world().nanoTime();
        RoutingOptions options = network.options();
        int asked = 0;
        for (int interval = 0; interval < INTERVALS; interval++) {
            quality.add(TableQuality.sample(network, TABLES));
            int until = (int) ((long) options.lookups() * (interval + 1) / INTERVALS);
            Duration share = options.time().dividedBy(INTERVALS);
            Duration pause = share.dividedBy(Math.max(1, until - asked));
            for (; asked < until; asked++) {
                lookUp(network.randomKey());
                network.world().run(pause);
            }
            network.world().run(Duration.ofNanos(
                    Math.max(0, begunNanos + share.toNanos() * (interval + 1) - network.world().nanoTime())));
        }
        quality.add(TableQuality.sample(network, TABLES));
        network.world().run(LAST_LOOKUPS);
        figures.values().stream().findFirst().ifPresent(first -> {
            for (int i = 0; i < underWay; i++) {
                first.askerLeft();
            }
        });
        return new RoutingReport(network, List.copyOf(figures.values()), List.copyOf(quality),
                (startedNanos - wallNanos) / 1e9, (System.nanoTime() - startedNanos) / 1e9,
                ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9);
    }

    /** Once with each number of paths, by another node each time: what one has learnt must not help the next. */
    private void lookUp(Key key) {
        figures.forEach((paths, tally) -> network.anyone(TableQuality.GROWN_UP).ifPresent(asker -> lookUp(key, asker, paths, tally)));
    }

    private void lookUp(Key key, RoutingNode asker, int paths, LookupFigures tally) {
        int count = network.options().settings().bucketSize();
        List<RoutingNode> nearest = network.oracle()
                .nearest(key, count, node -> node != asker && node.reachable() && !node.local().readOnly());
        Set<RoutingNode> wanted = nearest.stream()
                .filter(node -> !node.hostile() && network.hasLivedFor(node, TableQuality.GROWN_UP))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Set<Contact> holders = wanted.stream().map(RoutingNode::contact).collect(Collectors.toSet());
        long beginNanos = network.world().nanoTime();
        LookupRequest request = LookupRequest.nodes(key, count).withPaths(paths).asking(
                LookupRequest.FIND_NODE, BDict.EMPTY, (from, result) -> {
                    if (holders.contains(from)) {
                        holders.clear();
                        tally.first(network.world().nanoTime() - beginNanos);
                    }
                    return false;
                });
        underWay++;
        asker.host().call(() -> asker.kademlia().search(request).result()).thenAccept(result -> {
            underWay--;
            tally.ended(judge(result, nearest, wanted, network.world().nanoTime() - beginNanos), interval());
        });
    }

    /** @param wanted those of the nearest that a lookup has to find */
    private Verdict judge(LookupResult result, List<RoutingNode> nearest, Set<RoutingNode> wanted, long tookNanos) {
        Set<Contact> found = new HashSet<>(result.nearest());
        // Honest nodes that the oracle did not ask for, because they are behind a NAT or new, may be found as well: they have answered.
        Stream<RoutingNode> more = result.nearest().stream().map(network.oracle()::at).filter(node -> node != null && !node.hostile());
        List<RoutingNode> truth = Stream.concat(nearest.stream(), more).distinct()
                .sorted((a, b) -> result.target().compareDistance(a.contact().id(), b.contact().id()))
                .limit(nearest.size())
                .filter(node -> node.alive() && wanted.contains(node))
                .toList();
        int missing = (int) truth.stream().filter(node -> !found.contains(node.contact())).count();
        boolean first = truth.isEmpty() || found.contains(truth.get(0).contact());
        return new Verdict(truth.size(), missing, first, result instanceof LookupResult.Converged,
                result.effort().hops(), result.effort().queries(), tookNanos);
    }

    private int interval() {
        long passed = network.world().nanoTime() - begunNanos;
        long each = Math.max(1, network.options().time().toNanos() / INTERVALS);
        return (int) Math.min(INTERVALS - 1, passed / each);
    }
}
