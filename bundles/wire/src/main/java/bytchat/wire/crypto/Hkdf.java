package bytchat.wire.crypto;

import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/** HKDF-SHA-512 (RFC 5869). */
public final class Hkdf {
    /** 255 blocks of 64 bytes. */
    public static final int OUTPUT_BYTES_MAX = 255 * 64;

    private Hkdf() {
    }

    /** Extract and expand. An empty salt counts as 64 zero bytes. */
    public static byte[] derive(byte[] salt, byte[] secret, byte[] info, int length) {
        return generate(new HKDFParameters(secret, salt, info), length);
    }

    /** Extract alone: the 64-byte pseudorandom key. */
    public static byte[] extract(byte[] salt, byte[] secret) {
        return new HKDFBytesGenerator(new SHA512Digest()).extractPRK(salt, secret);
    }

    /** Expand alone: {@code key} is pseudorandom already, at least 64 bytes. */
    public static byte[] expand(byte[] key, byte[] info, int length) {
        return generate(HKDFParameters.skipExtractParameters(key, info), length);
    }

    private static byte[] generate(HKDFParameters parameters, int length) {
        if (length < 1 || length > OUTPUT_BYTES_MAX) {
            throw new IllegalArgumentException("HKDF-SHA-512 gives 1 to " + OUTPUT_BYTES_MAX + " bytes, not " + length);
        }
        HKDFBytesGenerator generator = new HKDFBytesGenerator(new SHA512Digest());
        generator.init(parameters);
        byte[] out = new byte[length];
        generator.generateBytes(out, 0, length);
        return out;
    }
}
