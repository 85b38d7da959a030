package bytchat.discovery.lan.internal;

import java.time.Duration;

/** The numbers of {@link LanConfiguration}, checked. */
record LanSettings(Duration announceEvery, Duration aloneEvery, int heardPerMinute, int heardMax) {
    static final int ANNOUNCE_EVERY_S = 300;
    static final int ALONE_EVERY_S = 30;
    static final int HEARD_PER_MINUTE = 10;
    static final int HEARD_MAX = 64;

    static final LanSettings DEFAULTS = new LanSettings(Duration.ofSeconds(ANNOUNCE_EVERY_S), Duration.ofSeconds(ALONE_EVERY_S),
            HEARD_PER_MINUTE, HEARD_MAX);

    LanSettings {
        for (long value : new long[] {announceEvery.toSeconds(), aloneEvery.toSeconds(), heardPerMinute, heardMax}) {
            if (value <= 0) {
                throw new IllegalArgumentException("every number of bytchat.discovery.lan must be above 0, one is " + value);
            }
        }
    }
}
