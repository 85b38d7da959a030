package bytchat.wire.crypto;

import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.digests.SHA512tDigest;

/** Digests that the protocol fixes, whatever the hash of the key space is (FIPS 180-4). */
public final class Digests {
    private Digests() {
    }

    /** SHA-512 of the parts joined: 64 bytes. Fingerprints. */
    public static byte[] sha512(byte[]... parts) {
        return digest(new SHA512Digest(), parts);
    }

    /** SHA-512/256 of the parts joined: 32 bytes. Device ids, envelope ids, names of prekeys. */
    public static byte[] sha512_256(byte[]... parts) {
        return digest(new SHA512tDigest(256), parts);
    }

    private static byte[] digest(Digest digest, byte[][] parts) {
        for (byte[] part : parts) {
            digest.update(part, 0, part.length);
        }
        byte[] out = new byte[digest.getDigestSize()];
        digest.doFinal(out, 0);
        return out;
    }
}
