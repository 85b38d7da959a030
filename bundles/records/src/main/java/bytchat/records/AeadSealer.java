package bytchat.records;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM (NIST SP 800-38D) with a key of its own for each record.
 *
 * <p>Threats and answers. <em>A disk that rots, or somebody who edits the files</em>: the tag covers every byte. <em>A
 * record copied to another key or store</em>: both are additional data. <em>A nonce that repeats</em> would give away
 * GCM's authentication key, and 96 random bits are good for 2^32 records only: key and nonce are therefore derived by
 * HMAC-SHA-512 from 24 random bytes, so that no count of records matters. <em>Not answered</em>: an old record put back
 * where it was, and a reader of the disk, who finds the seal key beside the records.
 *
 * <p>Format: version (1 byte, {@value #FORMAT}) ‖ salt (24 bytes) ‖ ciphertext ‖ tag (16 bytes).
 */
public final class AeadSealer implements Sealer {
    public static final int KEY_BYTES = 32;
    /** Bytes that sealing adds. */
    public static final int OVERHEAD_BYTES = 1 + 24 + 16;

    private static final byte FORMAT = 1;
    private static final int SALT_BYTES = 24;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final byte[] LABEL = "BytChat/1 seal\0".getBytes(StandardCharsets.US_ASCII);

    private final SecretKeySpec key;
    private final SecureRandom random;

    /** @param key 32 bytes, copied */
    public AeadSealer(byte[] key, SecureRandom random) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("a seal key has " + KEY_BYTES + " bytes, these are " + key.length);
        }
        this.key = new SecretKeySpec(key, "HmacSHA512");
        this.random = random;
    }

    @Override
    public byte[] seal(String store, byte[] recordKey, byte[] plain) {
        byte[] sealed = new byte[OVERHEAD_BYTES + plain.length];
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        sealed[0] = FORMAT;
        System.arraycopy(salt, 0, sealed, 1, SALT_BYTES);
        try {
            cipher(Cipher.ENCRYPT_MODE, salt, store, recordKey).doFinal(plain, 0, plain.length, sealed, 1 + SALT_BYTES);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot do AES-256-GCM", e);
        }
    }

    @Override
    public byte[] open(String store, byte[] recordKey, byte[] sealed) throws SealException {
        if (sealed.length < OVERHEAD_BYTES || sealed[0] != FORMAT) {
            throw new SealException("a record of '" + store + "' is not a sealed record");
        }
        byte[] salt = Arrays.copyOfRange(sealed, 1, 1 + SALT_BYTES);
        try {
            int from = 1 + SALT_BYTES;
            return cipher(Cipher.DECRYPT_MODE, salt, store, recordKey).doFinal(sealed, from, sealed.length - from);
        } catch (AEADBadTagException e) {
            throw new SealException("the seal of a record of '" + store + "' does not hold: it was changed on disk", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot do AES-256-GCM", e);
        }
    }

    private Cipher cipher(int mode, byte[] salt, String store, byte[] recordKey) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA512");
        mac.init(key);
        mac.update(LABEL);
        byte[] derived = mac.doFinal(salt);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(derived, 0, KEY_BYTES, "AES"),
                new GCMParameterSpec(TAG_BITS, derived, KEY_BYTES, NONCE_BYTES));
        cipher.updateAAD(new byte[] {FORMAT});
        cipher.updateAAD(store.getBytes(StandardCharsets.UTF_8));
        cipher.updateAAD(new byte[] {0});
        cipher.updateAAD(recordKey);
        return cipher;
    }
}
