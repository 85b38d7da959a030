package bytchat.itests.simulation.hostile;

import bytchat.api.hash.HashAlgorithm;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.routing.kademlia.internal.KademliaDefences;
import bytchat.routing.kademlia.internal.KademliaSettings;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code hostile.sh}: networks with hostile nodes, with the parameters of choice. */
@Command(
        name = "hostile.sh",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false,
        description = "Lets a network of production nodes join, live and look keys up, in virtual time, while a share of it is hostile. "
                + "Everybody joins the hard way: hostile nodes lie from the beginning.")
public final class HostileCommand implements Callable<Integer> {
    private static final int DOTS_PER_INCH = 144;

    @Option(names = "--nodes", defaultValue = "1000", description = "honest and hostile ones together")
    private int nodes;

    @Option(names = "--share", defaultValue = "0.2,0.3", split = ",", description = "hostile ones of them; a network for each")
    private List<Double> shares;

    @Option(names = "--lie", defaultValue = "COLLUDERS", split = ",", description = "${COMPLETION-CANDIDATES}; a network for each")
    private List<Lie> lies;

    @Option(names = "--paths", defaultValue = "1,2,4,8", split = ",", description = "disjoint paths of a lookup; each key with each")
    private List<Integer> paths;

    @Option(names = "--lookups", defaultValue = "1000", description = "keys")
    private int lookups;

    @Option(names = "--settle", defaultValue = "30", description = "minutes between the last join and the first lookup")
    private int settle;

    @Option(names = "--hash", defaultValue = "sha-1", description = "sha-1 or sha-512")
    private String hash;

    @Option(names = "--without", split = ",", description = "defences of the honest nodes that are switched off, for comparison")
    private List<String> without = List.of();

    @Option(names = "--seed", defaultValue = "1", description = "all chance comes from it")
    private long seed;

    @Option(names = "--flood", description = "instead: so many ids from two addresses at one node, and its restart")
    private int flood;

    @Option(names = "--plot", description = "file to draw the share of lookups over the number of paths into, a PNG")
    private Path plot;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new HostileCommand()).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        HashAlgorithm algorithm = hash.equals("sha-512") ? new Sha512() : new Sha1();
        KademliaDefences defences = KademliaDefences.without(without.toArray(String[]::new));
        if (flood > 0) {
            System.out.printf("%,d ids from 2 addresses, then a restart, seed %d: %s%n", flood, seed,
                    IdFlood.run(seed, algorithm, flood, defences));
            return 0;
        }
        List<List<HostileFigures>> all = new ArrayList<>();
        for (Lie lie : lies) {
            for (double share : shares) {
                all.add(measure(HostileOptions.DEFAULTS.sized(nodes, Duration.ofMinutes(settle), lookups)
                        .with(share, lie).paths(paths).seeded(seed), algorithm, defences));
            }
        }
        if (plot != null) {
            draw(all);
        }
        return 0;
    }

    private static List<HostileFigures> measure(HostileOptions options, HashAlgorithm algorithm, KademliaDefences defences) {
        long begin = System.nanoTime();
        HostileNetwork network = new HostileNetwork(options, algorithm, KademliaSettings.DEFAULTS, defences);
        network.grow();
        List<HostileFigures> figures = network.measure();
        figures.forEach(System.out::println);
        System.out.printf(Locale.ROOT,
                "  %s, seed %d, %d nodes, IPFS churn (%d left): %.1f %% of the contacts in honest tables are hostile, "
                        + "%d honest nodes are in no honest table; %,d datagrams to victims; %.0f s%n",
                algorithm.name(), options.seed(), options.nodes(), network.departures(), 100 * network.hostileShareOfTables(),
                network.eclipsed(), network.victimReceived(), (System.nanoTime() - begin) / 1e9);
        return figures;
    }

    private void draw(List<List<HostileFigures>> all) throws IOException {
        XYChart chart = new XYChartBuilder().width(760).height(420)
                .title(String.format(Locale.ROOT, "Lookups that find every true node, of %,d nodes under churn", nodes))
                .xAxisTitle("disjoint paths").yAxisTitle("% of lookups").build();
        for (List<HostileFigures> figures : all) {
            HostileOptions options = figures.get(0).options();
            String lie = options.lie().name().toLowerCase(Locale.ROOT);
            chart.addSeries(String.format(Locale.ROOT, "%.0f %% %s", 100 * options.hostile(), lie),
                    figures.stream().mapToDouble(HostileFigures::paths).toArray(),
                    figures.stream().mapToDouble(figure -> 100 * figure.found()).toArray()).setMarker(SeriesMarkers.CIRCLE);
        }
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setYAxisMax(100.0);
        Files.createDirectories(plot.toAbsolutePath().getParent());
        BitmapEncoder.saveBitmapWithDPI(chart, plot.toString(), BitmapFormat.PNG, DOTS_PER_INCH);
    }
}
