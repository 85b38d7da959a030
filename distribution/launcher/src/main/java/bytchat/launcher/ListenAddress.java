package bytchat.launcher;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the node listens: one port number for UDP and TCP alike, because a peer learns one port and uses it for both.
 *
 * @param host an address of this machine, or a wildcard
 * @param port 1 to 65535, or 0 to let the key space choose one, which it keeps over restarts
 */
public record ListenAddress(String host, int port) {
    private static final int PORT_MAX = 65_535;
    private static final Pattern LOCAL = Pattern.compile("(?<host>[^\\s:\\[\\]]+|\\[[0-9a-fA-F:.]+]):(?<port>[0-9]{1,5})");
    private static final Pattern ENDPOINT = Pattern
            .compile("([^\\s:\\[\\]]+|\\[[0-9a-fA-F:.]+]):(?<port>[1-9][0-9]{0,4})");

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
     * Makes sure that an option's value can be the address of another node: {@code HOST:PORT} or {@code [IPV6]:PORT}.
     *
     * @throws LaunchException with {@link ExitCode#USAGE} if not
     */
    static void requireEndpoint(String option, String text) throws LaunchException {
        Matcher matcher = ENDPOINT.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group("port")) > PORT_MAX) {
            throw new LaunchException(ExitCode.USAGE, option + " wants HOST:PORT with a port from 1 to " + PORT_MAX
                    + " (an IPv6 address goes into brackets), not \"" + text + "\"");
        }
    }

    /**
     * Makes sure that an option's value is {@code HOST:PORT} where HOST is an address that only this machine reaches; port 0 is fine.
     *
     * @throws LaunchException with {@link ExitCode#USAGE} if not
     */
    static void requireLoopback(String option, String text) throws LaunchException {
        Matcher matcher = LOCAL.matcher(text);
        if (matcher.matches() && Integer.parseInt(matcher.group("port")) <= PORT_MAX) {
            try {
                if (InetAddress.getByName(matcher.group("host")).isLoopbackAddress()) {
                    return;
                }
            } catch (UnknownHostException e) {
                // falls through: a name that nobody knows is no address of this machine
            }
        }
        throw new LaunchException(ExitCode.USAGE, option + " wants HOST:PORT with a loopback address, such as"
                + " 127.0.0.1:8080, or off, not \"" + text + "\"");
    }

    /**
     * Makes sure, before anything is started, that the port is free for UDP and TCP at this moment.
     *
     * @throws LaunchException with {@link ExitCode#ADDRESS_IN_USE} if the port is taken, {@link ExitCode#USAGE} if the
     *         host is not an address of this machine
     */
    public void requireFree() throws LaunchException {
        InetSocketAddress address = new InetSocketAddress(resolve(), port);
        String taken = null;
        if (!datagramPortFree(address)) {
            taken = "UDP";
        } else if (!streamPortFree(address)) {
            taken = "TCP";
        }
        if (taken != null) {
            throw new LaunchException(ExitCode.ADDRESS_IN_USE, taken + " port " + port + " of " + host
                    + " is taken; choose another with --listen HOST:PORT, or stop the program that has it");
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
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
