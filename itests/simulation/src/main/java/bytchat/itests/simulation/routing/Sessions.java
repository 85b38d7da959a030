package bytchat.itests.simulation.routing;

import java.time.Duration;
import java.util.Locale;
import java.util.Random;

/**
 * How long nodes stay: Weibull's distribution, which fits measured sessions of peer-to-peer networks better than the exponential one
 * (Stutzbach and Rejaie, "Understanding Churn in Peer-to-Peer Networks", 2006).
 *
 * @param shape below 1: who has stayed for long will stay for long
 * @param scale by then 1 - 1/e of them have left; zero: nobody ever leaves
 */
public record Sessions(double shape, Duration scale) {
    /** Everybody stays. */
    public static final Sessions ENDLESS = new Sessions(1, Duration.ZERO);
    /** Measured in IPFS (ProbeLab, RFM 2): half of those who join are gone after 2 h, 80 % after 8 h. */
    public static final Sessions IPFS = of(Duration.ofHours(2), 0.5, Duration.ofHours(8), 0.8);

    public Sessions {
        if (!(shape > 0) || scale.isNegative()) {
            throw new IllegalArgumentException("a session's shape must be above 0 and its scale not negative");
        }
    }

    /** The distribution by which a share of sessions is over at one time and a larger share at a later one. */
    public static Sessions of(Duration early, double overByThen, Duration late, double overThen) {
        double a = Math.log(-Math.log(1 - overByThen));
        double b = Math.log(-Math.log(1 - overThen));
        double shape = (b - a) / Math.log((double) late.toNanos() / early.toNanos());
        double scaleNanos = early.toNanos() / Math.exp(a / shape);
        return new Sessions(shape, Duration.ofNanos((long) scaleNanos));
    }

    public boolean endless() {
        return scale.isZero();
    }

    /** The session of somebody who has just come. */
    public Duration fresh(Random chance) {
        return scaled(-Math.log(1 - chance.nextDouble()));
    }

    /**
     * What is left of the session of somebody who is met at a random moment. Long sessions are met more often: such a session to the
     * power of {@code shape} has Gamma's distribution of shape 1 + 1/{@code shape}, and the moment is anywhere in it.
     */
    public Duration residual(Random chance) {
        Duration whole = scaled(gamma(1 + 1 / shape, chance));
        return Duration.ofNanos((long) (whole.toNanos() * chance.nextDouble()));
    }

    private Duration scaled(double power) {
        return Duration.ofNanos((long) (scale.toNanos() * Math.pow(power, 1 / shape)));
    }

    /** Marsaglia and Tsang 2000, for shapes above 1. */
    private static double gamma(double gammaShape, Random chance) {
        double d = gammaShape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = chance.nextGaussian();
            double v = Math.pow(1 + c * x, 3);
            if (v > 0 && Math.log(1 - chance.nextDouble()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
                return d * v;
            }
        }
    }

    @Override
    public String toString() {
        return endless() ? "none"
                : String.format(Locale.ROOT, "Weibull(%.3f, %.2f h)", shape, scale.toSeconds() / 3_600.0);
    }
}
