package bytchat.itests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.NodeKey;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.keyspace.internal.HostPort;
import bytchat.keyspace.internal.KeySpaceNode;
import bytchat.keyspace.internal.KeySpaceSettings;
import bytchat.keyspace.internal.KeySpaceSettings.Reachable;
import bytchat.routing.kademlia.internal.Kademlia;
import bytchat.rpc.internal.Rpc;
import bytchat.runtime.internal.NodeRuntime;
import bytchat.transport.memory.SimulatedNodeKey;
import bytchat.transport.udp.internal.UdpTransport;
import bytchat.wire.KrpcMessage;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same datagrams over a real socket: nothing reaches the transport's last catch, and the node answers afterwards. */
class RealSocketTest {
    private static final int DATAGRAMS = 5_000;
    private static final int SOCKETS = 8;
    /** The node's receive buffer holds so many. */
    private static final int BURST = 50;
    private static final int PATIENCE_MILLIS = 2_000;
    private static final int ATTEMPTS = 30;

    private final NodeRuntime runtime = new NodeRuntime(1, 64);
    private UdpTransport udp;
    private Kademlia kademlia;
    private Rpc rpc;

    @BeforeEach
    void start() throws IOException {
        udp = new UdpTransport(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), runtime.eventLoopGroup(), 2_048, 1 << 18);
        HostPort listen = new HostPort("127.0.0.1", udp.local().getPort());
        NodeKey key = new SimulatedNodeKey(runtime.random());
        KeySpaceNode local = new KeySpaceNode(
                new KeySpaceSettings("default", "sha-512", Optional.of("bytchat"), listen, List.of(), Reachable.YES),
                new Sha512(), key, udp.local(), udp.local().getAddress());
        rpc = new Rpc(runtime, local, udp, new FrameLinks(udp.local()));
        kademlia = new Kademlia(runtime, local, rpc);
        rpc.start();
        kademlia.start();
    }

    @AfterEach
    void stop() {
        kademlia.stop();
        rpc.stop();
        runtime.loop().execute(() -> {
            udp.close();
            runtime.close();
        });
    }

    private static List<byte[]> hostileDatagrams() {
        List<byte[]> payloads = new ArrayList<>();
        Attack attack = new Attack(payload -> {
            if (payload.length > 0) {
                payloads.add(payload);
            }
        });
        Random chance = new Random(2);
        while (payloads.size() < DATAGRAMS) {
            byte[] script = new byte[chance.nextInt(300)];
            chance.nextBytes(script);
            attack.play(script);
        }
        return payloads;
    }

    @Test
    void hostileDatagramsDoNotHurtASocket() throws IOException {
        List<DatagramSocket> sockets = new ArrayList<>();
        for (int i = 0; i < SOCKETS; i++) {
            sockets.add(new DatagramSocket(0, InetAddress.getByName("127.0." + i + ".1")));
        }
        int sent = 0;
        for (byte[] payload : hostileDatagrams()) {
            sockets.get(sent % SOCKETS).send(new DatagramPacket(payload, payload.length, udp.local()));
            if (++sent % BURST == 0) {
                assertThat(answersPing()).isTrue();
            }
        }
        assertThat(udp.facts()).containsEntry("receiver_failures", 0L);
        assertThat((Long) udp.facts().get("received_datagrams")).isGreaterThan(DATAGRAMS / 2);
        assertThat(rpc.status().facts()).containsEntry("handler_failures", 0L);
        sockets.forEach(DatagramSocket::close);
    }

    /** Asked from another address each time, since one source may not ask that often; and again, since datagrams are lost. */
    private boolean answersPing() throws IOException {
        byte[] ping = new KrpcMessage.Query(new byte[] {7, 7}, "ping", BDict.builder().put("id", new byte[64]).build(), false,
                Optional.of("bytchat"), Optional.empty()).encode();
        for (int i = 0; i < ATTEMPTS; i++) {
            try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.9." + i + ".1"))) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.send(new DatagramPacket(ping, ping.length, udp.local()));
                DatagramPacket answer = new DatagramPacket(new byte[2_048], 2_048);
                socket.receive(answer);
                return true;
            } catch (SocketTimeoutException lost) {
                // Once more.
            }
        }
        return false;
    }
}
