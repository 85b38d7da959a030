package bytchat.plane.direct.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code bytchat.plane.direct~NAME}. */
@ObjectClassDefinition(name = "BytChat direct plane")
public @interface DirectPlaneConfiguration {
    @AttributeDefinition(description = "Seconds for which a recipient's devices, once found, are not looked up again")
    int find_cache_seconds() default DirectPlaneSettings.FIND_CACHE_S;

    @AttributeDefinition(description = "Seconds likewise when none was found")
    int find_cache_empty_seconds() default DirectPlaneSettings.FIND_CACHE_EMPTY_S;

    @AttributeDefinition(description = "Recipients whose devices are remembered, and whom this plane looks out for")
    int recipients_max() default DirectPlaneSettings.RECIPIENTS_MAX;

    @AttributeDefinition(description = "Seconds before a device that could not be reached is dialled for a message again")
    int dial_pause_seconds() default DirectPlaneSettings.DIAL_PAUSE_S;

    @AttributeDefinition(description = "Milliseconds after which a message waits if no device of its recipient has answered")
    int reach_millis() default DirectPlaneSettings.REACH_MS;

    @AttributeDefinition(description = "Milliseconds that further devices have to be counted after the first has an envelope")
    int settle_millis() default DirectPlaneSettings.SETTLE_MS;

    @AttributeDefinition(description = "First wait in seconds before a recipient with mail waiting is looked for again; doubles")
    int look_out_seconds_min() default DirectPlaneSettings.LOOK_OUT_MIN_S;

    @AttributeDefinition(description = "Longest such wait in seconds")
    int look_out_seconds_max() default DirectPlaneSettings.LOOK_OUT_MAX_S;

    @AttributeDefinition(description = "Seconds for which a link is kept open after the last envelope")
    int conversation_seconds() default DirectPlaneSettings.CONVERSATION_S;

    @AttributeDefinition(description = "Links that are kept open so")
    int conversations_max() default DirectPlaneSettings.CONVERSATIONS_MAX;

    @AttributeDefinition(description = "Seconds after which own devices are looked for again")
    int refresh_seconds() default DirectPlaneSettings.REFRESH_S;

    @AttributeDefinition(description = "First wait in milliseconds before they are while this device is not announced; doubles")
    int retry_millis_min() default DirectPlaneSettings.RETRY_MIN_MS;

    @AttributeDefinition(description = "Longest such wait in milliseconds")
    int retry_millis_max() default DirectPlaneSettings.RETRY_MAX_MS;

    @AttributeDefinition(description = "Milliseconds after which an envelope that is not on disk is answered with 'later'")
    int answer_millis_max() default DirectPlaneSettings.ANSWER_MAX_MS;

    @AttributeDefinition(description = "Envelopes of one account that are being taken at a time")
    int in_flight_max() default DirectPlaneSettings.IN_FLIGHT_MAX;

    @AttributeDefinition(description = "Of those, from one node")
    int peer_in_flight_max() default DirectPlaneSettings.PEER_IN_FLIGHT_MAX;

    @AttributeDefinition(description = "Envelopes that one node may send in a second")
    int peer_per_second_max() default DirectPlaneSettings.PEER_PER_SECOND_MAX;

    @AttributeDefinition(description = "Envelopes of one account that are remembered as taken")
    int taken_max() default DirectPlaneSettings.TAKEN_MAX;

    @AttributeDefinition(description = "Envelopes whose receiving devices are remembered")
    int handed_max() default DirectPlaneSettings.HANDED_MAX;
}
