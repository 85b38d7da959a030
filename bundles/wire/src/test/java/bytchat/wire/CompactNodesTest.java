package bytchat.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.bencode.BencodeException;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompactNodesTest {
    @ParameterizedTest
    @CsvSource({"20, 192.0.2.1, 26", "20, 2001:db8::1, 38", "64, 192.0.2.1, 70", "64, 2001:db8::1, 82"})
    void aNodeTakesWhatTheSpecificationsSay(int idBytes, String host, int nodeBytes) throws Exception {
        boolean ipv6 = host.contains(":");
        Contact first = contact(idBytes, 1, host, 65_535);
        Contact second = contact(idBytes, 2, host, 1);
        byte[] bytes = CompactNodes.encode(List.of(first, second), ipv6);

        assertThat(bytes).hasSize(2 * nodeBytes);
        assertThat(CompactNodes.decode(bytes, idBytes, ipv6)).containsExactly(first, second);
    }

    @Test
    void theAddressFollowsTheIdAndThePortComesLast() throws Exception {
        byte[] bytes = CompactNodes.encode(List.of(contact(20, 0xab, "192.0.2.1", 6_881)), false);

        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("ab".repeat(20) + "c0000201" + "1ae1");
    }

    @Test
    void halfANodeIsRefused() {
        assertThatThrownBy(() -> CompactNodes.decode(new byte[27], 20, false)).isInstanceOf(BencodeException.class);
    }

    @Test
    void nobodyIsAtPortZeroOrBehindAnIpv4AddressInIpv6Clothes() {
        byte[] portZero = new byte[26];
        byte[] mapped = new byte[38];
        mapped[20 + 10] = (byte) 0xff;
        mapped[20 + 11] = (byte) 0xff;
        mapped[37] = 1;

        assertThat(CompactNodes.decode(portZero, 20, false)).isEmpty();
        assertThat(CompactNodes.decode(mapped, 20, true)).isEmpty();
    }

    @Test
    void familiesDoNotMix() throws Exception {
        List<Contact> ipv4 = List.of(contact(20, 1, "192.0.2.1", 1));

        assertThatThrownBy(() -> CompactNodes.encode(ipv4, true)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1, 6", "2001:db8::1, 18"})
    void anAddressIsSixOrEighteenBytes(String host, int bytes) throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), 40_000);

        assertThat(CompactNodes.address(address)).hasSize(bytes);
        assertThat(CompactNodes.address(CompactNodes.address(address))).isEqualTo(address);
        assertThatThrownBy(() -> CompactNodes.address(new byte[7])).isInstanceOf(BencodeException.class);
    }

    private static Contact contact(int idBytes, int fill, String host, int port) throws Exception {
        byte[] id = new byte[idBytes];
        java.util.Arrays.fill(id, (byte) fill);
        return new Contact(Key.of(id), new InetSocketAddress(InetAddress.getByName(host), port));
    }
}
