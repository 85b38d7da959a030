package bytchat.rpc.internal;

import java.net.InetAddress;
import java.security.SecureRandom;

/**
 * Threat: a flood of requests that costs more to answer than to send, or that is made to look as if a victim had asked.
 * Answer: token buckets ({@link Rate}), one for everybody and one for each source, each holding at most a second's worth.
 * A source is an IPv4 address or an IPv6 /64. Who is over a limit gets no answer at all. Answers to queries of ours do
 * not pass here. A full bucket need not be remembered: only when more sources than fit use their buckets at once does one
 * start afresh, and the common bucket bounds what that can be abused for.
 */
final class RequestLimiter {
    private final Rate everybody;
    private final long sourceInterval;
    /** When each source's bucket will be full again. */
    private final Deadlines sources;

    RequestLimiter(int perSecond, int sourcePerSecond, int sourcesMax, SecureRandom random) {
        this.everybody = new Rate(perSecond);
        this.sourceInterval = Rate.interval(sourcePerSecond);
        this.sources = new Deadlines(sourcesMax, random);
    }

    /** Takes a token for a request from this source, if there is one. */
    boolean allows(InetAddress source, long nowNanos) {
        long key = sources.source(source);
        long left = sources.left(key, nowNanos) + sourceInterval;
        if (left > Rate.SECOND_NANOS) {
            return false;
        }
        sources.set(key, left, nowNanos);
        // The source's own bucket first: a single flooder must not empty everybody's.
        return everybody.take(nowNanos);
    }

    int sources(long nowNanos) {
        return sources.live(nowNanos);
    }
}
