package bytchat.api.tracker;

import bytchat.api.account.Credentials;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.SignedRecord;

/**
 * Where a device is: {@code {cert, devices, key, node, nonce, port, target, tracker, ts, sig}}, tag {@code bind}, signed by the device. Bound to one
 * tracker, one nonce and one time, so that nobody can replay it elsewhere or later.
 */
public record Binding(BDict dict) implements SignedRecord {
    /** A binding without a link is renewed every so many minutes. */
    public static final int RENEW_MINUTES = 15;
    /** Readers ignore a binding older than so many minutes that no link holds. */
    public static final int STALE_MINUTES = 40;

    /** @throws bytchat.api.bencode.BencodeException if a field is missing or malformed */
    public Binding {
        dict.requireBytesUpTo("target", 64);
        new Credentials(dict);
        dict.requireBytes("node", 32);
        dict.requireBytes("tracker", 32);
        dict.requireBytes("nonce", 32);
        dict.requireInteger("ts");
        long port = dict.requireInteger("port");
        if (port < 1 || port > 65_535) {
            throw new bytchat.api.bencode.BencodeException("'port' is 1 to 65535");
        }
        dict.requireBytes("sig", 64);
    }

    /** The UID. */
    public byte[] target() {
        return dict.requireBytes("target");
    }

    public Credentials credentials() {
        return new Credentials(dict);
    }

    /** The node key to find there. */
    public byte[] node() {
        return dict.requireBytes("node");
    }

    /** The node key of the tracker it was made for. */
    public byte[] tracker() {
        return dict.requireBytes("tracker");
    }

    public byte[] nonce() {
        return dict.requireBytes("nonce");
    }

    public int port() {
        return (int) dict.requireInteger("port");
    }

    public long timestampMillis() {
        return dict.requireInteger("ts");
    }
}
