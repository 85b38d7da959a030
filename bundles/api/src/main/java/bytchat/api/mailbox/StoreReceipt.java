package bytchat.api.mailbox;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.SignedRecord;

/**
 * A holder says that an envelope is on its disk: {@code {expiry, id, node, to, sig}}, tag {@code stored}, signed by the holder's node key.
 */
public record StoreReceipt(BDict dict) implements SignedRecord {
    /** @throws bytchat.api.bencode.BencodeException if a field is missing or malformed */
    public StoreReceipt {
        dict.requireBytes("id", 32);
        dict.requireBytesUpTo("to", 64);
        dict.requireBytes("node", 32);
        dict.requireInteger("expiry");
        dict.requireBytes("sig", 64);
    }

    public byte[] envelopeId() {
        return dict.requireBytes("id");
    }

    public byte[] to() {
        return dict.requireBytes("to");
    }

    /** The holder's node key. */
    public byte[] node() {
        return dict.requireBytes("node");
    }

    /** When the holder drops it, milliseconds since the epoch. */
    public long expiryMillis() {
        return dict.requireInteger("expiry");
    }
}
