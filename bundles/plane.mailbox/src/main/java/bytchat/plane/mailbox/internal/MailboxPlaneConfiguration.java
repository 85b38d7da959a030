package bytchat.plane.mailbox.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code bytchat.plane.mailbox~NAME}. */
@ObjectClassDefinition(name = "BytChat mailbox plane")
public @interface MailboxPlaneConfiguration {
    @AttributeDefinition(description = "Seconds after which holders are looked up and subscribed at again")
    int refresh_seconds() default 300;

    @AttributeDefinition(description = "First wait in milliseconds before holders are tried again; doubles")
    int retry_millis_min() default 1_000;

    @AttributeDefinition(description = "Longest wait in milliseconds before holders are tried again")
    int retry_millis_max() default 60_000;

    @AttributeDefinition(description = "Envelopes of one account that are being taken at a time")
    int pushes_in_flight_max() default 256;

    @AttributeDefinition(description = "Envelopes of one account that are remembered as taken")
    int pushes_done_max() default 4_096;

    @AttributeDefinition(description = "Holders that one account stays subscribed at")
    int subscriptions_max() default 16;
}
