package bytchat.accounts.internal;

import bytchat.api.account.Account.PrekeySecrets;
import bytchat.api.account.Prekeys;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.wire.Bencode;
import bytchat.wire.crypto.Digests;
import bytchat.wire.crypto.MlKem768;
import bytchat.wire.crypto.X25519;
import java.security.SecureRandom;

/**
 * Prekeys with their privates.
 *
 * @param x25519     private, 32 bytes
 * @param mlkem      private, the 64-byte seed
 * @param madeMillis when they were made
 */
record PrekeyPair(Prekeys prekeys, BBytes hash, byte[] x25519, byte[] mlkem, long madeMillis) {
    static PrekeyPair generate(long nowMillis, AccountSettings settings, SecureRandom random) {
        byte[] x25519 = X25519.generatePrivateKey(random);
        byte[] mlkem = MlKem768.generatePrivateKey(random);
        Prekeys prekeys = Prekeys.of(X25519.publicKey(x25519), MlKem768.publicKey(mlkem),
                nowMillis + settings.prekeyTerm().toMillis());
        return of(prekeys, x25519, mlkem, nowMillis);
    }

    private static PrekeyPair of(Prekeys prekeys, byte[] x25519, byte[] mlkem, long madeMillis) {
        BBytes hash = BBytes.wrap(Digests.sha512_256(Bencode.encode(prekeys.dict())));
        return new PrekeyPair(prekeys, hash, x25519, mlkem, madeMillis);
    }

    static PrekeyPair of(BDict dict) {
        return of(new Prekeys(dict.requireDict("public")), dict.requireBytes("x", X25519.KEY_BYTES),
                dict.requireBytes("k", MlKem768.PRIVATE_KEY_BYTES), dict.requireInteger("made"));
    }

    BDict dict() {
        return BDict.builder().put("public", prekeys.dict()).put("x", x25519).put("k", mlkem).put("made", madeMillis)
                .build();
    }

    /** @throws IllegalArgumentException for an all-zero X25519 result or a ciphertext of the wrong length */
    PrekeySecrets open(byte[] ephemeral, byte[] ciphertext) {
        return new PrekeySecrets(X25519.agree(x25519, ephemeral), MlKem768.decapsulate(mlkem, ciphertext));
    }

    /** Never shows a private key, wherever it may be printed. */
    @Override
    public String toString() {
        return "PrekeyPair[" + hash + "]";
    }
}
