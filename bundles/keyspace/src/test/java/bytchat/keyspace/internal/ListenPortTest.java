package bytchat.keyspace.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenPortTest {
    private final InetAddress loopback = InetAddress.getLoopbackAddress();

    @TempDir
    private Path data;

    @Test
    void anyPortIsOnePortAndStaysIt() throws IOException {
        InetSocketAddress first = settle(0, 1);
        assertThat(first.getPort()).isBetween(20_000, 32_767);
        assertThat(settle(0, 2)).isEqualTo(first);
    }

    @Test
    void aGivenPortIsTakenAsItIs() throws IOException {
        assertThat(settle(4711, 1).getPort()).isEqualTo(4711);
        assertThat(memory()).doesNotExist();
    }

    @Test
    void aRememberedPortThatIsTakenForDatagramsOrLinksGivesWay() throws IOException {
        InetSocketAddress first = settle(0, 1);
        try (DatagramSocket taken = new DatagramSocket(first)) {
            assertThat(taken.isBound()).isTrue();
            assertThat(settle(0, 2)).isNotEqualTo(first);
        }
        InetSocketAddress second = settle(0, 3);
        try (ServerSocket taken = new ServerSocket(second.getPort(), 1, loopback)) {
            assertThat(taken.isBound()).isTrue();
            assertThat(settle(0, 4)).isNotEqualTo(second);
        }
    }

    @Test
    void aDamagedMemoryIsReplaced() throws IOException {
        Files.writeString(memory(), "many");
        assertThat(settle(0, 1)).isEqualTo(settle(0, 2));
    }

    @Test
    void anAddressOfAnotherMachineIsSaid() {
        assertThatThrownBy(() -> ListenPort.settle(InetAddress.getByName("192.0.2.77"), 0, memory(), new Random(1)))
                .isInstanceOf(IOException.class).hasMessageContaining("192.0.2.77")
                .hasMessageContaining("this machine");
    }

    private InetSocketAddress settle(int port, long seed) throws IOException {
        return ListenPort.settle(loopback, port, memory(), new Random(seed));
    }

    private Path memory() {
        return data.resolve("default.port");
    }
}
