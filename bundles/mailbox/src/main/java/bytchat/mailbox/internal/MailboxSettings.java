package bytchat.mailbox.internal;

/**
 * Bounds of a mailbox. Those per day are what may come at once, too: an allowance fills up again over a day.
 *
 * @param envelopesMax               envelopes held on this node
 * @param bytesMax                   bytes of envelopes held on this node
 * @param recipientBytesPerDay       contacts' mail for one recipient
 * @param senderBytesPerDay          mail by one sender
 * @param strangersBytesPerDay       handshakes without a permit for one recipient
 * @param addressBlockBytesPerDay    handshakes without a permit from one block of routable addresses (/24, /48)
 * @param contactsBlockBytesPerDay   contacts' mail from one such block
 * @param subscribersMax             devices that hang on this node for their mail
 */
public record MailboxSettings(long envelopesMax, long bytesMax, long recipientBytesPerDay, long senderBytesPerDay,
        long strangersBytesPerDay, long addressBlockBytesPerDay, long contactsBlockBytesPerDay,
        int subscribersMax) {
    public static final long ENVELOPES_MAX_DEFAULT = 200_000;
    public static final long BYTES_MAX_DEFAULT = 1L << 30;
    public static final long RECIPIENT_BYTES_PER_DAY_DEFAULT = 128L << 20;
    public static final long SENDER_BYTES_PER_DAY_DEFAULT = 64L << 20;
    public static final long STRANGERS_BYTES_PER_DAY_DEFAULT = 512L << 10;
    public static final long ADDRESS_BLOCK_BYTES_PER_DAY_DEFAULT = 4L << 20;
    public static final long CONTACTS_BLOCK_BYTES_PER_DAY_DEFAULT = 256L << 20;
    public static final int SUBSCRIBERS_MAX_DEFAULT = 4_096;

    public static final MailboxSettings DEFAULT = new MailboxSettings(ENVELOPES_MAX_DEFAULT, BYTES_MAX_DEFAULT,
            RECIPIENT_BYTES_PER_DAY_DEFAULT, SENDER_BYTES_PER_DAY_DEFAULT, STRANGERS_BYTES_PER_DAY_DEFAULT,
            ADDRESS_BLOCK_BYTES_PER_DAY_DEFAULT, CONTACTS_BLOCK_BYTES_PER_DAY_DEFAULT, SUBSCRIBERS_MAX_DEFAULT);

    public MailboxSettings {
        if (envelopesMax < 1 || bytesMax < 1 || recipientBytesPerDay < 1 || senderBytesPerDay < 1
                || strangersBytesPerDay < 1 || addressBlockBytesPerDay < 1 || contactsBlockBytesPerDay < 1
                || subscribersMax < 1) {
            throw new IllegalArgumentException("every bound of a mailbox is at least 1");
        }
    }
}
