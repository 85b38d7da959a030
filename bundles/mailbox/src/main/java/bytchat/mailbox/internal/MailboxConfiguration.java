package bytchat.mailbox.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code bytchat.mailbox~NAME}. */
@ObjectClassDefinition(name = "BytChat mailbox",
        description = "Holds messages for users who are away, in one key space.")
public @interface MailboxConfiguration {
    @AttributeDefinition(name = "Envelopes", description = "Envelopes held on this node; strangers may use half.")
    long envelopes_max() default MailboxSettings.ENVELOPES_MAX_DEFAULT;

    @AttributeDefinition(name = "Bytes", description = "Bytes of envelopes held on this node; strangers may use half.")
    long bytes_max() default MailboxSettings.BYTES_MAX_DEFAULT;

    @AttributeDefinition(name = "Recipient", description = "Bytes of contacts' mail taken for one recipient in a day.")
    long recipient_bytes_per_day() default MailboxSettings.RECIPIENT_BYTES_PER_DAY_DEFAULT;

    @AttributeDefinition(name = "Sender", description = "Bytes of mail taken from one sender in a day.")
    long sender_bytes_per_day() default MailboxSettings.SENDER_BYTES_PER_DAY_DEFAULT;

    @AttributeDefinition(name = "Strangers",
            description = "Bytes of handshakes without a permit taken for one recipient in a day.")
    long strangers_bytes_per_day() default MailboxSettings.STRANGERS_BYTES_PER_DAY_DEFAULT;

    @AttributeDefinition(name = "Address block",
            description = "Bytes of handshakes without a permit taken from one block of routable addresses in a day.")
    long address_block_bytes_per_day() default MailboxSettings.ADDRESS_BLOCK_BYTES_PER_DAY_DEFAULT;

    @AttributeDefinition(name = "Contacts' address block",
            description = "Bytes of contacts' mail taken from one block of routable addresses in a day.")
    long contacts_block_bytes_per_day() default MailboxSettings.CONTACTS_BLOCK_BYTES_PER_DAY_DEFAULT;

    @AttributeDefinition(name = "Subscribers", description = "Devices that may hang on this node for their mail.")
    int subscribers_max() default MailboxSettings.SUBSCRIBERS_MAX_DEFAULT;
}
