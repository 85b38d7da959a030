package bytchat.rpc.internal;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Threat: a flood of requests that costs more to answer than to send. Answer: token buckets, one for everybody and one
 * for each source, both refilled continuously and holding at most a second's worth. A source is an IPv4 address or an
 * IPv6 /64, because one customer has that many for nothing. Who is over a limit gets no answer at all. Answers to
 * queries of ours do not pass here. When more sources than fit are active, the longest silent one is forgotten (and so
 * starts afresh): the common bucket bounds what that can be abused for.
 */
final class RequestLimiter {
    private static final int IPV6_SITE_BYTES = 8;

    private final Bucket everybody;
    private final int sourcePerSecond;
    private final Map<ByteBuffer, Bucket> sources;

    RequestLimiter(int perSecond, int sourcePerSecond, int sourcesMax) {
        this.everybody = new Bucket(perSecond);
        this.sourcePerSecond = sourcePerSecond;
        this.sources = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Bucket> eldest) {
                return size() > sourcesMax;
            }
        };
    }

    /** Takes a token for a request from this source, if there is one. */
    boolean allows(InetAddress source, long nowNanos) {
        byte[] bytes = source.getAddress();
        ByteBuffer key = ByteBuffer.wrap(bytes.length > 4 ? Arrays.copyOf(bytes, IPV6_SITE_BYTES) : bytes);
        Bucket own = sources.get(key);
        if (own == null) {
            own = new Bucket(sourcePerSecond);
            sources.put(key, own);
        }
        // The source's own bucket first: a single flooder must not empty everybody's.
        return own.take(nowNanos) && everybody.take(nowNanos);
    }

    int sources() {
        return sources.size();
    }

    private static final class Bucket {
        private final double perNano;
        private final double max;
        private double tokens;
        private long lastNanos;
        private boolean used;

        Bucket(int perSecond) {
            this.perNano = perSecond / 1e9;
            this.max = perSecond;
            this.tokens = max;
        }

        boolean take(long nowNanos) {
            if (used) {
                tokens = Math.min(max, tokens + (nowNanos - lastNanos) * perNano);
            }
            used = true;
            lastNanos = nowNanos;
            if (tokens < 1) {
                return false;
            }
            tokens--;
            return true;
        }
    }
}
