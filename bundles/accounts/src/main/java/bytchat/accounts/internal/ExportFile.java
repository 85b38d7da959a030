package bytchat.accounts.internal;

import bytchat.api.account.Accounts;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.wire.Bencode;
import bytchat.wire.crypto.AesCbcHmac;
import bytchat.wire.crypto.Digests;
import java.security.MessageDigest;
import java.security.SecureRandom;

/**
 * An account on its way to another node, or into a drawer: canonical bencode {@code {box, kind, mem, passes, salt, sum, v}}. {@code box}
 * is sealed by A256CBC-HS512 under a key that Argon2id (RFC 9106) makes of the passphrase and {@code salt}; the additional data is the
 * file without {@code box} and {@code sum}; {@code sum} is SHA-512/256 of the file without {@code sum}.
 *
 * <p>Threat: who finds the file tries passphrases, or changes it. Answer: each try costs {@code mem} KiB {@code passes} times; the sum tells
 * an accident from a wrong passphrase, the seal tells a forger from the owner; what a changed header may ask for is bounded before it is
 * done, and only canonical bytes are read.
 */
final class ExportFile {
    static final int PASSPHRASE_BYTES_MIN = 8;
    static final int PASSPHRASE_BYTES_MAX = 1_024;
    /** A file that asks for more memory, in KiB, or more passes is refused. */
    static final int ARGON2_MEMORY_KIB_MAX = 256 * 1024;
    static final int ARGON2_PASSES_MAX = 16;

    private static final int VERSION = 1;
    private static final String KIND = "bytchat account";
    private static final int SALT_BYTES = 16;
    private static final String DAMAGED = "this is not an exported account, or it is damaged: export it again";

    private ExportFile() {
    }

    /** Takes the time that {@link AccountSettings} gives a passphrase. */
    static byte[] seal(BDict content, byte[] passphrase, AccountSettings settings, SecureRandom random) {
        requirePassphrase(passphrase);
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        BDict header = BDict.builder().put("v", VERSION).put("kind", KIND).put("salt", salt)
                .put("mem", settings.argon2MemoryKib()).put("passes", settings.argon2Passes()).build();
        byte[] box = AesCbcHmac.seal(key(header, passphrase), Bencode.encode(header), Bencode.encode(content), random);
        BDict boxed = header.with().put("box", box).build();
        return Bencode.encode(boxed.with().put("sum", Digests.sha512_256(Bencode.encode(boxed))).build());
    }

    /** @throws IllegalArgumentException with a sentence that says what is wrong */
    static BDict open(byte[] file, byte[] passphrase) {
        requirePassphrase(passphrase);
        try {
            BDict outer = Bencode.decodeDict(file, Accounts.EXPORT_BYTES_MAX);
            BDict boxed = outer.without("sum");
            if (!outer.requireText("kind").equals(KIND)
                    || !MessageDigest.isEqual(outer.requireBytes("sum", 32), Digests.sha512_256(Bencode.encode(boxed)))) {
                throw new IllegalArgumentException(DAMAGED);
            }
            if (outer.requireInteger("v") != VERSION) {
                throw new IllegalArgumentException("this account was exported by a newer BytChat (version " + outer.requireInteger("v")
                        + "): import it with that one");
            }
            outer.requireBytes("salt", SALT_BYTES);
            requireWithin(outer.requireInteger("mem"), ARGON2_MEMORY_KIB_MAX);
            requireWithin(outer.requireInteger("passes"), ARGON2_PASSES_MAX);
            BDict header = boxed.without("box");
            byte[] content = AesCbcHmac.open(key(header, passphrase), Bencode.encode(header), outer.requireBytes("box"))
                    .orElseThrow(() -> new IllegalArgumentException("the passphrase does not open this file"));
            return Bencode.decodeDict(content, Accounts.EXPORT_BYTES_MAX);
        } catch (BencodeException e) {
            throw new IllegalArgumentException(DAMAGED);
        }
    }

    static void requirePassphrase(byte[] passphrase) {
        if (passphrase.length < PASSPHRASE_BYTES_MIN || passphrase.length > PASSPHRASE_BYTES_MAX) {
            throw new IllegalArgumentException("a passphrase has " + PASSPHRASE_BYTES_MIN + " to " + PASSPHRASE_BYTES_MAX
                    + " bytes; a sentence is best");
        }
    }

    private static void requireWithin(long value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(DAMAGED);
        }
    }

    private static byte[] key(BDict header, byte[] passphrase) {
        return Passphrases.key(passphrase, header.requireBytes("salt"), (int) header.requireInteger("mem"),
                (int) header.requireInteger("passes"), AesCbcHmac.KEY_BYTES);
    }
}
