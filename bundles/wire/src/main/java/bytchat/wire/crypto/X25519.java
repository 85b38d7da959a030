package bytchat.wire.crypto;

import java.security.SecureRandom;

/** X25519 (RFC 7748). */
public final class X25519 {
    public static final int KEY_BYTES = 32;

    private X25519() {
    }

    public static byte[] generatePrivateKey(SecureRandom random) {
        byte[] key = new byte[KEY_BYTES];
        org.bouncycastle.math.ec.rfc7748.X25519.generatePrivateKey(random, key);
        return key;
    }

    public static byte[] publicKey(byte[] privateKey) {
        requireLength(privateKey, "private");
        byte[] key = new byte[KEY_BYTES];
        org.bouncycastle.math.ec.rfc7748.X25519.generatePublicKey(privateKey, 0, key, 0);
        return key;
    }

    /**
     * The shared secret, 32 bytes.
     *
     * @throws IllegalArgumentException if it is all zero: the other side sent a point of small order, so that anyone
     * could compute it
     */
    public static byte[] agree(byte[] privateKey, byte[] publicKey) {
        requireLength(privateKey, "private");
        requireLength(publicKey, "public");
        byte[] secret = new byte[KEY_BYTES];
        if (!org.bouncycastle.math.ec.rfc7748.X25519.calculateAgreement(privateKey, 0, publicKey, 0, secret, 0)) {
            throw new IllegalArgumentException("the X25519 key gives an all-zero secret");
        }
        return secret;
    }

    private static void requireLength(byte[] key, String which) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("an X25519 " + which + " key has " + KEY_BYTES + " bytes, not "
                    + key.length);
        }
    }
}
