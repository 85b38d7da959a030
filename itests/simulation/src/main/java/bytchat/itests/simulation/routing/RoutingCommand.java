package bytchat.itests.simulation.routing;

import bytchat.api.hash.HashAlgorithm;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.itests.simulation.hostile.Hostiles;
import bytchat.itests.simulation.hostile.Lie;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulationOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code routing.sh}: one run with the parameters of choice. */
@Command(
        name = "routing.sh",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false,
        description = "Simulates a network of nodes that only route, in virtual time, and has an oracle judge their lookups.")
public final class RoutingCommand implements Callable<Integer> {
    private static final Map<String, HashAlgorithm> HASHES = Map.of("sha-1", new Sha1(), "sha-512", new Sha512());
    private static final Map<String, Sessions> CHURN = Map.of("none", Sessions.ENDLESS, "ipfs", Sessions.IPFS);

    /** Those that need no key or node to be directed at. */
    private static final List<Lie> LIES = List.of(Lie.SILENT, Lie.COLLUDERS, Lie.PRETENDERS, Lie.DEAD);

    @Option(names = "--nodes", defaultValue = "10000", description = "nodes that live at any time")
    private int nodes;

    @Option(names = "--hash", defaultValue = "sha-1", description = "sha-1 or sha-512")
    private String hash;

    @Option(names = "--network", defaultValue = "", description = "name of a messaging network; an open one if not given")
    private String network;

    @Option(names = "--start", defaultValue = "WARM", description = "${COMPLETION-CANDIDATES}: with the tables of a network that has run "
            + "for long, or with everybody joining")
    private Start start;

    @Option(names = "--churn", defaultValue = "none",
            description = "ipfs: half of those who join leave within 2 h, 80 %% within 8 h; or none")
    private String churn;

    @Option(names = "--returning", defaultValue = "0.5", description = "share of those who come that were here before")
    private double returning;

    @Option(names = "--dead", defaultValue = "0", description = "share of contacts of a warm start that live no more")
    private double dead;

    @Option(names = "--nat", defaultValue = "0", description = "share of nodes behind a NAT")
    private double nat;

    @Option(names = "--hostile", defaultValue = "0", description = "share of nodes that are hostile")
    private double hostile;

    @Option(names = "--lie", defaultValue = "COLLUDERS", description = "what hostile nodes do: SILENT, COLLUDERS, PRETENDERS or DEAD")
    private Lie lie;

    @Option(names = "--loss", defaultValue = "0.01", description = "share of datagrams lost")
    private double loss;

    @Option(names = "--duplication", defaultValue = "0", description = "share of datagrams that arrive twice")
    private double duplication;

    @Option(names = "--reordering", defaultValue = "0", description = "share of datagrams that are overtaken")
    private double reordering;

    @Option(names = "--rtt", defaultValue = "100",
            description = "median round trip of all pairs of nodes in ms, as spread as in the Internet")
    private int roundTripMs;

    @Option(names = "--paths", defaultValue = "0", split = ",",
            description = "numbers of disjoint paths to look each key up by; 0: as many as a node does by default")
    private List<Integer> paths;

    @Option(names = "--lookups", defaultValue = "1000", description = "of random keys by random nodes, for each number of paths")
    private int lookups;

    @Option(names = "--settle", defaultValue = "0", description = "hours between the start and the first lookup")
    private double settle;

    @Option(names = "--hours", defaultValue = "0.05", description = "hours in which the lookups are made")
    private double hours;

    @Option(names = "--check-every", defaultValue = "60",
            description = "seconds between looks of a node at its table; a real node's are 10")
    private int checkEvery;

    @Option(names = "--seed", defaultValue = "1", description = "all chance comes from it: the same seed, the same run")
    private long seed;

    @Option(names = "--plot", description = "folder to draw latency, hops, success and tables into")
    private Path plot;

    @Option(names = "--plot-prefix", defaultValue = "routing", description = "how the plots' names begin")
    private String plotPrefix;

    @Option(names = "--memory", description = "collects garbage at the end and says what a node takes of the heap")
    private boolean memory;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new RoutingCommand()).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments));
    }

    @Override
    public Integer call() {
        RoutingOptions options = options();
        HashAlgorithm algorithm = chosen(HASHES, "--hash", hash);
        if (!LIES.contains(lie)) {
            throw wrong("--lie is one of " + LIES + ", not " + lie);
        }
        Hostiles hostiles = new Hostiles(lie, SimulatedNode.keySpace(algorithm, options.network()), seed);
        RoutingReport report = RoutingSimulation.run(options, algorithm, hostiles::wrap);
        System.out.print(report.text());
        if (memory) {
            System.out.printf("%,d bytes of heap a node, all in%n", report.heapBytesPerNode());
        }
        if (plot != null) {
            new RoutingPlots(report).write(plot, plotPrefix);
        }
        return 0;
    }

    private RoutingOptions options() {
        RoutingOptions options = RoutingOptions.DEFAULTS;
        SimulationOptions wire = SimulationOptions.CLEAN.withLoss(loss).withDuplication(duplication).withReordering(reordering)
                .withWideArea(Duration.ofMillis(roundTripMs));
        return new RoutingOptions(seed, nodes, Optional.of(network).filter(name -> !name.isEmpty()), start,
                chosen(CHURN, "--churn", churn), returning, dead, nat, hostile, wire,
                options.settings().withCheckEvery(Duration.ofSeconds(checkEvery)), options.defences(),
                hours(settle), hours(hours), lookups, paths);
    }

    private static Duration hours(double number) {
        return Duration.ofMillis((long) (number * 3_600_000));
    }

    private static <T> T chosen(Map<String, T> known, String option, String name) {
        return Optional.ofNullable(known.get(name)).orElseThrow(
                () -> wrong(option + " is one of " + known.keySet().stream().sorted().toList() + ", not " + name));
    }

    private static CommandLine.ParameterException wrong(String why) {
        return new CommandLine.ParameterException(new CommandLine(new RoutingCommand()), why);
    }
}
