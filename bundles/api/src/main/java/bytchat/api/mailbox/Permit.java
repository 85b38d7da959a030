package bytchat.api.mailbox;

import bytchat.api.account.DeviceCertificate;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.SignedRecord;

/**
 * A recipient lets a sender leave messages: {@code {cert, exp, for, key, to, sig}}, tag {@code permit}, signed by the recipient's device
 * whose certificate it carries, so that any holder can check it knowing only the recipient's UID.
 */
public record Permit(BDict dict) implements SignedRecord {
    /** A permit is given for so many days. */
    public static final int DAYS = 30;

    /** @throws bytchat.api.bencode.BencodeException if a field is missing or malformed */
    public Permit {
        dict.requireBytes("for", 64);
        dict.requireBytesUpTo("to", 64);
        dict.requireBytesUpTo("key", 600);
        dict.requireInteger("exp");
        dict.requireBytes("sig", 64);
        new DeviceCertificate(dict.requireDict("cert"));
    }

    /** SHA-512 fingerprint of the sender who may use it. */
    public byte[] sender() {
        return dict.requireBytes("for");
    }

    /** UID of the recipient who gave it. */
    public byte[] to() {
        return dict.requireBytes("to");
    }

    /** The recipient's account key, DER. */
    public byte[] accountKey() {
        return dict.requireBytes("key");
    }

    public DeviceCertificate certificate() {
        return new DeviceCertificate(dict.requireDict("cert"));
    }

    public long expiresMillis() {
        return dict.requireInteger("exp");
    }
}
