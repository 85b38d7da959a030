package bytchat.routing.internal;

import java.time.Duration;

/** The properties of {@link RoutingConfiguration}, checked. */
public record RoutingSettings(String active, Duration ready, Duration drain) {
    static final String ACTIVE = "kademlia";
    static final int READY_S = 20;
    static final int DRAIN_S = 20;

    public RoutingSettings {
        if (active.isBlank() || ready.isNegative() || ready.isZero() || drain.isNegative()) {
            throw new IllegalArgumentException(
                    "bytchat.routing: active needs a name, ready.seconds more than 0, drain.seconds not less than 0");
        }
    }

    static RoutingSettings of(RoutingConfiguration configuration) {
        return new RoutingSettings(configuration.active(), Duration.ofSeconds(configuration.ready_seconds()),
                Duration.ofSeconds(configuration.drain_seconds()));
    }
}
