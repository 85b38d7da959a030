package bytchat.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.keyspace.Key;
import bytchat.wire.fixture.TestKeySpace;
import java.net.InetAddress;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeIdsTest {
    private static final byte[] NODE_KEY = new byte[32];

    /** The test vectors of BEP 42. */
    @ParameterizedTest
    @CsvSource({
        "124.31.75.21, 5fbfbff10c5d6a4ec8a88e4c6ab4c28b95eee401",
        "21.75.31.124, 5a3ce9c14e7a08645677bbd1cfe7d8f956d53256",
        "65.23.51.170, a5d43220bc8f112a3d426c84764f8c2a1150e616",
        "84.124.73.14, 1b0321dd1bb1fe518101ceef99462b947a01ff41",
        "43.213.53.83, e56f6cbf5b7c4be0237986d5243b87aa6d51305a",
    })
    void theVectorsOfBep42Hold(String ip, String id) throws Exception {
        InetAddress address = InetAddress.getByName(ip);
        Key expected = Key.ofHex(id);
        int lastByte = Integer.parseInt(id.substring(38), 16);

        assertThat(NodeIds.matchesAddress(address, expected)).isTrue();
        assertThat(NodeIds.matchesAddress(InetAddress.getByName("8.8.8.8"), expected)).isFalse();
        Key derived = NodeIds.derive(TestKeySpace.SHA_1, NODE_KEY, address, lastByte);
        assertThat(derived.commonPrefixBits(expected)).isGreaterThanOrEqualTo(21);
        assertThat(NodeIds.matchesAddress(address, derived)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(TestKeySpace.class)
    void outsideTheAddressBitsAnIdIsTheHashOfTheNodeKey(TestKeySpace keySpace) throws Exception {
        byte[] hash = keySpace.keyOf(NODE_KEY).toArray();
        byte[] local = NodeIds.derive(keySpace, NODE_KEY, InetAddress.getByName("127.0.0.1"), 0x5a).toArray();
        byte[] routable = NodeIds.derive(keySpace, NODE_KEY, InetAddress.getByName("8.8.8.8"), 0x5a).toArray();
        int last = hash.length - 1;

        assertThat(Arrays.copyOf(local, last)).isEqualTo(Arrays.copyOf(hash, last));
        assertThat(local[last]).isEqualTo((byte) 0x5a);
        assertThat(Arrays.copyOfRange(routable, 3, last)).isEqualTo(Arrays.copyOfRange(hash, 3, last));
        assertThat(routable[2] & 0x07).isEqualTo(hash[2] & 0x07);
        assertThat(routable[last]).isEqualTo((byte) 0x5a);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "127.0.0.1", "2600:1406::1", "fd00::1"})
    void aDerivedIdMatchesItsKeyAndAddressAndNothingElse(String ip) throws Exception {
        InetAddress address = InetAddress.getByName(ip);
        byte[] otherKey = NODE_KEY.clone();
        otherKey[31] = 1;
        for (int lastByte = 0; lastByte < 256; lastByte++) {
            Key id = NodeIds.derive(TestKeySpace.SHA_512, NODE_KEY, address, lastByte);
            assertThat(NodeIds.matches(TestKeySpace.SHA_512, NODE_KEY, address, id)).isTrue();
            assertThat(NodeIds.matches(TestKeySpace.SHA_512, otherKey, address, id)).isFalse();
            assertThat(NodeIds.matches(TestKeySpace.SHA_1, NODE_KEY, address, id)).isFalse();
            assertThat(NodeIds.matches(TestKeySpace.SHA_512, NODE_KEY, InetAddress.getByName("9.9.9.9"), id)).isFalse();
        }
    }

    @Test
    void everyBitButTheLastByteIsBound() throws Exception {
        InetAddress address = InetAddress.getByName("8.8.8.8");
        byte[] id = NodeIds.derive(TestKeySpace.SHA_1, NODE_KEY, address, 7).toArray();
        for (int bit = 0; bit < 152; bit++) {
            byte[] changed = id.clone();
            changed[bit / 8] ^= (byte) (0x80 >> bit % 8);
            assertThat(NodeIds.matches(TestKeySpace.SHA_1, NODE_KEY, address, Key.of(changed))).as("bit %d", bit)
                    .isFalse();
        }
    }

    @Test
    void anAddressHasEightPrefixes() throws Exception {
        for (String ip : new String[] {"8.8.8.8", "2600:1406::1"}) {
            InetAddress address = InetAddress.getByName(ip);
            long prefixes = java.util.stream.IntStream.range(0, 256)
                    .mapToObj(r -> NodeIds.derive(TestKeySpace.SHA_1, NODE_KEY, address, r).hex().substring(0, 5))
                    .distinct().count();
            assertThat(prefixes).as(ip).isEqualTo(8);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, false", "10.1.2.3, false", "172.16.0.1, false", "172.32.0.1, true", "192.168.1.1, false",
                "169.254.1.1, false",
        "100.64.0.1, false", "100.127.255.255, false", "100.128.0.1, true", "0.0.0.0, false", "224.0.0.1, false",
        "8.8.8.8, true",
        "::1, false", "::, false", "fe80::1, false", "fd12::1, false", "fc00::1, false", "ff02::1, false",
        "2600::1, true",
    })
    void localAddressesAreNotRoutable(String ip, boolean routable) throws Exception {
        assertThat(NodeIds.routable(InetAddress.getByName(ip))).isEqualTo(routable);
    }

    @Test
    void theLastByteIsAByte() throws Exception {
        InetAddress address = InetAddress.getByName("8.8.8.8");
        assertThatThrownBy(() -> NodeIds.derive(TestKeySpace.SHA_1, NODE_KEY, address, 256))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
