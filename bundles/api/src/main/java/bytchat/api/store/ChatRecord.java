package bytchat.api.store;

import bytchat.api.bencode.BBytes;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The kinds of record in a {@link ChatStore}. {@link #key()} is unique within its type and account, and orders as raw bytes.
 * Fields of type {@code byte[]} that a record may lack are empty, never null.
 */
public sealed interface ChatRecord {
    BBytes key();

    /**
     * A contact; key = fingerprint.
     *
     * @param fingerprint SHA-512 of the account key
     * @param name        as the user calls them; empty until the user, the link or their meta has given one
     * @param link        the contact link they were added by; empty for a stranger who wrote to us
     * @param accountKey  DER; empty until their meta or handshake has been seen and matched the fingerprint
     * @param credentials canonical bytes of the newest verified credentials; empty until then
     * @param permit      canonical bytes of the permit they gave us; empty until then
     * @param accepted    whether the user wants them: false for a stranger's request
     * @param metaMillis  timestamp of the newest meta seen, never undercut
     * @param addedMillis when it was added
     */
    record ContactRecord(BBytes fingerprint, String name, String link, byte[] accountKey, byte[] credentials, byte[] permit,
            boolean accepted, long metaMillis, long addedMillis) implements ChatRecord {
        @Override
        public BBytes key() {
            return fingerprint;
        }
    }

    /**
     * A handshake, ours or theirs, kept until it is superseded and nothing sealed with it can still be under way; key = contact ‖ mine ‖ id.
     *
     * @param id       SHA-512/256 of its canonical bytes without {@code sig}
     * @param bytes    canonical bytes, signature included
     * @param secret   what the suite asked to keep; empty for theirs
     * @param answered whether it has its counterpart
     */
    record HandshakeRecord(BBytes contact, boolean mine, BBytes id, int suite, byte[] bytes, byte[] secret, long atMillis,
            boolean answered) implements ChatRecord {
        @Override
        public BBytes key() {
            return keyOf(contact, mine, id);
        }

        public static BBytes keyOf(BBytes contact, boolean mine, BBytes id) {
            return join(contact, new byte[] {(byte) (mine ? 1 : 0)}, id.unsafeArray());
        }
    }

    /**
     * A session; key = session id.
     *
     * @param sent    messages sealed with it
     * @param sending whether messages may be sent on it, the newest of those being used; else it only opens what comes
     */
    record SessionRecord(BBytes contact, int suite, BBytes id, byte[] root, long atMillis, long sent, boolean sending)
            implements ChatRecord {
        @Override
        public BBytes key() {
            return id;
        }
    }

    /**
     * A message as the user sees it; key = contact ‖ number, so that a conversation lists in the order it happened here.
     *
     * @param number     counts up per contact on this device
     * @param outgoing   whether we sent it
     * @param device     sending device's id
     * @param sequence   its sequence number
     * @param mimeType   of the data
     * @param sentMillis the sender's clock
     * @param atMillis   when it was stored here
     * @param state      of an outgoing message
     * @param detail     why, or how many holders, in words
     */
    record MessageRecord(BBytes contact, long number, boolean outgoing, BBytes device, long sequence, String mimeType, byte[] data,
            long sentMillis, long atMillis, State state, String detail) implements ChatRecord {
        @Override
        public BBytes key() {
            return keyOf(contact, number);
        }

        public static BBytes keyOf(BBytes contact, long number) {
            return join(contact, longBytes(number));
        }
    }

    /** What became of an outgoing message; an incoming one is RECEIVED. */
    enum State {
        WAITING,
        STORED,
        DELIVERED,
        EXPIRED,
        FAILED,
        RECEIVED
    }

    /**
     * An envelope to send until it is delivered; key = contact ‖ sequence.
     *
     * @param number      of the {@link MessageRecord} it carries, -1 for a handshake or receipt
     * @param envelopeId  SHA-512/256; empty while not sealed for want of a session
     * @param envelope    canonical bytes to send again as they are; empty likewise
     * @param untilMillis given up then
     */
    record OutboundRecord(BBytes contact, long sequence, long number, BBytes envelopeId, byte[] envelope, long untilMillis,
            int attempts) implements ChatRecord {
        @Override
        public BBytes key() {
            return keyOf(contact, sequence);
        }

        public static BBytes keyOf(BBytes contact, long sequence) {
            return join(contact, longBytes(sequence));
        }
    }

    /** An envelope that was taken: (sender fingerprint, device, sequence); kept past every TTL. Key = those joined. */
    record SeenRecord(BBytes contact, BBytes device, long sequence, BBytes envelopeId, long atMillis) implements ChatRecord {
        @Override
        public BBytes key() {
            return keyOf(contact, device, sequence);
        }

        public static BBytes keyOf(BBytes contact, BBytes device, long sequence) {
            return join(contact, device.unsafeArray(), longBytes(sequence));
        }
    }

    /** A number by name, for example the next sequence to a contact; key = name. */
    record CounterRecord(BBytes name, long value) implements ChatRecord {
        @Override
        public BBytes key() {
            return name;
        }
    }

    private static BBytes join(BBytes first, byte[]... rest) {
        int length = first.length();
        for (byte[] part : rest) {
            length += part.length;
        }
        ByteBuffer joined = ByteBuffer.allocate(length).put(first.unsafeArray());
        for (byte[] part : List.of(rest)) {
            joined.put(part);
        }
        return BBytes.wrap(joined.array());
    }

    private static byte[] longBytes(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }
}
