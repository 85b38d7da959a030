package bytchat.itests.benchmarks;

import bytchat.itests.demo.Ctl;
import bytchat.itests.demo.DemoFailure;
import bytchat.itests.demo.DemoNode;
import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;

/** Removes and installs features of a running node again and again, as an operator does: from the command to its answer, which comes when they are ready. */
public final class FeatureTimes {
    private static final List<String> FEATURES = List.of("hash-sha1", "mailbox-plane", "web");
    /** Rounds before the measured ones. */
    private static final int WARM_UP = 5;
    private static final double MILLION = 1e6;

    private final List<DemoNode> nodes = new ArrayList<>();

    private FeatureTimes() {
    }

    /** Arguments: the script {@code bytchat}, rounds. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("bytchat-features-");
        FeatureTimes benchmark = new FeatureTimes();
        Runtime.getRuntime().addShutdownHook(new Thread(benchmark::end));
        try {
            benchmark.start(directory, arguments[0], Optional.ofNullable(System.getenv("BYTCHAT_HOME")).map(Path::of));
            benchmark.run(Integer.parseInt(arguments[1]));
            System.exit(0);
        } catch (DemoFailure | TimeoutException failure) {
            System.err.println(failure.getMessage() + "\nThe nodes' data is in " + directory);
            System.exit(1);
        }
    }

    /** Two nodes with an account each; the first sends by the direct plane, so that the other one can go. */
    private void start(Path directory, String script, Optional<Path> home) throws Exception {
        for (String name : List.of("changing", "steady")) {
            DemoNode node = new DemoNode(name, directory.resolve(name), script, List.of(), home);
            if (!nodes.isEmpty()) {
                node.joinBy(nodes.get(0).address());
            }
            nodes.add(node);
            node.start();
            node.awaitReady();
            Ctl.run(node, "account", "create", name);
        }
        Ctl.run(nodes.get(0), "plane", "switch", "direct");
        Ctl.run(nodes.get(0), "feature", "install", "hash-sha1");
    }

    private void run(int rounds) throws DemoFailure {
        Map<String, Integer> states = new TreeMap<>();
        for (String feature : FEATURES) {
            List<Double> removed = new ArrayList<>();
            List<Double> installed = new ArrayList<>();
            for (int round = 0; round < WARM_UP + rounds; round++) {
                long began = System.nanoTime();
                Ctl.run(nodes.get(0), "feature", "remove", feature);
                long between = System.nanoTime();
                JsonObject answer = Ctl.run(nodes.get(0), "feature", "install", feature).asJsonObject();
                long end = System.nanoTime();
                if (round >= WARM_UP) {
                    removed.add((between - began) / MILLION);
                    installed.add((end - between) / MILLION);
                    states.merge(feature + " " + answer.getString("state"), 1, Integer::sum);
                }
            }
            report(feature + " remove", removed);
            report(feature + " install", installed);
        }
        System.out.println("state after install: " + states);
    }

    private static void report(String what, List<Double> millis) {
        Collections.sort(millis);
        int last = millis.size() - 1;
        System.out.printf("%-24s median %6.1f ms   p99 %6.1f ms   max %6.1f ms   of %d%n", what, millis.get(last / 2), millis.get((int) Math.floor(last * 0.99)),
                millis.get(last), millis.size());
    }

    private void end() {
        nodes.forEach(node -> {
            try {
                node.end();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
