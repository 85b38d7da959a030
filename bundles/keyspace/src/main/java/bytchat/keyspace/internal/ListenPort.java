package bytchat.keyspace.internal;

import bytchat.records.AtomicFile;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes "any port" one port that is free for datagrams and links, and the same after a restart, so that those who know
 * this node find it again.
 */
final class ListenPort {
    /**
     * Below the range from which systems serve outgoing connections, which could have taken the port after a restart.
     */
    private static final int PORT_MIN = 20_000;
    private static final int PORT_MAX = 32_767;
    private static final int ATTEMPTS_MAX = 64;

    private static final Logger LOG = LoggerFactory.getLogger(ListenPort.class);

    private ListenPort() {
    }

    /**
     * @param memory the file that remembers the port
     * @throws IOException with a sentence for the operator
     */
    static InetSocketAddress settle(InetAddress host, int port, Path memory, Random random) throws IOException {
        if (port != 0) {
            return new InetSocketAddress(host, port);
        }
        int remembered = remembered(memory);
        if (remembered != 0 && free(host, remembered)) {
            return new InetSocketAddress(host, remembered);
        }
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            int candidate = PORT_MIN + random.nextInt(PORT_MAX - PORT_MIN + 1);
            if (free(host, candidate)) {
                AtomicFile.write(memory, Integer.toString(candidate).getBytes(StandardCharsets.US_ASCII));
                if (remembered != 0) {
                    LOG.warn("Port {} is in use by another program; this node listens on port {} from now on",
                            remembered, candidate);
                }
                return new InetSocketAddress(host, candidate);
            }
        }
        throw new IOException("no free port found on " + host.getHostAddress() + " in " + ATTEMPTS_MAX
                + " attempts: check that this address belongs to this machine, or give listen a port");
    }

    private static int remembered(Path memory) throws IOException {
        try {
            int port = Integer.parseInt(Files.readString(memory, StandardCharsets.US_ASCII).strip());
            return port > 0 && port <= 65_535 ? port : 0;
        } catch (NoSuchFileException absent) {
            return 0;
        } catch (NumberFormatException damaged) {
            LOG.warn("{} does not hold a port; a new one is chosen", memory);
            return 0;
        }
    }

    private static boolean free(InetAddress host, int port) {
        InetSocketAddress address = new InetSocketAddress(host, port);
        try (DatagramSocket datagrams = new DatagramSocket(address); ServerSocket links = new ServerSocket()) {
            links.setReuseAddress(true); // as the transport does: connections that have just ended do not count
            links.bind(address);
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
