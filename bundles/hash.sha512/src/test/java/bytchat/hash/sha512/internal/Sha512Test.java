package bytchat.hash.sha512.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Against the example of FIPS 180-4 and the digest of nothing. */
class Sha512Test {
    private final Sha512 hash = new Sha512();

    @Test
    void digestsTheStandardsExample() {
        assertThat(hash.digest(ascii("abc"))).asHexString()
                .isEqualToIgnoringCase("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
    }

    @Test
    void noPartsIsTheDigestOfNothing() {
        assertThat(HexFormat.of().formatHex(hash.digest()))
                .isEqualTo("cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
                        + "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e");
    }

    @Test
    void partsAreJoinedInOrder() {
        assertThat(hash.digest(ascii("a"), ascii("bc"))).isEqualTo(hash.digest(ascii("abc")));
    }

    @Test
    void widthAndNameAgreeWithTheDigest() {
        assertThat(hash.digest(ascii("x"))).hasSize(hash.bits() / 8);
        assertThat(hash.name()).isEqualTo("sha-512");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
