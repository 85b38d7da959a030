package bytchat.mainline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.mainline.MutableItem;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.transport.memory.SimulatedNode;
import bytchat.wire.Bencode;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The test vectors of BEP 44. */
class Bep44Test {
    private static final KeySpace MAINLINE = SimulatedNode.keySpace(new Sha1(), Optional.empty());
    private static final BBytes VALUE = BBytes.of("Hello World!");
    private static final byte[] PUBLIC_KEY = hex("77ff84905a91936367c01360803104f92432fcd904a43511876df5cdf3e7e548");

    @ParameterizedTest
    @CsvSource({
        "'', 3:seqi1e1:v12:Hello World!, 4a533d47ec9c7d95b1ad75f576cffc641853b750,"
                + "305ac8aeb6c9c151fa120f120ea2cfb923564e11552d06a5d856091e5e853cff"
                + "1260d3f39e4999684aa92eb73ffd136e6f4f3ecbfda0ce53a1608ecd7ae21f01",
        "foobar, 4:salt6:foobar3:seqi1e1:v12:Hello World!, 411eba73b6f087ca51a3795d9c8c938d365e32c1,"
                + "6834284b6b24c3204eb2fea824d82f88883a3d95e8b4a21b8c0ded553d17d17d"
                + "df9a8a7104b1258f30bed3787e6cb896fca78c58f8e03b5f18f14951a87d9a08",
    })
    void mutableItems(String salt, String signable, String target, String signature) {
        MutableItem item = new MutableItem(BBytes.of(PUBLIC_KEY), BBytes.of(salt), 1, VALUE, BBytes.of(hex(signature)));

        assertThat(new String(Bep44.signable(item.salt().toArray(), 1, Bencode.encode(VALUE)), StandardCharsets.US_ASCII))
                .isEqualTo(signable);
        assertThat(Bep44.target(MAINLINE, PUBLIC_KEY, item.salt().toArray()).hex()).isEqualTo(target);
        assertThat(Bep44.signed(item)).isTrue();
        assertThat(Bep44.signed(new MutableItem(item.publicKey(), item.salt(), 2, VALUE, item.signature()))).isFalse();
    }

    @Test
    void immutableItems() {
        assertThat(Bep44.target(MAINLINE, VALUE).hex()).isEqualTo("e5f96f6f38320f0f33959cb4d3d656452117aadb");
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
