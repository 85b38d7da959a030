package bytchat.wire.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Every primitive that is used, against the vectors of Project Wycheproof: known attacks and edge cases. */
class WycheproofTest {
    @Test
    void a256CbcHs512() throws IOException {
        WycheproofVectors.each("a256cbc_hs512_test.json", vector -> {
            byte[] iv = vector.bytes("iv");
            byte[] sealed = join(iv, vector.bytes("ct"), vector.bytes("tag"));

            assertThat(AesCbcHmac.open(vector.bytes("key"), vector.bytes("aad"), sealed).map(HexFormat.of()::formatHex)
                    .orElse("refused"))
                    .as("%s", vector).isEqualTo(vector.valid() ? vector.test().get("msg").asText() : "refused");
            if (vector.valid()) {
                assertThat(AesCbcHmac.seal(vector.bytes("key"), vector.bytes("aad"), vector.bytes("msg"), iv))
                        .as("%s", vector).isEqualTo(sealed);
            }
        });
    }

    @Test
    void rsaPss() throws IOException {
        WycheproofVectors.each("rsa_pss_4096_sha512_mgf1_64_test.json", vector -> assertThat(verifiesRsa(vector))
                .as("%s", vector).isEqualTo(vector.valid()));
    }

    /** Signatures that are good under other parameters; only SHA-512, MGF1-SHA-512 and salt 64 are ours. */
    @Test
    void rsaPssTakesNoOtherParameters() throws IOException {
        WycheproofVectors.each("rsa_pss_misc_test.json", vector -> {
            JsonNode group = vector.group();
            boolean ours = group.get("sha").asText().equals("SHA-512") && group.get("mgfSha").asText().equals("SHA-512")
                    && group.get("sLen").asInt() == 64;
            assertThat(verifiesRsa(vector)).as("%s of %s", vector, group.get("mgfSha")).isEqualTo(ours);
        });
    }

    @Test
    void ed25519() throws IOException {
        WycheproofVectors.each("ed25519_test.json", vector -> {
            byte[] key = HexFormat.of().parseHex(vector.group().get("publicKey").get("pk").asText());
            assertThat(Ed25519.verify(key, vector.bytes("msg"), vector.bytes("sig"))).as("%s", vector)
                    .isEqualTo(vector.valid());
        });
    }

    /** "Acceptable" are keys on the twist and the like, which RFC 7748 computes with; an all-zero secret is refused. */
    @Test
    void x25519() throws IOException {
        WycheproofVectors.each("x25519_test.json", vector -> {
            if (vector.flagged("ZeroSharedSecret")) {
                assertThatThrownBy(() -> X25519.agree(vector.bytes("private"), vector.bytes("public"))).as("%s", vector)
                        .isInstanceOf(IllegalArgumentException.class);
            } else {
                assertThat(X25519.agree(vector.bytes("private"), vector.bytes("public"))).as("%s", vector)
                        .isEqualTo(vector.bytes("shared"));
            }
        });
    }

    @Test
    void hkdfSha512() throws IOException {
        WycheproofVectors.each("hkdf_sha512_test.json", vector -> {
            int size = vector.test().get("size").asInt();
            if (vector.valid()) {
                assertThat(Hkdf.derive(vector.bytes("salt"), vector.bytes("ikm"), vector.bytes("info"), size))
                        .as("%s", vector)
                        .isEqualTo(vector.bytes("okm"));
                assertThat(Hkdf.expand(Hkdf.extract(vector.bytes("salt"), vector.bytes("ikm")), vector.bytes("info"),
                        size)).as("%s", vector)
                        .isEqualTo(vector.bytes("okm"));
            } else {
                assertThatThrownBy(() ->
                        Hkdf.derive(vector.bytes("salt"), vector.bytes("ikm"), vector.bytes("info"), size))
                                .as("%s", vector)
                        .isInstanceOf(IllegalArgumentException.class);
            }
        });
    }

    @Test
    void mlKem768Decapsulates() throws IOException {
        WycheproofVectors.each("mlkem_768_test.json", vector -> {
            if (vector.valid()) {
                byte[] seed = vector.bytes("seed");
                assertThat(MlKem768.publicKey(seed)).as("%s", vector).isEqualTo(vector.bytes("ek"));
                assertThat(MlKem768.decapsulate(seed, vector.bytes("c"))).as("%s", vector).isEqualTo(vector.bytes("K"));
            } else {
                assertThatThrownBy(() -> MlKem768.decapsulate(vector.bytes("seed"), vector.bytes("c"))).as("%s", vector)
                        .isInstanceOf(IllegalArgumentException.class);
            }
        });
    }

    @Test
    void mlKem768Encapsulates() throws IOException {
        WycheproofVectors.each("mlkem_768_encaps_test.json", vector -> {
            if (vector.valid()) {
                MlKem768.Encapsulation made = MlKem768.encapsulate(vector.bytes("ek"), vector.bytes("m"));
                assertThat(made.ciphertext()).as("%s", vector).isEqualTo(vector.bytes("c"));
                assertThat(made.secret()).as("%s", vector).isEqualTo(vector.bytes("K"));
            } else {
                assertThat(MlKem768.validPublicKey(vector.bytes("ek"))).as("%s", vector).isFalse();
                assertThatThrownBy(() -> MlKem768.encapsulate(vector.bytes("ek"), vector.bytes("m"))).as("%s", vector)
                        .isInstanceOf(IllegalArgumentException.class);
            }
        });
    }

    @Test
    void mlKem768MakesKeys() throws IOException {
        WycheproofVectors.each("mlkem_768_keygen_seed_test.json", vector ->
                assertThat(MlKem768.publicKey(vector.bytes("seed"))).as("%s", vector).isEqualTo(vector.bytes("ek")));
    }

    private static boolean verifiesRsa(WycheproofVectors.Vector vector) {
        byte[] key = HexFormat.of().parseHex(vector.group().get("publicKeyDer").asText());
        return RsaPss.verify(key, vector.bytes("msg"), vector.bytes("sig"));
    }

    private static byte[] join(byte[]... parts) {
        byte[] joined = new byte[0];
        for (byte[] part : parts) {
            joined = Arrays.copyOf(joined, joined.length + part.length);
            System.arraycopy(part, 0, joined, joined.length - part.length, part.length);
        }
        return joined;
    }
}
