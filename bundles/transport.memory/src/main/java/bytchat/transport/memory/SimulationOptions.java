package bytchat.transport.memory;

import java.time.Duration;

/**
 * How the simulated network behaves. Each pair of hosts has a latency of its own between {@code delayMin} and
 * {@code delayMax}, the same in both directions for the whole run, so that nothing is reordered unless asked for.
 *
 * @param loss        share of datagrams that are lost, 0 to 1; on links each loss costs a retransmission's delay
 *            instead
 * @param duplication share of datagrams that arrive twice
 * @param reordering  share of datagrams that arrive up to {@code delayMax} + 50 ms late
 * @param workCost    virtual time that a piece of work takes on a host's workers
 * @param roundTripMedian of all pairs of hosts, if their latencies are to be as in the Internet ({@link WideArea}) and
 *            not between {@code delayMin} and {@code delayMax}; else zero
 */
public record SimulationOptions(
        double loss,
        Duration delayMin,
        Duration delayMax,
        double duplication,
        double reordering,
        Duration workCost,
        Duration roundTripMedian) {

    /** A clean network: 5 to 40 ms each way, nothing lost. */
    public static final SimulationOptions CLEAN =
            new SimulationOptions(0, Duration.ofMillis(5), Duration.ofMillis(40), 0, 0, Duration.ZERO);

    /** Without the latencies of the Internet. */
    public SimulationOptions(
            double loss, Duration delayMin, Duration delayMax, double duplication, double reordering, Duration workCost) {
        this(loss, delayMin, delayMax, duplication, reordering, workCost, Duration.ZERO);
    }

    public SimulationOptions {
        requireShare("loss", loss);
        requireShare("duplication", duplication);
        requireShare("reordering", reordering);
        if (delayMin.isNegative() || delayMax.compareTo(delayMin) < 0 || workCost.isNegative()
                || roundTripMedian.isNegative()) {
            throw new IllegalArgumentException("delays must be ordered and not negative");
        }
    }

    private static void requireShare(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be between 0 and 1, not " + value);
        }
    }

    public SimulationOptions withLoss(double share) {
        return new SimulationOptions(share, delayMin, delayMax, duplication, reordering, workCost, roundTripMedian);
    }

    public SimulationOptions withDelay(Duration min, Duration max) {
        return new SimulationOptions(loss, min, max, duplication, reordering, workCost, roundTripMedian);
    }

    public SimulationOptions withDuplication(double share) {
        return new SimulationOptions(loss, delayMin, delayMax, share, reordering, workCost, roundTripMedian);
    }

    public SimulationOptions withReordering(double share) {
        return new SimulationOptions(loss, delayMin, delayMax, duplication, share, workCost, roundTripMedian);
    }

    public SimulationOptions withWorkCost(Duration cost) {
        return new SimulationOptions(loss, delayMin, delayMax, duplication, reordering, cost, roundTripMedian);
    }

    /** Latencies as between hosts of the Internet, with this median round trip. */
    public SimulationOptions withWideArea(Duration median) {
        return new SimulationOptions(loss, delayMin, delayMax, duplication, reordering, workCost, median);
    }

    boolean isWideArea() {
        return !roundTripMedian.isZero();
    }
}
