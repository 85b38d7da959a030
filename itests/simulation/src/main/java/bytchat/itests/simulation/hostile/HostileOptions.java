package bytchat.itests.simulation.hostile;

import bytchat.transport.memory.SimulationOptions;
import java.time.Duration;
import java.util.List;

/**
 * A network with hostile nodes in it, and what is measured there.
 *
 * @param seed     all chance comes from it
 * @param nodes    honest and hostile ones together
 * @param hostile  share of them, 0 to below 1
 * @param lie      what the hostile ones do
 * @param churn    honest nodes leave without a word, by the session lengths measured in IPFS (half within 2 h, 80 % within 8 h), and
 *                 as many new ones come; hostile ones stay, which is worse
 * @param settle   virtual time after the last node has joined, before the first lookup
 * @param lookups  of random keys by random honest nodes, for each number of paths
 * @param paths    numbers of disjoint paths to try, on the same keys
 * @param network  how datagrams travel
 */
public record HostileOptions(
        long seed,
        int nodes,
        double hostile,
        Lie lie,
        boolean churn,
        Duration settle,
        int lookups,
        List<Integer> paths,
        SimulationOptions network) {
    public static final HostileOptions DEFAULTS = new HostileOptions(1, 1_000, 0.2, Lie.COLLUDERS, true, Duration.ofMinutes(30),
            250, List.of(1, 2, 4, 8), SimulationOptions.CLEAN.withDelay(Duration.ofMillis(10), Duration.ofMillis(90)));

    public HostileOptions with(double share, Lie how) {
        return new HostileOptions(seed, nodes, share, how, churn, settle, lookups, paths, network);
    }

    public HostileOptions sized(int number, Duration quiet, int keys) {
        return new HostileOptions(seed, number, hostile, lie, churn, quiet, keys, paths, network);
    }

    public HostileOptions seeded(long other) {
        return new HostileOptions(other, nodes, hostile, lie, churn, settle, lookups, paths, network);
    }

    public HostileOptions paths(List<Integer> numbers) {
        return new HostileOptions(seed, nodes, hostile, lie, churn, settle, lookups, numbers, network);
    }
}
