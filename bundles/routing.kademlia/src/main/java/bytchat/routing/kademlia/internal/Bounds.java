package bytchat.routing.kademlia.internal;

/** What all settings have in common. */
final class Bounds {
    private Bounds() {
    }

    static void requirePositive(long... values) {
        for (long value : values) {
            if (value <= 0) {
                throw new IllegalArgumentException(
                        "every bound of bytchat.routing.kademlia must be above 0, one is " + value);
            }
        }
    }
}
