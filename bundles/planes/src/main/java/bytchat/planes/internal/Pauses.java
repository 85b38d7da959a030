package bytchat.planes.internal;

import bytchat.api.plane.Dispatch;

/**
 * How long sends stood still around a switch: the time, not before the switch was begun, in which something wanted to be sent and nothing
 * was taken, up to the first that the new plane took. On the event loop; the figures may be read from any thread.
 */
final class Pauses {
    private static final long NONE = Long.MIN_VALUE;

    private long waitingSinceNanos = NONE;
    private long begunNanos = NONE;
    private int wanting;
    private volatile long lastMillis;
    private volatile long longestMillis;

    void begun(long nowNanos) {
        wanting++;
        if (waitingSinceNanos == NONE) {
            waitingSinceNanos = nowNanos;
        }
    }

    /** @param byActive whether the plane that was asked is the active one */
    void ended(long nowNanos, Dispatch dispatch, boolean byActive) {
        wanting--;
        if (!taken(dispatch)) {
            return;
        }
        if (begunNanos != NONE && byActive) {
            lastMillis = (nowNanos - Math.max(waitingSinceNanos, begunNanos)) / 1_000_000;
            longestMillis = Math.max(longestMillis, lastMillis);
            begunNanos = NONE;
        }
        waitingSinceNanos = wanting > 0 ? nowNanos : NONE;
    }

    /** Another plane is active since now; the change to it was begun then. */
    void switched(long changeBegunNanos) {
        begunNanos = changeBegunNanos;
    }

    static boolean taken(Dispatch dispatch) {
        return dispatch instanceof Dispatch.Stored || dispatch instanceof Dispatch.Handed;
    }

    long lastMillis() {
        return lastMillis;
    }

    long longestMillis() {
        return longestMillis;
    }
}
