package bytchat.messaging.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code bytchat.messaging}. */
@ObjectClassDefinition(name = "BytChat messaging")
public @interface MessagingConfiguration {
    @AttributeDefinition(description = "Name of the active key space")
    String keyspace() default "default";

    @AttributeDefinition(description = "Whether senders are told that their messages have arrived")
    boolean delivered_receipts() default true;

    @AttributeDefinition(description = "Envelopes that one account has under way")
    int outgoing_max() default 4_096;

    @AttributeDefinition(description = "Envelopes of one account that are being put at a time")
    int sends_in_flight_max() default 8;

    @AttributeDefinition(description = "Strangers whose request is kept until the user accepts")
    int requests_max() default 64;

    @AttributeDefinition(description = "Envelopes of one contact that wait in memory for their handshake")
    int parked_max() default 64;

    @AttributeDefinition(description = "First wait in milliseconds before an envelope that is not stored is sent again; doubles")
    int retry_millis_min() default 2_000;

    @AttributeDefinition(description = "Longest wait in milliseconds before an envelope that is not stored is sent again")
    int retry_millis_max() default 60_000;

    @AttributeDefinition(description = "First wait in seconds before an undelivered envelope is stored again; doubles")
    int restore_seconds_min() default 600;

    @AttributeDefinition(description = "Longest wait in seconds before an undelivered envelope is stored again")
    int restore_seconds_max() default 21_600;

    @AttributeDefinition(description = "Hours after which meta is signed and published again")
    int publish_hours() default 72;
}
