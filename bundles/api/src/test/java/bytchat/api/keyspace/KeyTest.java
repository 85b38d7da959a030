package bytchat.api.keyspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyTest {
    @Test
    void distanceOrdersAsTheXorReadAsANumber() {
        Random random = new Random(7);
        for (int bytes : new int[] {20, 64}) {
            for (int i = 0; i < 200; i++) {
                Key target = random(random, bytes);
                Key a = random(random, bytes);
                Key b = random(random, bytes);
                assertThat(Integer.signum(target.compareDistance(a, b))).isEqualTo(xor(target, a).compareTo(xor(target, b)));
            }
        }
    }

    @Test
    void commonPrefixCountsLeadingBits() {
        Key zero = Key.of(new byte[20]);
        for (int bit = 0; bit < 160; bit++) {
            byte[] one = new byte[20];
            one[bit / 8] = (byte) (0x80 >> (bit % 8));
            assertThat(zero.commonPrefixBits(Key.of(one))).isEqualTo(bit);
            assertThat(Key.of(one).bit(bit)).isTrue();
        }
        assertThat(zero.commonPrefixBits(zero)).isEqualTo(160);
    }

    @Test
    void keysOfDifferentWidthsHaveNoDistance() {
        Key narrow = Key.of(new byte[20]);
        Key wide = Key.of(new byte[64]);
        assertThat(narrow).isNotEqualTo(wide);
        assertThatThrownBy(() -> narrow.compareDistance(narrow, wide)).hasMessageContaining("160 and 512 bits");
        assertThatThrownBy(() -> narrow.commonPrefixBits(wide)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aKeyDoesNotChangeWithTheArrayItWasMadeFrom() {
        byte[] bytes = new byte[20];
        Key key = Key.of(bytes);
        bytes[0] = 1;
        key.toArray()[1] = 1;
        assertThat(key).isEqualTo(Key.of(new byte[20]));
    }

    @Test
    void hexReadsBack() {
        Key key = random(new Random(1), 64);
        assertThat(Key.ofHex(key.hex())).isEqualTo(key);
        assertThat(Key.ofHex(" " + key.hex().toUpperCase(java.util.Locale.ROOT))).isEqualTo(key);
        assertThatThrownBy(() -> Key.ofHex("0g")).isInstanceOf(IllegalArgumentException.class);
    }

    private static Key random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return Key.of(bytes);
    }

    private static BigInteger xor(Key a, Key b) {
        return new BigInteger(1, a.toArray()).xor(new BigInteger(1, b.toArray()));
    }
}
