package bytchat.routing.kademlia.internal;

/**
 * How long answers take, and how many come. A query is <em>stalled</em> when it takes longer than three of four answers do:
 * the lookup goes on beside it, while its answer still counts.
 *
 * <p>The idea is that of mldht's {@code ResponseTimeoutFilter}, a histogram that forgets; but its bins grow with the time,
 * so that one estimate serves loopback (0.1 ms) and the whole world (200 ms): 4 to an octave from 16 µs to 17 s. Where many
 * do not answer at all, more are asked at a time, so that as many living ones are waited for.
 */
final class RoundTrips {
    static final long FIRST_STALL_NANOS = 300_000_000L;
    /** Below this the pauses of two busy Java processes look like stalls. */
    static final long STALL_NANOS_MIN = 3_000_000L;
    static final long STALL_NANOS_MAX = 1_000_000_000L;

    private static final int BINS_PER_OCTAVE = 4;
    private static final int LOWEST_OCTAVE = 14;
    private static final int BINS = 20 * BINS_PER_OCTAVE;
    /** A measurement weighs half as much after 70 more. */
    private static final float GROWTH = 1.01f;
    private static final float WEIGHT_MAX = 1e6f;
    private static final int GIVE_UP_STALLS = 3;
    private static final int GIVE_UP_STALLS_IF_SLOW = 8;
    /** The share where all are alive: one of four stalls, and answers after all. */
    private static final double SHARE_OF_THE_LIVING = 0.8;
    /** Where the share is so large, a node that several know is rather slow than dead. */
    private static final double MOST = 0.65;
    private static final double SHARE_STEP = 1 / 16.0;
    private static final float SOON = 0.75f;
    private static final float FAST = 0.1f;
    private static final double TIMES_FAST = 2.5;
    private static final int MORE_AT_A_TIME_MAX = 3;

    private final float[] histogram = new float[BINS];
    private float weight = 1;
    private float total;
    private double answeredShare = SHARE_OF_THE_LIVING;

    void measured(long nanos) {
        histogram[bin(nanos)] += weight;
        total += weight;
        weight *= GROWTH;
        if (weight > WEIGHT_MAX) {
            for (int i = 0; i < BINS; i++) {
                histogram[i] /= weight;
            }
            total /= weight;
            weight = 1;
        }
    }

    /** A query of a lookup was answered, or has stalled; one that is answered after all counts as both. */
    void asked(boolean answered) {
        answeredShare += SHARE_STEP * ((answered ? 1 : 0) - answeredShare);
    }

    long stallNanos() {
        if (total == 0) {
            return FIRST_STALL_NANOS;
        }
        // A multiple of the fast ones where all are alike, so that a little noise is no stall.
        double stall = Math.max(percentile(SOON), TIMES_FAST * percentile(FAST));
        return Math.max(STALL_NANOS_MIN, Math.min(STALL_NANOS_MAX, (long) stall));
    }

    /** Whether nearly all answer that are asked. */
    boolean mostAnswer() {
        return answeredShare > MOST;
    }

    /** Queries to wait for at a time, so that {@code alpha} of them are likely to be answered. */
    int atATime(int alpha) {
        double living = Math.min(1, answeredShare / SHARE_OF_THE_LIVING);
        return (int) Math.min((long) MORE_AT_A_TIME_MAX * alpha, Math.round(alpha / Math.max(0.01, living)));
    }

    /** The time within which so large a share of the answers comes: the upper end of its bin. */
    private double percentile(float share) {
        float below = 0;
        for (int i = 0; i < BINS; i++) {
            below += histogram[i];
            if (below >= share * total) {
                return Math.pow(2, LOWEST_OCTAVE + (i + 1) / (double) BINS_PER_OCTAVE);
            }
        }
        return STALL_NANOS_MAX;
    }

    private static int bin(long nanos) {
        double octaves = Math.log(Math.max(1, nanos)) / Math.log(2) - LOWEST_OCTAVE;
        return (int) Math.max(0, Math.min(BINS - 1, octaves * BINS_PER_OCTAVE));
    }
}
