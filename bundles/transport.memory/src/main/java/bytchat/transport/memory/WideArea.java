package bytchat.transport.memory;

/**
 * Latencies as between hosts of the Internet: each host has a place in a plane and a height above it, its access line; a
 * round trip is the distance plus both heights. That form fits measured round trips of Internet hosts (Dabek, Cox,
 * Kaashoek and Morris, "Vivaldi", 2004, on the King data of 1,740 hosts, median 159 ms). Places are normally distributed,
 * heights log-normally and bounded. One round trip in ten takes nearly twice the median, one in a hundred nearly three
 * times, none much above five times.
 *
 * @param x      in standard deviations of a place
 * @param y      in the same
 * @param height in the same
 */
record WideArea(double x, double y, double height) {
    private static final double HEIGHT_MEDIAN = 0.2;
    private static final double HEIGHT_SPREAD = 1.4;
    private static final double HEIGHT_MAX = 4;
    /** Median round trip in standard deviations of a place. */
    static final double ROUND_TRIP_MEDIAN = 2.48;

    /** The place of a host, from nothing but the seed and its number. */
    static WideArea placeOf(long seed, int host) {
        return new WideArea(gauss(seed, host, 0), gauss(seed, host, 1),
                Math.min(HEIGHT_MAX, HEIGHT_MEDIAN * StrictMath.exp(HEIGHT_SPREAD * gauss(seed, host, 2))));
    }

    /** One way, the same in both directions. */
    long oneWayNanos(WideArea to, long roundTripMedianNanos) {
        double roundTrip = Math.sqrt((x - to.x) * (x - to.x) + (y - to.y) * (y - to.y)) + height + to.height;
        return (long) (roundTripMedianNanos / ROUND_TRIP_MEDIAN * roundTrip / 2);
    }

    /** A standard normal deviate (Box and Muller 1958). */
    private static double gauss(long seed, int host, int which) {
        long bits = SeededRandom.mix(seed ^ SeededRandom.mix((long) host << 2 | which));
        double u = ((bits >>> 33) + 1) * 0x1p-31;
        double v = (bits & 0x7fffffff) * 0x1p-31;
        return StrictMath.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(2 * Math.PI * v);
    }
}
