package bytchat.api.account;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.SignedRecord;

/**
 * The account says that a device key is its own: {@code {exp, fp, key, ts, sig}}, tag {@code cert}, signed by the account's RSA key.
 * Times are milliseconds since the epoch.
 */
public record DeviceCertificate(BDict dict) implements SignedRecord {
    /** @throws bytchat.api.bencode.BencodeException if a field is missing or malformed */
    public DeviceCertificate {
        dict.requireBytes("fp", 64);
        dict.requireBytes("key", 32);
        dict.requireInteger("ts");
        dict.requireInteger("exp");
        dict.requireBytesUpTo("sig", 512);
    }

    /** SHA-512 fingerprint of the account key, 64 bytes. */
    public byte[] fingerprint() {
        return dict.requireBytes("fp");
    }

    /** The device's Ed25519 public key, 32 bytes. */
    public byte[] deviceKey() {
        return dict.requireBytes("key");
    }

    public long expiresMillis() {
        return dict.requireInteger("exp");
    }
}
