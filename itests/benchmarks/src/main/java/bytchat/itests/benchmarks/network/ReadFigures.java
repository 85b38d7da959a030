package bytchat.itests.benchmarks.network;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BValue;
import bytchat.api.keyspace.Key;
import bytchat.api.mainline.Found;
import bytchat.api.mainline.Mainline;
import bytchat.api.mainline.Stored;
import bytchat.itests.benchmarks.network.LocalNetwork.Member;
import bytchat.itests.benchmarks.network.LocalNetwork.Step;
import bytchat.mainline.internal.MainlineNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Immutable values (BEP 44): stored at the nodes nearest their hash, read by nodes that hold no copy, before and right after many died. */
@Command(name = "reads", description = "Reads of stored values, one at a time from random nodes, before and right after many nodes died at once.")
final class ReadFigures implements Callable<Integer> {
    private static final int VALUE_BYTES = 100;
    private static final int FIRST = 100;

    @Mixin
    private final Shape shape = new Shape();

    @Option(names = "--values", paramLabel = "N", description = "Values stored (default: ${DEFAULT-VALUE}).")
    private int values = 500;

    @Option(names = "--reads", paramLabel = "N", description = "Reads measured (default: ${DEFAULT-VALUE}).")
    private int reads = 1_000;

    @Option(names = "--warm-up", paramLabel = "N", description = "Reads before those (default: ${DEFAULT-VALUE}).")
    private int warmUp = 5_000;

    @Option(names = "--kill", paramLabel = "SHARE", split = ",", defaultValue = "0.25,0.5",
            description = "So much of all nodes dies at once, each time in a new network, and reads follow at once (default: ${DEFAULT-VALUE}).")
    private List<Double> kills;

    /** A value and who holds it. */
    private record Placed(Key target, BValue value, Set<Key> holders) {
    }

    private record Outcome(Placed placed, boolean found, boolean alive, int queries, long nanos) {
    }

    @Override
    public Integer call() throws Exception {
        for (int i = 0; i < kills.size(); i++) {
            try (LocalNetwork network = shape.network()) {
                new Run(network, shape.random()).measure(kills.get(i), i == 0);
            }
        }
        return 0;
    }

    /** One network, and what is stored in it. */
    private final class Run {
        private final LocalNetwork network;
        private final Random random;
        private final Map<Member, Mainline> storage = new HashMap<>();
        private final List<Placed> placed = new ArrayList<>();

        Run(LocalNetwork network, Random random) {
            this.network = network;
            this.random = random;
            for (Member member : network.alive()) {
                RoutingNode node = member.node();
                MainlineNode mainline = new MainlineNode(node.environment(), node.local(), node.rpc(), node.routing());
                mainline.start();
                storage.put(member, mainline);
            }
        }

        void measure(double share, boolean beforeAsWell) throws Exception {
            put();
            read(warmUp);
            System.gc();
            if (beforeAsWell) {
                measure("all alive", 0);
            }
            int all = network.alive().size();
            List<Member> victims = network.some(random, share);
            network.kill(victims);
            measure("a share of " + share + " died just before", bound(all, victims.size()));
        }

        private void put() throws Exception {
            Times times = new Times();
            LocalNetwork.oneByOne(values, number -> {
                Member by = network.any(random);
                byte[] bytes = new byte[VALUE_BYTES];
                random.nextBytes(bytes);
                BValue value = BBytes.of(bytes);
                return new Step(by, () -> {
                    long begun = System.nanoTime();
                    return storage.get(by).put(value).thenAccept(stored -> {
                        times.took(System.nanoTime() - begun);
                        placed.add(new Placed(stored.target(), value, holders(stored, by)));
                    });
                });
            });
            double copies = placed.stream().mapToInt(one -> one.holders().size()).average().orElse(0);
            System.out.printf(Locale.ROOT, "%d values of %d bytes put (%s): %.1f copies each; %s%n",
                    values, VALUE_BYTES, shape.describe(), copies, times);
        }

        private Set<Key> holders(Stored stored, Member by) {
            Set<Key> holders = new HashSet<>();
            stored.nodes().forEach(contact -> holders.add(contact.id()));
            if (stored.here()) {
                holders.add(by.node().id());
            }
            return holders;
        }

        private void measure(String what, double bound) throws Exception {
            long sent = network.sentDatagrams();
            List<Outcome> outcomes = read(reads);
            report(what, outcomes, network.sentDatagrams() - sent);
            if (bound > 0) {
                System.out.printf(Locale.ROOT, "  of as many copies as these have, at least one outlives this chance of dying %.2f %% of the times%n",
                        100 * bound);
            }
            if (bound > 0 && outcomes.size() > FIRST) {
                report("the first " + FIRST + " of these", outcomes.subList(0, FIRST), 0);
            }
        }

        private List<Outcome> read(int count) throws Exception {
            List<Outcome> outcomes = new ArrayList<>(count);
            Set<Key> alive = network.alive().stream().map(member -> member.node().id()).collect(Collectors.toSet());
            LocalNetwork.oneByOne(count, number -> {
                Placed one = placed.get(random.nextInt(placed.size()));
                Member reader = reader(one);
                Mainline by = storage.get(reader);
                return new Step(reader, () -> {
                    long begun = System.nanoTime();
                    return by.get(one.target()).thenAccept(found -> outcomes.add(outcome(one, found, alive, System.nanoTime() - begun)));
                });
            });
            return outcomes;
        }

        private Member reader(Placed one) {
            List<Member> without = network.alive().stream().filter(member -> !one.holders().contains(member.node().id())).toList();
            if (without.isEmpty()) {
                throw new IllegalStateException("every living node holds a copy; take more --nodes");
            }
            return without.get(random.nextInt(without.size()));
        }

        private Outcome outcome(Placed one, Found<BValue> found, Set<Key> alive, long nanos) {
            boolean right = found.value().map(one.value()::equals).orElse(false);
            return new Outcome(one, right, one.holders().stream().anyMatch(alive::contains), found.lookup().effort().queries(), nanos);
        }

        private void report(String what, List<Outcome> outcomes, long datagrams) {
            Times times = new Times();
            outcomes.forEach(outcome -> times.took(outcome.nanos()));
            long found = outcomes.stream().filter(Outcome::found).count();
            long possible = outcomes.stream().filter(Outcome::alive).count();
            double queries = outcomes.stream().mapToInt(Outcome::queries).average().orElse(0);
            System.out.printf(Locale.ROOT, "%d reads, %s: %s%n  found %d, a copy was alive for %d; %.1f queries%s each%n",
                    outcomes.size(), what, times, found, possible, queries,
                    datagrams == 0 ? "" : String.format(Locale.ROOT, ", %.1f datagrams", (double) datagrams / outcomes.size()));
        }

        /** How often at least one copy of a value outlives the death of so many random nodes: one minus the hypergeometric chance of none. */
        private double bound(int nodes, int dead) {
            return placed.stream().mapToDouble(one -> {
                double none = 1;
                for (int i = 0; i < one.holders().size(); i++) {
                    none *= (double) Math.max(0, dead - i) / (nodes - i);
                }
                return 1 - none;
            }).average().orElse(0);
        }
    }
}
