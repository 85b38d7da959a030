package bytchat.hash.sha1.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Against the example of FIPS 180-4 and the digest of nothing. */
class Sha1Test {
    private final Sha1 hash = new Sha1();

    @Test
    void digestsTheStandardsExample() {
        assertThat(hash.digest(ascii("abc"))).asHexString()
                .isEqualToIgnoringCase("a9993e364706816aba3e25717850c26c9cd0d89d");
    }

    @Test
    void noPartsIsTheDigestOfNothing() {
        assertThat(HexFormat.of().formatHex(hash.digest())).isEqualTo("da39a3ee5e6b4b0d3255bfef95601890afd80709");
    }

    @Test
    void partsAreJoinedInOrder() {
        assertThat(hash.digest(ascii("a"), ascii("bc"))).isEqualTo(hash.digest(ascii("abc")));
    }

    @Test
    void widthAndNameAgreeWithTheDigest() {
        assertThat(hash.digest(ascii("x"))).hasSize(hash.bits() / 8);
        assertThat(hash.name()).isEqualTo("sha-1");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
