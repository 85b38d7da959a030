package bytchat.keyspace.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Host and port as people write them: {@code 192.0.2.1:4711}, {@code [2001:db8::1]:4711}, {@code a.example:4711}. */
public record HostPort(String host, int port) {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final int PORT_MAX = 65_535;

    /**
     * @throws IllegalArgumentException with a sentence if the text is not HOST:PORT, with a port from {@code portMin}
     */
    public static HostPort parse(String text, int portMin) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon).strip();
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw wrong(text, portMin);
        }
        if (host.isEmpty()) {
            throw wrong(text, portMin);
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1).strip());
            if (port < portMin || port > PORT_MAX) {
                throw wrong(text, portMin);
            }
            return new HostPort(host, port);
        } catch (NumberFormatException e) {
            throw wrong(text, portMin);
        }
    }

    private static IllegalArgumentException wrong(String text, int portMin) {
        return new IllegalArgumentException("'" + text + "' is not HOST:PORT with a port from " + portMin + " to "
                + PORT_MAX + " (an IPv6 address goes into brackets)");
    }

    /** The address, if the host is one already: no name service is asked. */
    public Optional<InetAddress> literal() {
        if (!IPV4.matcher(host).matches() && host.indexOf(':') < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(host));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("'" + host + "' is not an IP address");
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
