package bytchat.api.mailbox;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.SignedRecord;

/**
 * A device says that an envelope is in its inbox on disk: {@code {dev, id, to, ts, sig}}, tag {@code ack}, signed by the device. It goes to
 * the holders only.
 */
public record Acknowledgement(BDict dict) implements SignedRecord {
    /** @throws bytchat.api.bencode.BencodeException if a field is missing or malformed */
    public Acknowledgement {
        dict.requireBytes("id", 32);
        dict.requireBytesUpTo("to", 64);
        dict.requireBytes("dev", 32);
        dict.requireInteger("ts");
        dict.requireBytes("sig", 64);
    }

    public byte[] envelopeId() {
        return dict.requireBytes("id");
    }

    public byte[] to() {
        return dict.requireBytes("to");
    }

    public byte[] device() {
        return dict.requireBytes("dev");
    }
}
