package bytchat.wire.crypto;

import java.security.SecureRandom;

/** Ed25519 (RFC 8032), of device keys and node keys. */
public final class Ed25519 {
    /** The seed that RFC 8032 calls the private key. */
    public static final int PRIVATE_KEY_BYTES = 32;
    public static final int PUBLIC_KEY_BYTES = 32;
    public static final int SIGNATURE_BYTES = 64;

    private Ed25519() {
    }

    public static byte[] generatePrivateKey(SecureRandom random) {
        byte[] key = new byte[PRIVATE_KEY_BYTES];
        org.bouncycastle.math.ec.rfc8032.Ed25519.generatePrivateKey(random, key);
        return key;
    }

    public static byte[] publicKey(byte[] privateKey) {
        requirePrivate(privateKey);
        byte[] key = new byte[PUBLIC_KEY_BYTES];
        org.bouncycastle.math.ec.rfc8032.Ed25519.generatePublicKey(privateKey, 0, key, 0);
        return key;
    }

    public static byte[] sign(byte[] privateKey, byte[] message) {
        requirePrivate(privateKey);
        byte[] signature = new byte[SIGNATURE_BYTES];
        org.bouncycastle.math.ec.rfc8032.Ed25519.sign(privateKey, 0, message, 0, message.length, signature, 0);
        return signature;
    }

    /** False also for a key or signature of the wrong length or encoding, and for keys of small order. */
    public static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        if (publicKey.length != PUBLIC_KEY_BYTES || signature.length != SIGNATURE_BYTES) {
            return false;
        }
        return org.bouncycastle.math.ec.rfc8032.Ed25519.verify(signature, 0, publicKey, 0, message, 0, message.length);
    }

    private static void requirePrivate(byte[] key) {
        if (key.length != PRIVATE_KEY_BYTES) {
            throw new IllegalArgumentException("an Ed25519 private key has " + PRIVATE_KEY_BYTES + " bytes, not "
                    + key.length);
        }
    }
}
