package bytchat.mailbox.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many bytes each of many may use: all of {@code bytesMax} at once, then as they come back evenly over {@code
 * period} (a leaky bucket each). Remembers those {@value #USERS_MAX} who used theirs last; a restart forgets.
 */
final class Allowance {
    static final int USERS_MAX = 16_384;

    private final long bytesMax;
    private final double nanosPerByte;
    private final Clock clock;
    private final Map<BBytes, Used> users = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<BBytes, Used> eldest) {
            return size() > USERS_MAX;
        }
    };

    Allowance(long bytesMax, Duration period, Clock clock) {
        this.bytesMax = bytesMax;
        this.nanosPerByte = (double) period.toNanos() / bytesMax;
        this.clock = clock;
    }

    /** How long the user has to wait until so many bytes are allowed; zero if they are now. */
    Duration waitFor(BBytes user, long bytes) {
        double over = used(user) + bytes - bytesMax;
        return over <= 0 ? Duration.ZERO : Duration.ofNanos((long) Math.ceil(over * nanosPerByte));
    }

    void take(BBytes user, long bytes) {
        users.put(user, new Used(used(user) + bytes, clock.nanoTime()));
    }

    void giveBack(BBytes user, long bytes) {
        users.put(user, new Used(Math.max(0, used(user) - bytes), clock.nanoTime()));
    }

    private double used(BBytes user) {
        Used used = users.get(user);
        return used == null ? 0 : Math.max(0, used.bytes - (clock.nanoTime() - used.atNanos) / nanosPerByte);
    }

    private record Used(double bytes, long atNanos) {
    }
}
