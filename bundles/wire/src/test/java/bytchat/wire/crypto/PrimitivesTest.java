package bytchat.wire.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.wire.fixture.Person;
import bytchat.wire.fixture.SeededRandom;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Published vectors, the JDK as a second opinion, and what each primitive refuses. */
class PrimitivesTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] MESSAGE = "a message".getBytes(US_ASCII);

    /** RFC 7518 appendix B.3. */
    @Test
    void a256CbcHs512AsInRfc7518() {
        byte[] key = new byte[64];
        IntStream.range(0, 64).forEach(i -> key[i] = (byte) i);
        byte[] plaintext = ("A cipher system must not be required to be secret, and it must be able to fall into the "
                + "hands of the enemy without inconvenience").getBytes(US_ASCII);
        byte[] additional = "The second principle of Auguste Kerckhoffs".getBytes(US_ASCII);
        byte[] iv = HEX.parseHex("1af38c2dc2b96ffdd86694092341bc04");
        byte[] sealed = AesCbcHmac.seal(key, additional, plaintext, iv);

        assertThat(HEX.formatHex(sealed)).isEqualTo("1af38c2dc2b96ffdd86694092341bc04"
                + "4affaaadb78c31c5da4b1b590d10ffbd3dd8d5d302423526912da037ecbcc7bd822c301dd67c373bccb584ad3e9279c2"
                + "e6d12a1374b77f077553df829410446b36ebd97066296ae6427ea75c2e0846a11a09ccf5370dc80bfecbad28c73f09b3"
                + "a3b75e662a2594410ae496b2e2e6609e31e6e02cc837f053d21f37ff4f51950bbe2638d09dd7a4930930806d0703b1f6"
                + "4dd3b4c088a7f45c216839645b2012bf2e6269a8c56a816dbc1b267761955bc5");
        assertThat(AesCbcHmac.open(key, additional, sealed))
                .hasValueSatisfying(opened -> assertThat(opened).isEqualTo(plaintext));
    }

    @Test
    void aSealedTextOpensOnlyAsItWasSealed() {
        byte[] key = SeededRandom.bytes("key", 64);
        byte[] sealed = AesCbcHmac.seal(key, MESSAGE, MESSAGE, new SeededRandom("iv"));

        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThat(AesCbcHmac.open(key, MESSAGE, changed)).as("byte %d", i).isEmpty();
            assertThat(AesCbcHmac.open(key, MESSAGE, Arrays.copyOf(sealed, i))).as("cut to %d", i).isEmpty();
        }
        for (int i = 0; i < key.length; i++) {
            byte[] other = key.clone();
            other[i] ^= 1;
            assertThat(AesCbcHmac.open(other, MESSAGE, sealed)).as("key byte %d", i)
                    .satisfies(opened -> assertThat(opened.map(HEX::formatHex))
                    .isNotEqualTo(Optional.of(HEX.formatHex(MESSAGE))));
        }
        assertThat(AesCbcHmac.open(key, new byte[0], sealed)).isEmpty();
        assertThatThrownBy(() -> AesCbcHmac.open(new byte[32], MESSAGE, sealed))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** RFC 7748 section 6.1. */
    @Test
    void x25519AsInRfc7748() {
        byte[] alice = HEX.parseHex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
        byte[] bob = HEX.parseHex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");

        assertThat(HEX.formatHex(X25519.publicKey(alice)))
                .isEqualTo("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
        assertThat(HEX.formatHex(X25519.agree(alice, X25519.publicKey(bob))))
                .isEqualTo("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
        assertThat(X25519.agree(bob, X25519.publicKey(alice))).isEqualTo(X25519.agree(alice, X25519.publicKey(bob)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    })
    void anX25519KeyOfSmallOrderIsRefused(String key) {
        assertThatThrownBy(() -> X25519.agree(SeededRandom.bytes("x", 32), HEX.parseHex(key)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** RFC 8032 section 7.1, test 1. */
    @Test
    void ed25519AsInRfc8032() {
        byte[] seed = HEX.parseHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");

        assertThat(HEX.formatHex(Ed25519.publicKey(seed)))
                .isEqualTo("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        assertThat(HEX.formatHex(Ed25519.sign(seed, new byte[0])))
                .isEqualTo("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
    }

    @Test
    void anEd25519SignatureHoldsForItsKeyAndMessageOnly() {
        byte[] seed = SeededRandom.bytes("ed25519", 32);
        byte[] key = Ed25519.publicKey(seed);
        byte[] signature = Ed25519.sign(seed, MESSAGE);

        assertThat(Ed25519.verify(key, MESSAGE, signature)).isTrue();
        assertThat(Ed25519.verify(key, new byte[0], signature)).isFalse();
        assertThat(Ed25519.verify(Arrays.copyOf(key, 31), MESSAGE, signature)).isFalse();
        assertThat(Ed25519.verify(key, MESSAGE, Arrays.copyOf(signature, 63))).isFalse();
        assertThat(Ed25519.verify(key, MESSAGE, Arrays.copyOf(signature, 65))).isFalse();
        for (int bit = 0; bit < 512; bit++) {
            byte[] changed = signature.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(Ed25519.verify(key, MESSAGE, changed)).as("bit %d", bit).isFalse();
        }
    }

    /** The group has order L: S + L would verify too if S were not compared with L (RFC 8032 section 5.1.7). */
    @Test
    void anEd25519SignatureHasOneForm() {
        byte[] seed = SeededRandom.bytes("ed25519", 32);
        byte[] signature = Ed25519.sign(seed, MESSAGE);
        BigInteger order = BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
        byte[] s = reversed(Arrays.copyOfRange(signature, 32, 64));
        byte[] second = reversed(unsigned(new BigInteger(1, s).add(order), 32));
        System.arraycopy(second, 0, signature, 32, 32);

        assertThat(Ed25519.verify(Ed25519.publicKey(seed), MESSAGE, signature)).isFalse();
    }

    /** Under a key of small order, R = S·B signs every message. */
    @ParameterizedTest
    @ValueSource(strings = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    })
    void anEd25519KeyOfSmallOrderSignsNothing(String key) {
        byte[] signature = new byte[64];
        signature[0] = 1; // R is the neutral element, S is 0
        for (int i = 0; i < 32; i++) {
            assertThat(Ed25519.verify(HEX.parseHex(key), new byte[] {(byte) i}, signature)).isFalse();
        }
    }

    /** RFC 5869 has no vectors for SHA-512: its two formulas, on the JDK's HMAC. */
    @ParameterizedTest
    @CsvSource({"0, 0, 1", "0, 10, 64", "13, 0, 65", "64, 32, 128", "200, 100, 16320"})
    void hkdfIsRfc5869OnHmac(int saltBytes, int infoBytes, int length) throws Exception {
        byte[] salt = SeededRandom.bytes("salt", saltBytes);
        byte[] info = SeededRandom.bytes("info", infoBytes);
        byte[] prk = hmac(saltBytes == 0 ? new byte[64] : salt, MESSAGE);
        byte[] expected = new byte[0];
        byte[] block = new byte[0];
        for (int i = 1; expected.length < length; i++) {
            block = hmac(prk, block, info, new byte[] {(byte) i});
            expected = join(expected, block);
        }

        assertThat(Hkdf.extract(salt, MESSAGE)).isEqualTo(prk);
        assertThat(Hkdf.derive(salt, MESSAGE, info, length)).isEqualTo(Arrays.copyOf(expected, length));
        assertThat(Hkdf.expand(prk, info, length)).isEqualTo(Arrays.copyOf(expected, length));
        assertThatThrownBy(() -> Hkdf.expand(prk, info, Hkdf.OUTPUT_BYTES_MAX + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void digestsAreTheJdks() throws Exception {
        assertThat(Digests.sha512(MESSAGE, MESSAGE))
                .isEqualTo(MessageDigest.getInstance("SHA-512").digest(join(MESSAGE, MESSAGE)));
        assertThat(Digests.sha512_256(MESSAGE)).isEqualTo(MessageDigest.getInstance("SHA-512/256").digest(MESSAGE));
    }

    @Test
    void mlKemAgreesAndAStrangersCiphertextGivesASecretNobodyHas() {
        byte[] seed = MlKem768.generatePrivateKey(new SeededRandom("ml-kem"));
        MlKem768.Encapsulation made = MlKem768.encapsulate(MlKem768.publicKey(seed), new SeededRandom("m"));
        byte[] changed = made.ciphertext().clone();
        changed[0] ^= 1;

        assertThat(MlKem768.decapsulate(seed, made.ciphertext())).isEqualTo(made.secret());
        assertThat(MlKem768.decapsulate(seed, changed)).hasSize(32).isNotEqualTo(made.secret());
        assertThatThrownBy(() -> MlKem768.decapsulate(seed, new byte[1_087]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MlKem768.decapsulate(new byte[32], made.ciphertext()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Two coefficients of 12 bits stand in 3 bytes; each must be below 3329 (FIPS 203 section 7.2). */
    @ParameterizedTest
    @CsvSource({"0, 0, true", "3328, 3328, true", "3329, 0, false", "0, 3329, false", "4095, 4095, false"})
    void anMlKemKeyWithACoefficientOverTheModulusIsRefused(int low, int high, boolean valid) {
        byte[] key = MlKem768.publicKey(SeededRandom.bytes("ml-kem", 64));
        for (int at : new int[] {0, 3, 1_149}) {
            byte[] changed = key.clone();
            changed[at] = (byte) low;
            changed[at + 1] = (byte) (low >> 8 | high << 4);
            changed[at + 2] = (byte) (high >> 4);
            assertThat(MlKem768.validPublicKey(changed)).isEqualTo(valid);
        }
        assertThat(MlKem768.validPublicKey(key)).isTrue();
        assertThat(MlKem768.validPublicKey(Arrays.copyOf(key, 1_183))).isFalse();
    }

    @Test
    void rsaPssAndTheJdkReadEachOther() throws Exception {
        byte[] ours = RsaPss.sign(Person.ANNA.accountPrivateKey(), MESSAGE, new SeededRandom("salt"));
        Signature jdk = jdkPss("SHA-512", MGF1ParameterSpec.SHA512, 64);
        jdk.initVerify(KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(Person.ANNA.accountKey())));
        jdk.update(MESSAGE);

        assertThat(jdk.verify(ours)).isTrue();
        assertThat(RsaPss.verify(Person.ANNA.accountKey(), MESSAGE,
                signedByJdk("SHA-512", MGF1ParameterSpec.SHA512, 64))).isTrue();
    }

    @Test
    void rsaPssTakesNoOtherParametersKeyMessageOrLength() throws Exception {
        byte[] key = Person.ANNA.accountKey();
        byte[] good = RsaPss.sign(Person.ANNA.accountPrivateKey(), MESSAGE, new SeededRandom("salt"));

        assertThat(RsaPss.verify(key, MESSAGE, good)).isTrue();
        assertThat(RsaPss.verify(key, MESSAGE, signedByJdk("SHA-512", MGF1ParameterSpec.SHA512, 63))).isFalse();
        assertThat(RsaPss.verify(key, MESSAGE, signedByJdk("SHA-512", MGF1ParameterSpec.SHA512, 0))).isFalse();
        assertThat(RsaPss.verify(key, MESSAGE, signedByJdk("SHA-512", MGF1ParameterSpec.SHA256, 64))).isFalse();
        assertThat(RsaPss.verify(key, MESSAGE, signedByJdk("SHA-256", MGF1ParameterSpec.SHA512, 64))).isFalse();
        assertThat(RsaPss.verify(Person.BEN.accountKey(), MESSAGE, good)).isFalse();
        assertThat(RsaPss.verify(key, new byte[0], good)).isFalse();
        assertThat(RsaPss.verify(key, MESSAGE, join(good, new byte[1]))).isFalse();
        assertThat(RsaPss.verify(key, MESSAGE, join(new byte[1], good))).isFalse();
        assertThat(RsaPss.verify(key, MESSAGE, new byte[0])).isFalse();
    }

    @Test
    void anAccountKeyHasOneEncoding() throws Exception {
        byte[] key = Person.ANNA.accountKey();
        assertThat(RsaPss.acceptable(key)).isTrue();
        assertThat(RsaPss.acceptable(join(key, new byte[1]))).as("trailing byte").isFalse();
        assertThat(RsaPss.acceptable(Arrays.copyOf(key, key.length - 1))).as("truncated").isFalse();
        assertThat(RsaPss.acceptable(new byte[0])).isFalse();
        assertThat(RsaPss.acceptable(new byte[600])).isFalse();
        assertThat(RsaPss.acceptable(new byte[601])).isFalse();
        String hex = HEX.formatHex(key);
        // SEQUENCE { SEQUENCE { rsaEncryption, NULL }, BIT STRING …: with another length form, or without the NULL.
        assertThat(hex).startsWith("308201a2300d06092a864886f70d01010105000382018f00");
        assertThat(RsaPss.acceptable(HEX.parseHex("308201a0300b06092a864886f70d0101010382018f00" + hex.substring(48))))
                .as("no NULL").isFalse();
        assertThat(RsaPss.acceptable(HEX.parseHex("308201a330810d" + hex.substring(12))))
                .as("long form of a short length").isFalse();
        assertThat(RsaPss.acceptable(HEX.parseHex("3080" + hex.substring(8) + "0000"))).as("indefinite length")
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"2048, 65537, true", "2047, 65537, false", "4096, 65537, true", "4097, 65537, false",
            "1024, 65537, false", "3072, 3, false",
        "3072, 65539, false"})
    void accountKeysHave2048To4096BitsAnd65537(int bits, int exponent, boolean acceptable) throws Exception {
        byte[] odd = SeededRandom.bytes("modulus", (bits + 7) / 8);
        BigInteger modulus = new BigInteger(1, odd).mod(BigInteger.TWO.pow(bits - 1)).setBit(bits - 1).setBit(0);
        RSAPublicKey key = (RSAPublicKey) KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(modulus, BigInteger.valueOf(exponent)));

        assertThat(RsaPss.acceptable(key.getEncoded())).isEqualTo(acceptable);
    }

    @Test
    void aMadeAccountKeyIsAcceptableAndSigns() {
        RsaPss.RsaKeys keys = RsaPss.generate(2048, new SeededRandom("rsa"));

        assertThat(RsaPss.acceptable(keys.publicKey())).isTrue();
        assertThat(RsaPss.publicKeyOf(keys.privateKey())).isEqualTo(keys.publicKey());
        assertThat(RsaPss.verify(keys.publicKey(), MESSAGE,
                RsaPss.sign(keys.privateKey(), MESSAGE, new SeededRandom("salt")))).isTrue();
        assertThatThrownBy(() -> RsaPss.generate(1024, new SeededRandom("rsa")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RsaPss.sign(new byte[10], MESSAGE, new SeededRandom("salt")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] signedByJdk(String digest, MGF1ParameterSpec mgf, int saltBytes) throws Exception {
        Signature jdk = jdkPss(digest, mgf, saltBytes);
        jdk.initSign(KeyFactory.getInstance("RSA")
                .generatePrivate(new PKCS8EncodedKeySpec(Person.ANNA.accountPrivateKey())));
        jdk.update(MESSAGE);
        return jdk.sign();
    }

    private static Signature jdkPss(String digest, MGF1ParameterSpec mgf, int saltBytes) throws Exception {
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(new PSSParameterSpec(digest, "MGF1", mgf, saltBytes, 1));
        return signature;
    }

    private static byte[] hmac(byte[] key, byte[]... parts) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA512");
        mac.init(new SecretKeySpec(key, "HmacSHA512"));
        for (byte[] part : parts) {
            mac.update(part);
        }
        return mac.doFinal();
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] out = new byte[bytes.length];
        IntStream.range(0, bytes.length).forEach(i -> out[i] = bytes[bytes.length - 1 - i]);
        return out;
    }

    private static byte[] unsigned(BigInteger value, int length) {
        byte[] bytes = value.toByteArray();
        byte[] out = new byte[length];
        int skip = Math.max(0, bytes.length - length);
        System.arraycopy(bytes, skip, out, length - (bytes.length - skip), bytes.length - skip);
        return out;
    }
}
