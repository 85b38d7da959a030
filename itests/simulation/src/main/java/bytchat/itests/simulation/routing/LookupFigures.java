package bytchat.itests.simulation.routing;

import org.HdrHistogram.Histogram;

/** How the lookups went that had one number of paths. Times are virtual. */
public final class LookupFigures {
    /** A lookup's end is never later than this. */
    private static final long MICROS_MAX = 600_000_000L;

    private final int paths;
    private final Histogram firstMicros = new Histogram(MICROS_MAX, 3);
    private final Histogram endMicros = new Histogram(MICROS_MAX, 3);
    private final Histogram hops = new Histogram(3);
    private final Histogram queries = new Histogram(3);
    private final int[] ended;
    private final int[] endedWithAll;
    private int lookups;
    private int foundAll;
    private int foundNearest;
    private int converged;
    private int askersLeft;
    private long wanted;
    private long missed;

    /** @param intervals into which the run is divided for {@link #successByInterval} */
    LookupFigures(int paths, int intervals) {
        this.paths = paths;
        this.ended = new int[intervals];
        this.endedWithAll = new int[intervals];
    }

    /** What the oracle says of one lookup. */
    record Verdict(int wanted, int missing, boolean nearestFound, boolean converged, int hops, int queries, long endNanos) {
    }

    /** One of the true nodes has answered, before any other of them. */
    void first(long afterNanos) {
        firstMicros.recordValue(afterNanos / 1_000);
    }

    void ended(Verdict verdict, int interval) {
        lookups++;
        wanted += verdict.wanted;
        missed += verdict.missing;
        converged += verdict.converged ? 1 : 0;
        foundNearest += verdict.nearestFound ? 1 : 0;
        hops.recordValue(verdict.hops);
        queries.recordValue(verdict.queries);
        endMicros.recordValue(verdict.endNanos / 1_000);
        ended[interval]++;
        if (verdict.missing == 0) {
            foundAll++;
            endedWithAll[interval]++;
        }
    }

    void askerLeft() {
        askersLeft++;
    }

    public int paths() {
        return paths;
    }

    public int lookups() {
        return lookups;
    }

    /** Lookups that nobody waited for any more. */
    public int askersLeft() {
        return askersLeft;
    }

    /** Share of lookups whose result had every true node. */
    public double foundAll() {
        return lookups == 0 ? 0 : (double) foundAll / lookups;
    }

    /** Share of lookups whose result had the truly nearest node. */
    public double foundNearest() {
        return lookups == 0 ? 0 : (double) foundNearest / lookups;
    }

    /** Of all true nodes of all lookups, the share that was found. */
    public double recall() {
        return wanted == 0 ? 0 : 1 - (double) missed / wanted;
    }

    /** Share of lookups that said of themselves that they have converged. */
    public double converged() {
        return lookups == 0 ? 0 : (double) converged / lookups;
    }

    /** Until the first of the true nodes has answered, in microseconds: what reading a value waits for. */
    public Histogram firstMicros() {
        return firstMicros;
    }

    /** Until the lookup's end, in microseconds. */
    public Histogram endMicros() {
        return endMicros;
    }

    /** Longest chain of referrals to a node of the result. */
    public Histogram hops() {
        return hops;
    }

    public Histogram queries() {
        return queries;
    }

    /** Share of lookups that found every true node, by when they ended; NaN where none did. */
    public double[] successByInterval() {
        double[] shares = new double[ended.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = ended[i] == 0 ? Double.NaN : (double) endedWithAll[i] / ended[i];
        }
        return shares;
    }
}
