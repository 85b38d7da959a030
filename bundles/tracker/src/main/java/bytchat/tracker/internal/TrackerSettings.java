package bytchat.tracker.internal;

/**
 * Bounds of a tracker.
 *
 * @param bindingsMax bindings listed on this node; some 4 KiB each
 */
public record TrackerSettings(int bindingsMax) {
    public static final int BINDINGS_MAX_DEFAULT = 20_000;
    public static final TrackerSettings DEFAULT = new TrackerSettings(BINDINGS_MAX_DEFAULT);

    public TrackerSettings {
        if (bindingsMax < 1) {
            throw new IllegalArgumentException("bindings.max is at least 1, not " + bindingsMax);
        }
    }
}
