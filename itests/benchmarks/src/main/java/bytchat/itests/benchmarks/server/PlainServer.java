package bytchat.itests.benchmarks.server;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.HexFormat;

/**
 * What a UDP server costs in Java that does nothing: one thread that waits for a datagram and sends back bytes it was
 * given, a ping's answer to short questions and a find_node's to longer ones. Nothing is read, checked, limited or
 * remembered.
 */
public final class PlainServer {
    private static final int DATAGRAM_BYTES_MAX = 2_048;

    private PlainServer() {
    }

    /**
     * Arguments: {@code channel} (java.nio, direct buffers) or {@code socket} (java.net), port, the answers to ping and
     * find_node in hexadecimal, the largest question in bytes that is a ping.
     */
    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[1]);
        byte[] pong = HexFormat.of().parseHex(arguments[2]);
        byte[] nodes = HexFormat.of().parseHex(arguments[3]);
        int pingBytesMax = Integer.parseInt(arguments[4]);
        InetSocketAddress listen = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port);
        if (arguments[0].equals("channel")) {
            channel(listen, direct(pong), direct(nodes), pingBytesMax);
        } else {
            socket(listen, pong, nodes, pingBytesMax);
        }
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private static void channel(InetSocketAddress listen, ByteBuffer pong, ByteBuffer nodes, int pingBytesMax)
            throws IOException {
        try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET).bind(listen)) {
            ByteBuffer in = ByteBuffer.allocateDirect(DATAGRAM_BYTES_MAX);
            while (true) {
                SocketAddress from = channel.receive(in.clear());
                channel.send((in.position() <= pingBytesMax ? pong : nodes).rewind(), from);
            }
        }
    }

    private static void socket(InetSocketAddress listen, byte[] pong, byte[] nodes, int pingBytesMax)
            throws IOException {
        try (DatagramSocket socket = new DatagramSocket(listen)) {
            DatagramPacket in = new DatagramPacket(new byte[DATAGRAM_BYTES_MAX], DATAGRAM_BYTES_MAX);
            while (true) {
                in.setLength(DATAGRAM_BYTES_MAX);
                socket.receive(in);
                byte[] answer = in.getLength() <= pingBytesMax ? pong : nodes;
                socket.send(new DatagramPacket(answer, answer.length, in.getSocketAddress()));
            }
        }
    }
}
