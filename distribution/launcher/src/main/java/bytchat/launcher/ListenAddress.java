package bytchat.launcher;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the node listens: one port number for UDP and TCP alike, because a peer learns one port and uses it for both.
 *
 * <p>Port 0 means "choose one on the first start and keep it": peers remember a node by its address, so a port that
 * changed with every start would cost the node its place in their tables.
 *
 * @param host an address of this machine, or a wildcard
 * @param port 1 to 65535
 */
public record ListenAddress(String host, int port) {
    private static final int PORT_MAX = 65_535;
    private static final int CHOOSE_ATTEMPTS_MAX = 64;

    /**
     * Parses {@code HOST:PORT}, {@code [IPV6]:PORT}, {@code :PORT} or {@code PORT}.
     *
     * @throws LaunchException with {@link ExitCode#USAGE} if it is none of these
     */
    public static ListenAddress parse(String text) throws LaunchException {
        int colon = text.lastIndexOf(':');
        String host = colon <= 0 ? "0.0.0.0" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port >= 0 && port <= PORT_MAX) {
                return new ListenAddress(host, port);
            }
        } catch (NumberFormatException e) {
            // falls through to the one message that covers both
        }
        throw new LaunchException(ExitCode.USAGE, "--listen wants HOST:PORT with a port from 0 (choose one) to "
                + PORT_MAX + ", not \"" + text + "\"");
    }

    /**
     * Returns this address with a port that is free for UDP and TCP at this moment. A port of 0 is replaced by the one
     * in {@code portFile}, or on the first start by a chosen one, which is written there.
     *
     * @throws LaunchException with {@link ExitCode#ADDRESS_IN_USE} if the port is taken, {@link ExitCode#USAGE} if the
     *         host is not an address of this machine
     */
    public ListenAddress settle(Path portFile) throws LaunchException, IOException {
        if (port != 0) {
            requireFree(this, "choose another with --listen HOST:PORT, or stop the program that has it");
            return this;
        }
        if (Files.exists(portFile)) {
            ListenAddress kept = parse(host + ":" + Files.readString(portFile).trim());
            requireFree(kept, "it was chosen on this node's first start; stop the program that has it, or give this"
                    + " node another with --listen HOST:PORT");
            return kept;
        }
        ListenAddress chosen = choose();
        Files.writeString(portFile, chosen.port + System.lineSeparator());
        return chosen;
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    private ListenAddress choose() throws LaunchException, IOException {
        InetAddress address = resolve();
        for (int attempt = 0; attempt < CHOOSE_ATTEMPTS_MAX; attempt++) {
            try (ServerSocket tcp = new ServerSocket(0, 1, address)) {
                if (datagramPortFree(new InetSocketAddress(address, tcp.getLocalPort()))) {
                    return new ListenAddress(host, tcp.getLocalPort());
                }
            }
        }
        throw new LaunchException(ExitCode.ADDRESS_IN_USE, "no port of " + host
                + " was free for both UDP and TCP; name one with --listen HOST:PORT");
    }

    private static void requireFree(ListenAddress wanted, String advice) throws LaunchException {
        InetSocketAddress address = new InetSocketAddress(wanted.resolve(), wanted.port);
        String taken = null;
        if (!datagramPortFree(address)) {
            taken = "UDP";
        } else if (!streamPortFree(address)) {
            taken = "TCP";
        }
        if (taken != null) {
            throw new LaunchException(ExitCode.ADDRESS_IN_USE,
                    taken + " port " + wanted.port + " of " + wanted.host + " is taken; " + advice);
        }
    }

    private InetAddress resolve() throws LaunchException {
        try {
            InetAddress address = InetAddress.getByName(host);
            try (DatagramSocket probe = new DatagramSocket(0, address)) {
                return address;
            }
        } catch (UnknownHostException | SocketException e) {
            throw new LaunchException(ExitCode.USAGE,
                    "--listen: " + host + " is not an address of this machine (" + e.getMessage() + ")", e);
        }
    }

    private static boolean datagramPortFree(InetSocketAddress address) {
        try (DatagramSocket socket = new DatagramSocket(null)) {
            socket.bind(address);
            return true;
        } catch (SocketException e) {
            return false;
        }
    }

    private static boolean streamPortFree(InetSocketAddress address) {
        try (ServerSocket socket = new ServerSocket()) {
            // without this, connections of a node that has just stopped would keep its successor from starting
            socket.setReuseAddress(true);
            socket.bind(address, 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
