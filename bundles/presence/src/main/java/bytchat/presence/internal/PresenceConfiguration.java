package bytchat.presence.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code bytchat.presence~NAME}. */
@ObjectClassDefinition(name = "BytChat presence",
        description = "Announces this node's devices and finds others', in one key space.")
public @interface PresenceConfiguration {
    @AttributeDefinition(name = "Refresh", description = "Seconds after which the trackers are looked up again.")
    int refresh_s() default PresenceSettings.REFRESH_S_DEFAULT;

    @AttributeDefinition(name = "Sparse refresh",
            description = "Seconds likewise, while fewer than five trackers are found.")
    int refresh_sparse_s() default PresenceSettings.REFRESH_SPARSE_S_DEFAULT;

    @AttributeDefinition(name = "First retry",
            description = "Milliseconds after which a lost tracker is replaced; doubles each time.")
    int retry_min_ms() default PresenceSettings.RETRY_MIN_MS_DEFAULT;

    @AttributeDefinition(name = "Last retry", description = "Milliseconds between retries at most.")
    int retry_max_ms() default PresenceSettings.RETRY_MAX_MS_DEFAULT;
}
