package bytchat.messaging.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code bytchat.messaging}. */
@ObjectClassDefinition(name = "BytChat messaging")
public @interface MessagingConfiguration {
    @AttributeDefinition(description = "Name of the delivery plane that messages take.")
    String plane() default "mailbox";

    @AttributeDefinition(description = "Name of the key space they travel in.")
    String keyspace() default "default";

    @AttributeDefinition(description = "Whether senders are told that their messages are on disk here.")
    boolean delivered_receipts() default true;

    @AttributeDefinition(description = "Envelopes that one account has under way, waiting ones included.")
    int outgoing_max() default 4_096;

    @AttributeDefinition(description = "Strangers whose message request is kept until the user accepts.")
    int requests_max() default 64;
}
