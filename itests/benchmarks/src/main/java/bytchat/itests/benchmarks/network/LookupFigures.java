package bytchat.itests.benchmarks.network;

import bytchat.api.keyspace.Key;
import bytchat.api.routing.LookupResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lookups of random keys by random nodes, one at a time; an oracle knows the answers. */
@Command(name = "lookups", description = "Lookups of random keys, one at a time from random nodes.")
final class LookupFigures implements Callable<Integer> {
    private static final int WANTED = 8;
    /** The first ones after a disaster are the slowest. */
    private static final int FIRST = 100;

    @Mixin
    private final Shape shape = new Shape();

    @Option(names = "--lookups", paramLabel = "N", description = "Lookups measured (default: ${DEFAULT-VALUE}).")
    private int lookups = 1_000;

    @Option(names = "--warm-up", paramLabel = "N", description = "Lookups before those (default: ${DEFAULT-VALUE}).")
    private int warmUp = 5_000;

    @Option(names = "--kill", paramLabel = "SHARE", split = ",",
            description = "Then so much of all nodes dies at once, and as many lookups follow at once; several shares in a list.")
    private List<Double> kills = List.of();

    /** One lookup and what came of it. */
    record Outcome(LocalNetwork.Member from, Key key, LookupResult result, long nanos) {
    }

    @Override
    public Integer call() throws Exception {
        try (LocalNetwork network = shape.network()) {
            Random random = shape.random();
            run(network, random, warmUp);
            System.gc();
            measure(shape.describe() + ", after " + warmUp + " to warm up", network, random);
        }
        for (double share : kills) {
            try (LocalNetwork network = shape.network()) {
                Random random = shape.random();
                run(network, random, warmUp);
                System.gc();
                network.kill(network.some(random, share));
                String what = shape.describe() + ", a share of " + share + " died just before";
                List<Outcome> outcomes = measure(what, network, random);
                if (outcomes.size() > FIRST) {
                    report("the first " + FIRST + " of these", network, outcomes.subList(0, FIRST), 0);
                }
            }
        }
        return 0;
    }

    private List<Outcome> measure(String what, LocalNetwork network, Random random) throws Exception {
        long sent = network.sentDatagrams();
        List<Outcome> outcomes = run(network, random, lookups);
        report(what, network, outcomes, network.sentDatagrams() - sent);
        return outcomes;
    }

    static List<Outcome> run(LocalNetwork network, Random random, int count) throws Exception {
        List<Outcome> outcomes = new ArrayList<>(count);
        LocalNetwork.oneByOne(count, number -> {
            LocalNetwork.Member from = network.any(random);
            Key key = network.randomKey(random);
            return new LocalNetwork.Step(from, () -> {
                long begun = System.nanoTime();
                return from.node().routing().lookup(key, WANTED)
                        .thenAccept(result -> outcomes.add(new Outcome(from, key, result, System.nanoTime() - begun)));
            });
        });
        return outcomes;
    }

    static void report(String what, LocalNetwork network, List<Outcome> outcomes, long datagrams) {
        Times times = new Times();
        outcomes.forEach(outcome -> times.took(outcome.nanos()));
        long exact = outcomes.stream()
                .filter(outcome -> outcome.result().nearest().equals(network.nearest(outcome.key(), WANTED, outcome.from()))).count();
        double queries = outcomes.stream().mapToInt(outcome -> outcome.result().effort().queries()).average().orElse(0);
        System.out.printf(Locale.ROOT, "%d lookups (%s): %s%n", times.count(), what, times);
        System.out.printf(Locale.ROOT, "  the true %d nearest found by %d of %d; %.1f queries%s each%n", WANTED, exact, outcomes.size(), queries,
                datagrams == 0 ? "" : String.format(Locale.ROOT, ", %.1f datagrams", (double) datagrams / outcomes.size()));
    }
}
