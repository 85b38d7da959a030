package bytchat.ui.web.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * What the page's server is told.
 *
 * @param listen             loopback address and port, 0 for any
 * @param connectionsMax     connections at once
 * @param streamsMax         event streams at once
 * @param changesPerSecond   requests that change something
 * @param strangersPerSecond requests without a session
 */
public record PageSettings(InetSocketAddress listen, int connectionsMax, int streamsMax, int changesPerSecond, int strangersPerSecond) {
    private static final int PORT_MAX = 65_535;

    /**
     * Parses {@code HOST:PORT}, where HOST is an address of this machine that no other machine reaches.
     *
     * @throws IllegalArgumentException with a sentence, if it is not
     */
    static InetSocketAddress loopback(String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1).strip());
            if (colon > 0 && port >= 0 && port <= PORT_MAX) {
                InetAddress host = InetAddress.getByName(text.substring(0, colon).strip());
                if (!host.isLoopbackAddress()) {
                    throw new IllegalArgumentException("the page is served on this machine only: \"" + text
                            + "\" has to name a loopback address such as 127.0.0.1:8080");
                }
                return new InetSocketAddress(host, port);
            }
        } catch (NumberFormatException | UnknownHostException e) {
            // said below
        }
        throw new IllegalArgumentException("\"" + text + "\" is not an address such as 127.0.0.1:8080");
    }

    static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
