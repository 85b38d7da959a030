package bytchat.api.mailbox;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.api.bencode.SignedRecord;
import java.util.Locale;
import java.util.Optional;

/**
 * What travels from device to device: {@code {content, dev, id, kind, seq, [sid], to, ts, ttl, v, sig}}, tag {@code envelope}, signed by
 * the sending device. The envelope id is SHA-512/256 of its canonical bytes without {@code sig}.
 *
 * <p>A message is (sender fingerprint, dev, seq): that is what is shown once, however often and re-sealed it arrives.
 */
public record Envelope(BDict dict) implements SignedRecord {
    public static final int VERSION = 1;
    /** Bytes of {@code content}. */
    public static final int CONTENT_BYTES_MAX = 64 * 1024;
    public static final long TTL_SECONDS_MIN = 3 * 86_400L;
    public static final long TTL_SECONDS_MAX = 7 * 86_400L;

    /** What it is for. */
    public enum Kind {
        HANDSHAKE,
        MESSAGE,
        RECEIPT;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind of(String wire) {
            for (Kind kind : values()) {
                if (kind.wireName().equals(wire)) {
                    return kind;
                }
            }
            throw new BencodeException("'kind' is neither handshake, message nor receipt");
        }
    }

    /** @throws BencodeException if a field is missing, malformed or out of its range */
    public Envelope {
        if (dict.requireInteger("v") != VERSION) {
            throw new BencodeException("envelope version " + dict.requireInteger("v") + " is not known here, only 1");
        }
        Kind kind = Kind.of(dict.requireText("kind"));
        dict.requireBytesUpTo("id", 64);
        dict.requireBytesUpTo("to", 64);
        dict.requireBytes("dev", 32);
        dict.requireBytesUpTo("content", CONTENT_BYTES_MAX);
        dict.requireBytes("sig", 64);
        if (dict.requireInteger("seq") < 0 || dict.requireInteger("ts") < 0) {
            throw new BencodeException("'seq' and 'ts' are not negative");
        }
        long ttl = dict.requireInteger("ttl");
        if (ttl < TTL_SECONDS_MIN || ttl > TTL_SECONDS_MAX) {
            throw new BencodeException("'ttl' is 3 to 7 days in seconds");
        }
        if (kind != Kind.HANDSHAKE) {
            dict.requireBytes("sid", 16);
        }
    }

    public Kind kind() {
        return Kind.of(dict.requireText("kind"));
    }

    /** UID of the sender in the key space it travels in. */
    public byte[] from() {
        return dict.requireBytes("id");
    }

    /** UID of the recipient. */
    public byte[] to() {
        return dict.requireBytes("to");
    }

    /** Id of the sending device, 32 bytes. */
    public byte[] device() {
        return dict.requireBytes("dev");
    }

    /** Counts per device and recipient over all kinds; never resets. */
    public long sequence() {
        return dict.requireInteger("seq");
    }

    /** The sender's clock when it was sealed, milliseconds since the epoch. Shown, never trusted for order. */
    public long timestampMillis() {
        return dict.requireInteger("ts");
    }

    public long ttlSeconds() {
        return dict.requireInteger("ttl");
    }

    /** Session id, 16 bytes; absent in a handshake. */
    public Optional<byte[]> sessionId() {
        return dict.bytes("sid");
    }

    /** Sealed content; of a handshake its canonical dictionary. */
    public byte[] content() {
        return dict.requireBytes("content");
    }
}
