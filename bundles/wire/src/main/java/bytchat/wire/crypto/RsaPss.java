package bytchat.wire.crypto;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.engines.RSABlindedEngine;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.params.RSAKeyGenerationParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.signers.PSSSigner;

/**
 * RSA-PSS with SHA-512, MGF1-SHA-512 and a salt of 64 bytes (RFC 8017): the account key.
 *
 * <p>Threat: a key with two encodings has two UIDs, and an odd key (tiny, huge, exponent of thousands of bits) forges
 * or stalls. Answer: only keys of {@value #BITS_MIN} to {@value #BITS_MAX} bits with e = 65537 in the one DER encoding
 * that we would write ourselves.
 */
public final class RsaPss {
    public static final int BITS_MIN = 2048;
    public static final int BITS_DEFAULT = 3072;
    public static final int BITS_MAX = 4096;
    /** DER of a SubjectPublicKeyInfo with {@value #BITS_MAX} bits is 550 bytes. */
    public static final int PUBLIC_KEY_BYTES_MAX = 600;
    private static final BigInteger EXPONENT = BigInteger.valueOf(65_537);
    private static final int SALT_BYTES = 64;
    /** Error of the primality test 2^-128 (FIPS 186-5, for random primes, asks less). */
    private static final int CERTAINTY = 128;
    private static final AlgorithmIdentifier RSA =
            new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);

    private RsaPss() {
    }

    /** Takes 0.1 to several seconds: not on an event loop. */
    public static RsaKeys generate(int bits, SecureRandom random) {
        if (bits < BITS_MIN || bits > BITS_MAX) {
            throw new IllegalArgumentException("account keys have " + BITS_MIN + " to " + BITS_MAX + " bits, not "
                    + bits);
        }
        RSAKeyPairGenerator generator = new RSAKeyPairGenerator();
        generator.init(new RSAKeyGenerationParameters(EXPONENT, random, bits, CERTAINTY));
        AsymmetricCipherKeyPair pair = generator.generateKeyPair();
        RSAPrivateCrtKeyParameters key = (RSAPrivateCrtKeyParameters) pair.getPrivate();
        RSAPrivateKey structure = new RSAPrivateKey(
                key.getModulus(), key.getPublicExponent(), key.getExponent(),
                key.getP(), key.getQ(), key.getDP(), key.getDQ(), key.getQInv());
        try {
            byte[] privateKey = new PrivateKeyInfo(RSA, structure).getEncoded(ASN1Encoding.DER);
            return new RsaKeys(publicKey(key.getModulus()), privateKey);
        } catch (IOException impossible) {
            throw new IllegalStateException("a key that was just made has an encoding", impossible);
        }
    }

    /**
     * @param privateKey PKCS #8, DER
     * @param random     for the salt, and for blinding against timing
     * @throws IllegalArgumentException if it is not an RSA private key
     */
    public static byte[] sign(byte[] privateKey, byte[] message, SecureRandom random) {
        PSSSigner signer = signer();
        signer.init(true, new ParametersWithRandom(privateParameters(privateKey), random));
        signer.update(message, 0, message.length);
        try {
            return signer.generateSignature();
        } catch (CryptoException e) {
            throw new IllegalArgumentException("the RSA private key does not sign", e);
        }
    }

    /** False also for a key that {@link #acceptable} refuses and for a signature of another length than the modulus. */
    public static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        Optional<BigInteger> modulus = modulus(publicKey);
        if (modulus.isEmpty() || signature.length != (modulus.get().bitLength() + 7) / 8) {
            return false;
        }
        PSSSigner signer = signer();
        // "Internal" skips a primality test of the modulus that costs more than the signature: a modulus that is no
        // product of two primes endangers only its owner.
        signer.init(false, new RSAKeyParameters(false, modulus.get(), EXPONENT, true));
        signer.update(message, 0, message.length);
        return signer.verifySignature(signature);
    }

    /** Whether it may be an account's public key. */
    public static boolean acceptable(byte[] publicKey) {
        return modulus(publicKey).isPresent();
    }

    /**
     * The public key that belongs to a private key: SubjectPublicKeyInfo, DER.
     *
     * @throws IllegalArgumentException if it is not an RSA private key in PKCS #8
     */
    public static byte[] publicKeyOf(byte[] privateKey) {
        try {
            return publicKey(privateParameters(privateKey).getModulus());
        } catch (IOException impossible) {
            throw new IllegalStateException("a modulus has an encoding", impossible);
        }
    }

    private static Optional<BigInteger> modulus(byte[] publicKey) {
        if (publicKey.length > PUBLIC_KEY_BYTES_MAX) {
            return Optional.empty();
        }
        try {
            SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(ASN1Primitive.fromByteArray(publicKey));
            BigInteger modulus = RSAPublicKey.getInstance(info.parsePublicKey()).getModulus();
            int bits = modulus.bitLength();
            boolean sound = modulus.signum() > 0 && bits >= BITS_MIN && bits <= BITS_MAX && modulus.testBit(0);
            return sound && Arrays.equals(publicKey, publicKey(modulus)) ? Optional.of(modulus) : Optional.empty();
        } catch (IOException | RuntimeException notAKey) {
            // The parser throws many types on hostile bytes; to the caller they all mean the same.
            return Optional.empty();
        }
    }

    private static byte[] publicKey(BigInteger modulus) throws IOException {
        return new SubjectPublicKeyInfo(RSA, new RSAPublicKey(modulus, EXPONENT)).getEncoded(ASN1Encoding.DER);
    }

    private static RSAPrivateCrtKeyParameters privateParameters(byte[] privateKey) {
        try {
            RSAPrivateKey key = RSAPrivateKey.getInstance(PrivateKeyInfo.getInstance(privateKey).parsePrivateKey());
            return new RSAPrivateCrtKeyParameters(
                    key.getModulus(), key.getPublicExponent(), key.getPrivateExponent(), key.getPrime1(),
                    key.getPrime2(), key.getExponent1(), key.getExponent2(), key.getCoefficient(), true);
        } catch (IOException e) {
            throw new IllegalArgumentException("not an RSA private key in PKCS #8", e);
        }
    }

    private static PSSSigner signer() {
        return new PSSSigner(new RSABlindedEngine(), new SHA512Digest(), SALT_BYTES);
    }

    /**
     * @param publicKey  SubjectPublicKeyInfo, DER: its hash is the UID
     * @param privateKey PKCS #8, DER
     */
    public record RsaKeys(byte[] publicKey, byte[] privateKey) {
    }
}
