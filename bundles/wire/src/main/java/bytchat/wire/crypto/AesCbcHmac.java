package bytchat.wire.crypto;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.modes.CBCBlockCipher;
import org.bouncycastle.crypto.paddings.PKCS7Padding;
import org.bouncycastle.crypto.paddings.PaddedBufferedBlockCipher;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/**
 * A256CBC-HS512 (RFC 7518 section 5.2.5): AES-256-CBC with PKCS #7 padding, then HMAC-SHA-512 cut to 32 bytes. A sealed
 * text is IV (16 bytes) ‖ ciphertext ‖ tag (32 bytes).
 *
 * <p>Threat: CBC alone lets who changes bytes read back what the padding check says. Answer: the tag is compared, in
 * constant time, before anything is deciphered, and every failure looks the same.
 */
public final class AesCbcHmac {
    /** The MAC key in the first half, the cipher key in the second. */
    public static final int KEY_BYTES = 64;
    public static final int IV_BYTES = 16;
    public static final int TAG_BYTES = 32;
    private static final int BLOCK_BYTES = 16;

    private AesCbcHmac() {
    }

    /** Seals under a fresh random IV. */
    public static byte[] seal(byte[] key, byte[] additionalData, byte[] plaintext, SecureRandom random) {
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        return seal(key, additionalData, plaintext, iv);
    }

    /** For test vectors: the IV must be unpredictable. */
    static byte[] seal(byte[] key, byte[] additionalData, byte[] plaintext, byte[] iv) {
        byte[] sealed = new byte[IV_BYTES + (plaintext.length / BLOCK_BYTES + 1) * BLOCK_BYTES + TAG_BYTES];
        System.arraycopy(iv, 0, sealed, 0, IV_BYTES);
        PaddedBufferedBlockCipher cipher = cipher(true, key, iv);
        try {
            int done = cipher.processBytes(plaintext, 0, plaintext.length, sealed, IV_BYTES);
            cipher.doFinal(sealed, IV_BYTES + done);
        } catch (InvalidCipherTextException impossible) {
            throw new IllegalStateException("enciphering checks no padding", impossible);
        }
        int tagAt = sealed.length - TAG_BYTES;
        System.arraycopy(tag(key, additionalData, sealed, tagAt), 0, sealed, tagAt, TAG_BYTES);
        return sealed;
    }

    /** The plaintext, or empty if these bytes were not sealed under this key with this additional data. */
    public static Optional<byte[]> open(byte[] key, byte[] additionalData, byte[] sealed) {
        int tagAt = sealed.length - TAG_BYTES;
        int cipherBytes = tagAt - IV_BYTES;
        if (cipherBytes < BLOCK_BYTES || cipherBytes % BLOCK_BYTES != 0) {
            return Optional.empty();
        }
        byte[] tag = Arrays.copyOfRange(sealed, tagAt, sealed.length);
        if (!org.bouncycastle.util.Arrays.constantTimeAreEqual(tag, tag(key, additionalData, sealed, tagAt))) {
            return Optional.empty();
        }
        PaddedBufferedBlockCipher cipher = cipher(false, key, Arrays.copyOf(sealed, IV_BYTES));
        byte[] plaintext = new byte[cipherBytes];
        try {
            int done = cipher.processBytes(sealed, IV_BYTES, cipherBytes, plaintext, 0);
            done += cipher.doFinal(plaintext, done);
            return Optional.of(Arrays.copyOf(plaintext, done));
        } catch (InvalidCipherTextException padding) {
            // Only who holds the key gets here: the tag has been checked.
            return Optional.empty();
        }
    }

    private static PaddedBufferedBlockCipher cipher(boolean encipher, byte[] key, byte[] iv) {
        requireKey(key);
        PaddedBufferedBlockCipher cipher =
                new PaddedBufferedBlockCipher(CBCBlockCipher.newInstance(AESEngine.newInstance()), new PKCS7Padding());
        cipher.init(encipher, new ParametersWithIV(new KeyParameter(key, KEY_BYTES / 2, KEY_BYTES / 2), iv));
        return cipher;
    }

    private static byte[] tag(byte[] key, byte[] additionalData, byte[] sealed, int tagAt) {
        requireKey(key);
        HMac mac = new HMac(new SHA512Digest());
        mac.init(new KeyParameter(key, 0, KEY_BYTES / 2));
        mac.update(additionalData, 0, additionalData.length);
        mac.update(sealed, 0, tagAt);
        byte[] bits = ByteBuffer.allocate(Long.BYTES).putLong(additionalData.length * 8L).array();
        mac.update(bits, 0, bits.length);
        byte[] full = new byte[mac.getMacSize()];
        mac.doFinal(full, 0);
        return Arrays.copyOf(full, TAG_BYTES);
    }

    private static void requireKey(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("an A256CBC-HS512 key has " + KEY_BYTES + " bytes, not " + key.length);
        }
    }
}
