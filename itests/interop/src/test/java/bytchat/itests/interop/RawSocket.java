package bytchat.itests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.itests.demo.DemoNode;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;

/** Datagrams as they are, to and from one node. In texts a byte is a character of ISO 8859-1. */
final class RawSocket implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final DatagramSocket socket;
    private final InetSocketAddress node;

    RawSocket(String own, InetSocketAddress node) throws IOException {
        this.socket = new DatagramSocket(0, InetAddress.getByName(own));
        this.node = node;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** The answer to a question. */
    String ask(String question) throws IOException {
        send(question);
        int t = question.lastIndexOf("1:t");
        return await(question.substring(t, question.indexOf("1:", t + 3)));
    }

    /** The first answer with that transaction id. */
    String await(String transaction) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            String datagram = receive(PATIENCE);
            if (datagram.contains(transaction) && !datagram.endsWith("1:y1:qe")) {
                return datagram;
            }
        }
        throw new AssertionError("no answer with " + transaction);
    }

    /** The first question of that method. */
    String awaitQuestion(String method) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            String datagram = receive(PATIENCE);
            if (datagram.contains("e1:q" + string(method) + "1:t4:")) {
                return datagram;
            }
        }
        throw new AssertionError("it did not ask " + method);
    }

    void send(String datagram) throws IOException {
        byte[] bytes = bytes(datagram);
        socket.send(new DatagramPacket(bytes, bytes.length, node));
    }

    /** The next datagram; empty if none comes. */
    String receive(Duration limit) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2_048], 2_048);
        socket.setSoTimeout((int) limit.toMillis());
        try {
            socket.receive(packet);
        } catch (SocketTimeoutException e) {
            return "";
        }
        return raw(Arrays.copyOf(packet.getData(), packet.getLength()));
    }

    @Override
    public void close() {
        socket.close();
    }

    /** So many bytes that follow those. */
    static String field(String datagram, String before, int bytes) {
        int at = datagram.indexOf(before);
        assertThat(at).as("%s in %s", before, datagram).isNotNegative();
        return datagram.substring(at + before.length(), at + before.length() + bytes);
    }

    /** Where a node listens. */
    static InetSocketAddress address(DemoNode node) throws IOException {
        int colon = node.address().lastIndexOf(':');
        return new InetSocketAddress(InetAddress.getByName(node.address().substring(0, colon)),
                Integer.parseInt(node.address().substring(colon + 1)));
    }

    /** Address and port as BEP 5 and BEP 32 write them: 6 or 18 bytes. */
    static String compact(InetSocketAddress address) {
        byte[] bytes = address.getAddress().getAddress();
        return raw(ByteBuffer.allocate(bytes.length + 2).put(bytes).putShort((short) address.getPort()).array());
    }

    static String random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return raw(bytes);
    }

    /** A byte string in bencode. */
    static String string(String raw) {
        return raw.length() + ":" + raw;
    }

    static byte[] bytes(String raw) {
        return raw.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String raw(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
