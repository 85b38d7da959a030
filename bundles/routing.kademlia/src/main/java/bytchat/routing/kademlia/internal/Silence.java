package bytchat.routing.kademlia.internal;

import java.time.Duration;

/**
 * Whether nobody at all answers: then it is more likely that we are cut off than that everybody is gone, and nobody's
 * place is taken for it.
 */
final class Silence {
    private static final int QUERIES = 16;
    private static final Duration TIME = Duration.ofSeconds(30);

    private int unanswered;
    private long answeredNanos;

    Silence(long nowNanos) {
        this.answeredNanos = nowNanos;
    }

    void answered(long nowNanos) {
        unanswered = 0;
        answeredNanos = nowNanos;
    }

    void unanswered() {
        unanswered++;
    }

    boolean complete(long nowNanos) {
        return unanswered >= QUERIES && nowNanos - answeredNanos >= TIME.toNanos();
    }

    int queries() {
        return unanswered;
    }

    Duration lasts(long nowNanos) {
        return Duration.ofNanos(nowNanos - answeredNanos);
    }
}
