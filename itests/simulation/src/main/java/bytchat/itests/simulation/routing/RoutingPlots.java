package bytchat.itests.simulation.routing;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws a run's figures: latency, hops, success and table quality, each as a PNG file. */
final class RoutingPlots {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 420;
    private static final int DOTS_PER_INCH = 144;
    private static final Color[] COLORS = {
        new Color(0x1f, 0x77, 0xb4), new Color(0xd6, 0x5f, 0x0e), new Color(0x2c, 0x8c, 0x2c), new Color(0x8a, 0x4f, 0xb0)
    };
    private static final double[] PERCENTILES = IntStream.rangeClosed(0, 200).mapToDouble(i -> i / 2.0).toArray();

    private final RoutingReport report;
    private final String run;

    RoutingPlots(RoutingReport report) {
        this.report = report;
        RoutingOptions options = report.network().options();
        this.run = String.format("%,d nodes, %s%s%s", options.nodes(), report.network().keySpace().hash().name(),
                options.dead() > 0 ? String.format(", %.0f %% of contacts dead at the start", 100 * options.dead()) : "",
                options.hostile() > 0 ? String.format(", %.0f %% hostile", 100 * options.hostile()) : "");
    }

    /** Writes {@code PREFIX-latency.png} and so on. */
    void write(Path folder, String prefix) {
        try {
            Files.createDirectories(folder);
            save(latency(), folder.resolve(prefix + "-latency.png"));
            save(hops(), folder.resolve(prefix + "-hops.png"));
            save(success(), folder.resolve(prefix + "-success.png"));
            save(tables(), folder.resolve(prefix + "-tables.png"));
        } catch (IOException e) {
            throw new UncheckedIOException("the plots cannot be written to " + folder, e);
        }
    }

    private XYChart latency() {
        XYChart chart = lines("Lookup latency: " + run, "milliseconds, virtual", "% of lookups");
        for (LookupFigures figures : report.lookups()) {
            cumulative(chart, "first true node" + of(figures), figures.firstMicros());
            cumulative(chart, "converged" + of(figures), figures.endMicros());
        }
        double p99 = report.lookups().stream().mapToDouble(f -> f.endMicros().getValueAtPercentile(99) / 1e3).max().orElse(1);
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(Math.max(1, p99));
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(100.0);
        return chart;
    }

    private static void cumulative(XYChart chart, String name, Histogram micros) {
        if (micros.getTotalCount() > 0) {
            double[] millis = new double[PERCENTILES.length];
            for (int i = 0; i < millis.length; i++) {
                millis[i] = micros.getValueAtPercentile(PERCENTILES[i]) / 1e3;
            }
            chart.addSeries(name, millis, PERCENTILES).setMarker(SeriesMarkers.NONE);
        }
    }

    private CategoryChart hops() {
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title("Hops to the farthest node found: " + run)
                .xAxisTitle("hops").yAxisTitle("% of lookups").build();
        plain(chart.getStyler());
        chart.getStyler().setOverlapped(false);
        int most = (int) report.lookups().stream().mapToLong(figures -> figures.hops().getMaxValue()).max().orElse(0);
        List<Integer> numbers = IntStream.rangeClosed(0, most).boxed().toList();
        for (LookupFigures figures : report.lookups()) {
            List<Double> shares = new ArrayList<>();
            for (int number : numbers) {
                shares.add(100.0 * figures.hops().getCountAtValue(number) / Math.max(1, figures.lookups()));
            }
            chart.addSeries("lookups" + of(figures), numbers, shares);
        }
        return chart;
    }

    private XYChart success() {
        XYChart chart = lines("Lookups that found every true node: " + run, "hours, virtual", "% of lookups");
        double begin = report.quality().get(0).hours();
        double each = report.network().options().time().toNanos() / 3.6e12 / RoutingSimulation.INTERVALS;
        for (LookupFigures figures : report.lookups()) {
            double[] shares = figures.successByInterval();
            double[] hours = IntStream.range(0, shares.length).filter(i -> !Double.isNaN(shares[i]))
                    .mapToDouble(i -> begin + each * (i + 0.5)).toArray();
            double[] percent = IntStream.range(0, shares.length).filter(i -> !Double.isNaN(shares[i]))
                    .mapToDouble(i -> 100 * shares[i]).toArray();
            if (hours.length > 0) {
                chart.addSeries("lookups" + of(figures), hours, percent).setMarker(SeriesMarkers.CIRCLE);
            }
        }
        chart.getStyler().setYAxisMax(100.0);
        return chart;
    }

    private XYChart tables() {
        XYChart chart = lines("Routing tables: " + run, "hours, virtual", "%");
        double[] hours = report.quality().stream().mapToDouble(TableQuality::hours).toArray();
        chart.addSeries("contacts that cannot be reached", hours,
                report.quality().stream().mapToDouble(now -> 100 * now.dead()).toArray()).setMarker(SeriesMarkers.NONE);
        chart.addSeries("true neighbours not in the table", hours,
                report.quality().stream().mapToDouble(now -> 100 * now.missing()).toArray()).setMarker(SeriesMarkers.NONE);
        chart.getStyler().setYAxisMin(0.0);
        return chart;
    }

    private String of(LookupFigures figures) {
        return report.lookups().size() == 1 ? "" : ", d = " + figures.paths();
    }

    private static XYChart lines(String title, String x, String y) {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(x).yAxisTitle(y).build();
        plain(chart.getStyler());
        return chart;
    }

    private static void plain(AxesChartStyler styler) {
        Font text = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setChartTitleBoxVisible(false);
        styler.setChartTitleFont(text.deriveFont(Font.BOLD, 13));
        styler.setAxisTitleFont(text);
        styler.setAxisTickLabelsFont(text);
        styler.setLegendFont(text);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setLegendLayout(LegendLayout.Horizontal);
        styler.setDecimalPattern("#,##0.##");
        styler.setYAxisTickMarkSpacingHint(50);
        styler.setSeriesColors(COLORS);
        styler.setPlotGridLinesColor(new Color(0xe0, 0xe0, 0xe0));
    }

    private static void save(org.knowm.xchart.internal.chartpart.Chart<?, ?> chart, Path file) throws IOException {
        BitmapEncoder.saveBitmapWithDPI(chart, file.toString(), BitmapFormat.PNG, DOTS_PER_INCH);
    }
}
