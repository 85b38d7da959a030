package bytchat.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {
    @ParameterizedTest
    @CsvSource({ "127.0.0.1:4000,127.0.0.1,4000", ":4000,0.0.0.0,4000", "4000,0.0.0.0,4000", "[::1]:0,::1,0" })
    void parses(String text, String host, int port) throws Exception {
        assertThat(ListenAddress.parse(text)).isEqualTo(new ListenAddress(host, port));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "host", "host:", "host:port", "host:65536", "host:-1" })
    void refusesWhatIsNoAddress(String text) {
        assertThatThrownBy(() -> ListenAddress.parse(text)).isInstanceOf(LaunchException.class)
                .hasMessageContaining("--listen")
                .satisfies(e -> assertThat(((LaunchException) e).exitCode()).isEqualTo(ExitCode.USAGE));
    }

    @ParameterizedTest
    @ValueSource(strings = { "127.0.0.1:0", "localhost:8080", "[::1]:65535" })
    void thePageIsOnThisMachine(String text) throws Exception {
        ListenAddress.requireLoopback("--web", text);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "8080", ":8080", "0.0.0.0:8080", "192.0.2.1:8080", "127.0.0.1:65536", "nobody.invalid:1" })
    void refusesToShowThePageToOthers(String text) {
        assertThatThrownBy(() -> ListenAddress.requireLoopback("--web", text)).isInstanceOf(LaunchException.class)
                .hasMessageContaining("--web wants HOST:PORT with a loopback address")
                .satisfies(e -> assertThat(((LaunchException) e).exitCode()).isEqualTo(ExitCode.USAGE));
    }

    @ParameterizedTest
    @ValueSource(strings = { "a.example:4000", "192.0.2.1:1", "[2001:db8::1]:65535" })
    void anotherNodeHasAHostAndAPort(String text) throws Exception {
        ListenAddress.requireEndpoint("--bootstrap", text);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "a.example", ":4000", "4000", "a.example:0", "a.example:65536",
        "2001:db8::1:4000", "a b:1" })
    void refusesWhatIsNoOtherNode(String text) {
        assertThatThrownBy(() -> ListenAddress.requireEndpoint("--bootstrap", text))
                .isInstanceOf(LaunchException.class).hasMessageContaining("--bootstrap wants HOST:PORT")
                .satisfies(e -> assertThat(((LaunchException) e).exitCode()).isEqualTo(ExitCode.USAGE));
    }

    @Test
    void writesIpv6InBrackets() {
        assertThat(new ListenAddress("::1", 4000)).hasToString("[::1]:4000");
    }

    @Test
    void aFreePortIsFine() throws Exception {
        ListenAddress.parse("127.0.0.1:0").requireFree();
    }

    @Test
    void aTakenTcpPortIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertTaken("127.0.0.1:" + taken.getLocalPort(), "TCP port " + taken.getLocalPort());
        }
    }

    @Test
    void aTakenUdpPortIsNamed() throws Exception {
        try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            assertTaken("127.0.0.1:" + taken.getLocalPort(), "UDP port " + taken.getLocalPort());
        }
    }

    @Test
    void anAddressOfAnotherMachineIsRefused() {
        assertThatThrownBy(() -> ListenAddress.parse("192.0.2.1:4000").requireFree())
                .isInstanceOf(LaunchException.class).hasMessageContaining("not an address of this machine");
    }

    private void assertTaken(String address, String message) {
        assertThatThrownBy(() -> ListenAddress.parse(address).requireFree())
                .isInstanceOf(LaunchException.class).hasMessageContaining(message).hasMessageContaining("--listen")
                .satisfies(e -> assertThat(((LaunchException) e).exitCode()).isEqualTo(ExitCode.ADDRESS_IN_USE));
    }
}
