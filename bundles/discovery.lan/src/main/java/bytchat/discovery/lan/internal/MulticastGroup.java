package bytchat.discovery.lan.internal;

import bytchat.api.env.EventLoop;
import bytchat.api.env.Registration;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A multicast socket, in the interfaces' own networks only (time to live 1), with a thread that waits for what comes. */
final class MulticastGroup implements LanGroup, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MulticastGroup.class);
    private static final int TIME_TO_LIVE_HOPS = 1;
    /** Handed to the event loop in a second; who sends more is not heard. */
    private static final int DATAGRAMS_PER_SECOND_MAX = 64;
    private static final long SECOND_NANOS = 1_000_000_000;

    private final InetSocketAddress group;
    private final List<NetworkInterface> interfaces;
    private final EventLoop loop;
    private final MulticastSocket socket;
    private volatile Receiver receiver = (from, datagram) -> { };

    /** @throws IOException with a sentence, if the group cannot be joined in any of the interfaces */
    MulticastGroup(InetSocketAddress group, List<String> names, EventLoop loop) throws IOException {
        this.group = group;
        this.interfaces = interfaces(names);
        this.loop = loop;
        this.socket = new MulticastSocket(group.getPort());
        try {
            socket.setTimeToLive(TIME_TO_LIVE_HOPS);
            for (NetworkInterface one : interfaces) {
                socket.joinGroup(group, one);
            }
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
        Thread thread = new Thread(this::listen, "bytchat-lan");
        thread.setDaemon(true);
        thread.start();
    }

    private static List<NetworkInterface> interfaces(List<String> names) throws IOException {
        List<NetworkInterface> chosen = NetworkInterface.networkInterfaces().filter(one -> names.isEmpty()
                ? canMulticast(one)
                : names.contains(one.getName())).toList();
        if (chosen.isEmpty()) {
            throw new IOException(names.isEmpty() ? "no network interface is up that can multicast"
                    : "there is no network interface " + String.join(" or ", names));
        }
        return chosen;
    }

    private static boolean canMulticast(NetworkInterface one) {
        try {
            return one.isUp() && one.supportsMulticast() && !one.isLoopback();
        } catch (SocketException e) {
            return false;
        }
    }

    List<String> interfaceNames() {
        return interfaces.stream().map(NetworkInterface::getName).toList();
    }

    @Override
    public void send(byte[] datagram) {
        for (NetworkInterface one : interfaces) {
            try {
                socket.setNetworkInterface(one);
                socket.send(new DatagramPacket(datagram, datagram.length, group));
            } catch (IOException e) {
                LOG.debug("nothing can be sent through {} at the moment: {}", one.getName(), e.getMessage());
            }
        }
    }

    @Override
    public Registration receive(Receiver next) {
        receiver = next;
        return () -> receiver = (from, datagram) -> { };
    }

    private void listen() {
        long secondSinceNanos = System.nanoTime();
        int inSecond = 0;
        byte[] buffer = new byte[Announcement.BYTES_MAX + 1];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                long now = System.nanoTime();
                if (now - secondSinceNanos >= SECOND_NANOS) {
                    secondSinceNanos = now;
                    inSecond = 0;
                }
                if (inSecond++ < DATAGRAMS_PER_SECOND_MAX) {
                    byte[] datagram = Arrays.copyOf(buffer, packet.getLength());
                    loop.execute(() -> receiver.received(packet.getAddress(), datagram));
                }
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    LOG.warn("The local network is no longer listened to: {}", e.getMessage());
                    socket.close();
                }
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
