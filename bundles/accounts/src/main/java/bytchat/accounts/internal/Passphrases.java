package bytchat.accounts.internal;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** Keys out of passphrases: Argon2id, version 1.3, one lane (RFC 9106). */
final class Passphrases {
    private Passphrases() {
    }

    static byte[] key(byte[] passphrase, byte[] salt, int memoryKib, int passes, int keyBytes) {
        Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
        argon2.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id).withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withSalt(salt).withMemoryAsKB(memoryKib).withIterations(passes).withParallelism(1).build());
        byte[] key = new byte[keyBytes];
        argon2.generateBytes(passphrase, key);
        return key;
    }
}
