package bytchat.api.mailbox;

import bytchat.api.account.Credentials;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.SignedRecord;

/**
 * A device asks a holder to push what waits for its account: {@code {cert, devices, holder, key, nonce, target, ts, sig}}, tag {@code subscribe},
 * signed by the device, bound to one holder's node key and one nonce.
 */
public record Subscription(BDict dict) implements SignedRecord {
    /** @throws bytchat.api.bencode.BencodeException if a field is missing or malformed */
    public Subscription {
        dict.requireBytesUpTo("target", 64);
        new Credentials(dict);
        dict.requireBytes("holder", 32);
        dict.requireBytes("nonce", 32);
        dict.requireInteger("ts");
        dict.requireBytes("sig", 64);
    }

    /** The UID. */
    public byte[] target() {
        return dict.requireBytes("target");
    }

    public Credentials credentials() {
        return new Credentials(dict);
    }

    /** The node key of the holder it was made for. */
    public byte[] holder() {
        return dict.requireBytes("holder");
    }

    public byte[] nonce() {
        return dict.requireBytes("nonce");
    }

    public long timestampMillis() {
        return dict.requireInteger("ts");
    }
}
