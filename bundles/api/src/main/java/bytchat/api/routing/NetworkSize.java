package bytchat.api.routing;

/**
 * How many nodes the network is likely to have, estimated from the distances of the nodes nearest the keys that were looked up lately.
 *
 * @param nodes   the estimate, at least 1
 * @param low     lower end of the 95 % confidence interval
 * @param high    upper end
 * @param samples lookups it rests on
 */
public record NetworkSize(double nodes, double low, double high, int samples) {
}
