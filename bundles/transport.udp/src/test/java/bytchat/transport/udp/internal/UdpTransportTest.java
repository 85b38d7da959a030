package bytchat.transport.udp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bytchat.api.env.Registration;
import bytchat.api.transport.DatagramTransport;
import bytchat.runtime.internal.NodeRuntime;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over real sockets on loopback. */
@Timeout(30)
class UdpTransportTest {
    private static final int RECEIVED_BYTES_MAX = 2_048;
    private static final int SEND_QUEUE_BYTES_MAX = 65_536;

    private final NodeRuntime runtime = new NodeRuntime(1, 16);
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<InetSocketAddress> senders = new LinkedBlockingQueue<>();
    private UdpTransport transport;
    private DatagramSocket peer;

    @BeforeEach
    void open() throws IOException {
        transport = transport(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        transport.receive((from, payload) -> {
            assertThat(runtime.loop().inLoop()).isTrue();
            senders.add(from);
            received.add(payload);
        });
        peer = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        peer.setSoTimeout(10_000);
    }

    @AfterEach
    void close() {
        peer.close();
        transport.close();
        runtime.close();
    }

    @Test
    void datagramsGoBothWays() throws Exception {
        deliver(new byte[] {1, 2, 3});
        assertThat(received.poll(10, TimeUnit.SECONDS)).containsExactly(1, 2, 3);
        assertThat(senders.poll()).isEqualTo(peer.getLocalSocketAddress());

        byte[] largest = new byte[DatagramTransport.PAYLOAD_BYTES_MAX];
        onLoop(() -> transport.send((InetSocketAddress) peer.getLocalSocketAddress(), largest));
        assertThat(peerReceives()).hasSize(largest.length);
    }

    @Test
    void aDatagramOverTheLimitIsRefusedToTheCaller() {
        assertThatThrownBy(() -> transport.send(transport.local(), new byte[DatagramTransport.PAYLOAD_BYTES_MAX + 1]))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("1472");
    }

    @Test
    void theLongestTakenIsTakenAndOneByteMoreIsDroppedNotCut() throws Exception {
        deliver(new byte[RECEIVED_BYTES_MAX + 1]);
        deliver(new byte[0]);
        deliver(new byte[RECEIVED_BYTES_MAX]);
        assertThat(received.poll(10, TimeUnit.SECONDS)).hasSize(RECEIVED_BYTES_MAX);
        assertThat(received).isEmpty();
        assertThat(transport.facts()).containsEntry("dropped_datagrams", 2L).containsEntry("received_datagrams", 1L);
    }

    @Test
    void aReceiverThatThrowsIsCountedAndTheNextDatagramArrives() throws Exception {
        try (UdpTransport other = transport(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            other.receive((from, payload) -> {
                received.add(payload);
                if (payload[0] == 0) {
                    throw new IllegalStateException("hostile");
                }
                throw new StackOverflowError();
            });
            for (byte i = 0; i < 3; i++) {
                peer.send(new DatagramPacket(new byte[] {i}, 1, other.local()));
                assertThat(received.poll(10, TimeUnit.SECONDS)).containsExactly(i);
            }
            onLoop(() -> { });
            assertThat(other.facts()).containsEntry("receiver_failures", 3L);
        }
    }

    @Test
    void thereIsOneReceiverAtATime() throws Exception {
        try (UdpTransport other = transport(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            Registration first = other.receive((from, payload) -> { });
            assertThatThrownBy(() -> other.receive((from, payload) -> { })).isInstanceOf(IllegalStateException.class);
            first.close();
            Registration second = other.receive((from, payload) -> received.add(payload));
            first.close(); // once more: must not take the second one's place away
            peer.send(new DatagramPacket(new byte[] {9}, 1, other.local()));
            assertThat(received.poll(10, TimeUnit.SECONDS)).containsExactly(9);
            second.close();
        }
    }

    @Test
    void aFloodIsSentOrDroppedAndNothingIsQueuedHere() throws Exception {
        int datagrams = 20_000;
        onLoop(() -> {
            for (int i = 0; i < datagrams; i++) {
                transport.send((InetSocketAddress) peer.getLocalSocketAddress(), new byte[1_000]);
            }
        });
        assertThat((long) transport.facts().get("sent_datagrams") + (long) transport.facts().get("unsent_datagrams"))
                .isEqualTo(datagrams);
    }

    @Test
    void onlyTheStatedPartOfABufferIsSentAndTheBufferMayBeUsedAgain() throws Exception {
        byte[] buffer = {1, 2, 3, 4};
        onLoop(() -> {
            transport.send((InetSocketAddress) peer.getLocalSocketAddress(), buffer, 2);
            buffer[0] = 9;
            transport.send((InetSocketAddress) peer.getLocalSocketAddress(), buffer, 3);
        });
        assertThat(peerReceives()).containsExactly(1, 2);
        assertThat(peerReceives()).containsExactly(9, 2, 3);
    }

    @Test
    void boundToAllAddressesOfIpv6ItServesBothFamilies() throws Exception {
        InetAddress ipv6 = InetAddress.getByName("::1");
        assumeTrue(NetworkInterface.getByInetAddress(ipv6) != null, "this machine has no IPv6");
        try (UdpTransport both = transport(new InetSocketAddress("::", 0))) {
            both.receive((from, payload) -> {
                both.send(from, new byte[] {(byte) from.getAddress().getAddress().length});
                assertThat(payload).hasSize(1);
            });
            for (InetAddress address : List.of(InetAddress.getByName("127.0.0.1"), ipv6)) {
                try (DatagramSocket asker = new DatagramSocket(0, address)) {
                    asker.setSoTimeout(10_000);
                    asker.send(new DatagramPacket(new byte[1], 1, address, both.local().getPort()));
                    DatagramPacket answer = new DatagramPacket(new byte[8], 8);
                    asker.receive(answer);
                    // an IPv4 asker is seen as one, not as an address of IPv6 with another inside
                    assertThat(answer.getData()[0]).isEqualTo((byte) address.getAddress().length);
                }
            }
        }
    }

    @Test
    void anAddressOfTheFamilyThatIsNotBoundHarmsNobody() throws Exception {
        onLoop(() -> transport.send(new InetSocketAddress("::1", 9), new byte[] {1}));
        assertThat(transport.facts()).containsEntry("unsent_datagrams", 1L);
    }

    @Test
    void anUnreachableAddressHarmsNobody() throws Exception {
        onLoop(() -> transport.send(new InetSocketAddress("255.255.255.255", 9), new byte[] {1}));
        deliver(new byte[] {5});
        assertThat(received.poll(10, TimeUnit.SECONDS)).containsExactly(5);
        assertThat(transport.facts()).containsEntry("unsent_datagrams", 1L);
    }

    @Test
    void aTakenPortIsSaidAndAClosedTransportFreesIt() throws Exception {
        assertThatThrownBy(() -> transport(transport.local())).isInstanceOf(BindException.class);
        transport.close();
        try (UdpTransport again = transport(transport.local())) {
            assertThat(again.local()).isEqualTo(transport.local());
        }
    }

    private UdpTransport transport(InetSocketAddress listen) throws IOException {
        return new UdpTransport(listen, runtime.eventLoopGroup(), RECEIVED_BYTES_MAX, SEND_QUEUE_BYTES_MAX);
    }

    private byte[] peerReceives() throws IOException {
        DatagramPacket arrived = new DatagramPacket(new byte[4_096], 4_096);
        peer.receive(arrived);
        assertThat(arrived.getSocketAddress()).isEqualTo(transport.local());
        return Arrays.copyOf(arrived.getData(), arrived.getLength());
    }

    private void deliver(byte[] payload) throws IOException {
        peer.send(new DatagramPacket(payload, payload.length, transport.local()));
    }

    private void onLoop(Runnable task) throws Exception {
        CompletableFuture.runAsync(task, runtime.loop()).get(20, TimeUnit.SECONDS);
    }
}
