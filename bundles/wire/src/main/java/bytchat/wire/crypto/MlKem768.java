package bytchat.wire.crypto;

import java.security.SecureRandom;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;

/** ML-KEM-768 (FIPS 203). A private key is kept as its 64-byte seed d ‖ z. */
public final class MlKem768 {
    public static final int PRIVATE_KEY_BYTES = 64;
    public static final int PUBLIC_KEY_BYTES = 1184;
    public static final int CIPHERTEXT_BYTES = 1088;
    public static final int SECRET_BYTES = 32;
    private static final int MODULUS = 3329;
    private static final int COEFFICIENT_BYTES = 1152;

    private MlKem768() {
    }

    public static byte[] generatePrivateKey(SecureRandom random) {
        byte[] seed = new byte[PRIVATE_KEY_BYTES];
        random.nextBytes(seed);
        return seed;
    }

    public static byte[] publicKey(byte[] privateKey) {
        return parameters(privateKey).getPublicKey();
    }

    /** Whether it is an encapsulation key: the length, and FIPS 203 section 7.2's modulus check. */
    public static boolean validPublicKey(byte[] publicKey) {
        if (publicKey.length != PUBLIC_KEY_BYTES) {
            return false;
        }
        // Two coefficients of 12 bits in 3 bytes, low bits first.
        for (int i = 0; i < COEFFICIENT_BYTES; i += 3) {
            int low = publicKey[i] & 0xff | (publicKey[i + 1] & 0x0f) << 8;
            int high = (publicKey[i + 1] & 0xf0) >> 4 | (publicKey[i + 2] & 0xff) << 4;
            if (low >= MODULUS || high >= MODULUS) {
                return false;
            }
        }
        return true;
    }

    /** @throws IllegalArgumentException if it is not an encapsulation key */
    public static Encapsulation encapsulate(byte[] publicKey, SecureRandom random) {
        requirePublic(publicKey);
        return encapsulation(new MLKEMGenerator(random).generateEncapsulated(publicParameters(publicKey)));
    }

    /** For test vectors: with the 32 random bytes given. */
    static Encapsulation encapsulate(byte[] publicKey, byte[] m) {
        requirePublic(publicKey);
        return encapsulation(MLKEMGenerator.internalGenerateEncapsulated(publicParameters(publicKey), m));
    }

    /**
     * The shared secret, 32 bytes. A ciphertext that was made for another key gives a secret that nobody else has
     * (implicit rejection).
     *
     * @throws IllegalArgumentException if the ciphertext has the wrong length
     */
    public static byte[] decapsulate(byte[] privateKey, byte[] ciphertext) {
        if (ciphertext.length != CIPHERTEXT_BYTES) {
            throw new IllegalArgumentException("an ML-KEM-768 ciphertext has " + CIPHERTEXT_BYTES + " bytes, not "
                    + ciphertext.length);
        }
        return new MLKEMExtractor(parameters(privateKey)).extractSecret(ciphertext);
    }

    private static Encapsulation encapsulation(SecretWithEncapsulation result) {
        return new Encapsulation(result.getSecret(), result.getEncapsulation());
    }

    private static void requirePublic(byte[] publicKey) {
        if (!validPublicKey(publicKey)) {
            throw new IllegalArgumentException("not an ML-KEM-768 encapsulation key");
        }
    }

    private static MLKEMPublicKeyParameters publicParameters(byte[] publicKey) {
        return new MLKEMPublicKeyParameters(MLKEMParameters.ml_kem_768, publicKey);
    }

    private static MLKEMPrivateKeyParameters parameters(byte[] privateKey) {
        if (privateKey.length != PRIVATE_KEY_BYTES) {
            throw new IllegalArgumentException("an ML-KEM-768 seed has " + PRIVATE_KEY_BYTES + " bytes, not "
                    + privateKey.length);
        }
        return new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_768, privateKey);
    }

    /**
     * @param secret     to keep, 32 bytes
     * @param ciphertext to send, 1,088 bytes
     */
    public record Encapsulation(byte[] secret, byte[] ciphertext) {
    }
}
