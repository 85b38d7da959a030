package bytchat.api.mainline;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BValue;

/**
 * A value that its owner may change (BEP 44, "mutable items"). It lies at the hash of public key and salt.
 *
 * @param publicKey Ed25519 (RFC 8032), {@value #PUBLIC_KEY_BYTES} bytes
 * @param salt      tells the items of one key apart, up to {@value #SALT_BYTES_MAX} bytes; empty for none
 * @param sequence  the higher is the newer, at least 0
 * @param value     at most {@link Mainline#VALUE_BYTES_MAX} bytes in bencode
 * @param signature {@value #SIGNATURE_BYTES} bytes over salt, sequence and value; only a check tells whether it is good
 */
public record MutableItem(BBytes publicKey, BBytes salt, long sequence, BValue value, BBytes signature) {
    public static final int PUBLIC_KEY_BYTES = 32;
    public static final int SIGNATURE_BYTES = 64;
    public static final int SALT_BYTES_MAX = 64;

    /** @throws IllegalArgumentException if a length or the sequence number is out of its bounds */
    public MutableItem {
        if (publicKey.length() != PUBLIC_KEY_BYTES || signature.length() != SIGNATURE_BYTES) {
            throw new IllegalArgumentException("a public key has " + PUBLIC_KEY_BYTES + " bytes and a signature "
                    + SIGNATURE_BYTES + ", not " + publicKey.length() + " and " + signature.length());
        }
        if (salt.length() > SALT_BYTES_MAX) {
            throw new IllegalArgumentException("a salt has at most " + SALT_BYTES_MAX + " bytes, not " + salt.length());
        }
        if (sequence < 0) {
            throw new IllegalArgumentException("a sequence number is at least 0, not " + sequence);
        }
    }
}
