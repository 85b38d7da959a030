package bytchat.accounts.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.wire.Bencode;
import bytchat.wire.crypto.Digests;
import bytchat.wire.crypto.Hkdf;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.GCMModeCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * Seals one account's file: AES-256-GCM under a key that comes from the operator's passphrase by Argon2id (RFC 9106),
 * or else from a random key file that lies beside it.
 *
 * <p>Threats and answers: a stolen file costs the thief {@code mem} KiB of memory per guess of the passphrase; without
 * a passphrase it is worth nothing without the key file, and both together are the account. A changed file is refused:
 * the outer checksum tells an accident from a wrong passphrase, the seal tells a forger from the owner. What a changed
 * header asks for is bounded before it is done.
 *
 * <p>The file is canonical bencode {@code {box, kind, mem, nonce, passes, salt, sum, v}}; {@code sum} is SHA-512/256 of
 * the rest, the additional data is everything but {@code box} and {@code sum}.
 */
final class FileSeal {
    static final String PASSPHRASE = "argon2id";
    static final String KEY_FILE = "keyfile";
    static final int KEY_BYTES = 32;
    /** A file that asks for more memory, in KiB, or more passes is refused. */
    static final int ARGON2_MEMORY_KIB_MAX = 1024 * 1024;
    static final int ARGON2_PASSES_MAX = 64;

    private static final int VERSION = 1;
    private static final int SALT_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final byte[] KEY_FILE_INFO = "BytChat/1 keystore".getBytes(StandardCharsets.US_ASCII);

    private final BDict header;
    private final byte[] key;

    private FileSeal(BDict header, byte[] key) {
        this.header = header;
        this.key = key;
    }

    /** A new seal under a passphrase, with a salt of its own. */
    static FileSeal ofPassphrase(byte[] passphrase, int memoryKib, int passes, SecureRandom random) {
        BDict header = BDict.builder().put("v", VERSION).put("kind", PASSPHRASE).put("salt", bytes(SALT_BYTES, random))
                .put("mem", memoryKib).put("passes", passes).build();
        return new FileSeal(header, key(header, passphrase));
    }

    /** A new seal under the key file. */
    static FileSeal ofKeyFile(byte[] secret, SecureRandom random) {
        BDict header = BDict.builder().put("v", VERSION).put("kind", KEY_FILE).put("salt", bytes(SALT_BYTES, random))
                .put("mem", 0).put("passes", 0).build();
        return new FileSeal(header, key(header, secret));
    }

    /** Which of {@link #PASSPHRASE} and {@link #KEY_FILE} opens the file. */
    static String kind(byte[] file, String where) throws KeystoreException {
        return parse(file, where).requireText("kind");
    }

    /** The seal of an existing file, together with what {@code secret} opened. */
    static Opened open(byte[] file, byte[] secret, String where) throws KeystoreException {
        BDict outer = parse(file, where);
        BDict header = outer.without("box").without("sum").without("nonce");
        FileSeal seal = new FileSeal(header, key(header, secret));
        byte[] additional = Bencode.encode(outer.without("box").without("sum"));
        try {
            return new Opened(seal,
                    crypt(false, seal.key, outer.requireBytes("nonce"), additional, outer.requireBytes("box")));
        } catch (InvalidCipherTextException e) {
            throw new KeystoreException(header.requireText("kind").equals(PASSPHRASE)
                    ? "the passphrase does not open " + where
                            + ": put the right one into the file that passphrase_file names"
                    : where + " was not sealed under the key file that lies beside it:"
                            + " bring back the two of one backup");
        }
    }

    byte[] seal(byte[] content, SecureRandom random) {
        byte[] nonce = bytes(NONCE_BYTES, random);
        BDict open = header.with().put("nonce", nonce).build();
        try {
            BDict boxed = open.with().put("box", crypt(true, key, nonce, Bencode.encode(open), content)).build();
            return Bencode.encode(boxed.with().put("sum", Digests.sha512_256(Bencode.encode(boxed))).build());
        } catch (InvalidCipherTextException e) {
            throw new IllegalStateException(e); // only opening can meet a wrong tag
        }
    }

    private static BDict parse(byte[] file, String where) throws KeystoreException {
        KeystoreException damaged =
                new KeystoreException(where + " is damaged; it was left as it is: bring it back from a backup");
        try {
            BDict outer = Bencode.decodeDict(file, DirectoryAccountFiles.FILE_BYTES_MAX);
            byte[] sum = outer.requireBytes("sum", 32);
            if (!MessageDigest.isEqual(sum, Digests.sha512_256(Bencode.encode(outer.without("sum"))))) {
                throw damaged;
            }
            if (outer.requireInteger("v") != VERSION) {
                throw new KeystoreException(where + " was written by a newer BytChat (version "
                        + outer.requireInteger("v")
                        + "): run that one");
            }
            outer.requireBytes("box");
            outer.requireBytes("nonce", NONCE_BYTES);
            outer.requireBytes("salt", SALT_BYTES);
            String kind = outer.requireText("kind");
            boolean passphrase = kind.equals(PASSPHRASE)
                    && within(outer.requireInteger("mem"), ARGON2_MEMORY_KIB_MAX)
                    && within(outer.requireInteger("passes"), ARGON2_PASSES_MAX);
            if (!passphrase && !kind.equals(KEY_FILE)) {
                throw damaged;
            }
            return outer;
        } catch (BencodeException e) {
            throw damaged;
        }
    }

    private static boolean within(long value, int max) {
        return value >= 1 && value <= max;
    }

    private static byte[] key(BDict header, byte[] secret) {
        byte[] salt = header.requireBytes("salt");
        if (header.requireText("kind").equals(KEY_FILE)) {
            return Hkdf.derive(salt, secret, KEY_FILE_INFO, KEY_BYTES);
        }
        return Passphrases.key(secret, salt, (int) header.requireInteger("mem"), (int) header.requireInteger("passes"), KEY_BYTES);
    }

    private static byte[] crypt(boolean seal, byte[] key, byte[] nonce, byte[] additional, byte[] input)
            throws InvalidCipherTextException {
        GCMModeCipher cipher = GCMBlockCipher.newInstance(AESEngine.newInstance());
        cipher.init(seal, new AEADParameters(new KeyParameter(key), TAG_BITS, nonce, additional));
        byte[] output = new byte[cipher.getOutputSize(input.length)];
        int length = cipher.processBytes(input, 0, input.length, output, 0);
        cipher.doFinal(output, length);
        return output;
    }

    private static byte[] bytes(int length, SecureRandom random) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** What a file held, and the seal to write it with again. */
    record Opened(FileSeal seal, byte[] content) {
    }
}
