package bytchat.keyspace.internal;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A key space's configuration, checked.
 *
 * @param listen    port 0 means any
 * @param address   where others see this node, if configured
 * @param bootstrap at most {@link #BOOTSTRAP_MAX}
 */
public record KeySpaceSettings(String name, String hash, Optional<String> network, HostPort listen,
        Optional<InetAddress> address, List<HostPort> bootstrap, Reachable reachable) {
    public static final int BOOTSTRAP_MAX = 64;
    private static final Pattern NETWORK = Pattern.compile("[a-zA-Z0-9._-]{1,32}");
    private static final String OPEN = "open";

    /** Whether others can reach this node, as configured. */
    public enum Reachable {
        AUTO, YES, NO
    }

    /** Without an address that is known beforehand. */
    public KeySpaceSettings(String name, String hash, Optional<String> network, HostPort listen, List<HostPort> bootstrap,
            Reachable reachable) {
        this(name, hash, network, listen, Optional.empty(), bootstrap, reachable);
    }

    /** @throws IllegalArgumentException with a sentence that names the property */
    public static KeySpaceSettings of(String name, KeySpaceConfiguration configuration) {
        List<HostPort> bootstrap = Arrays.stream(configuration.bootstrap())
                .flatMap(entry -> Arrays.stream(entry.split(",")))
                .map(String::strip).filter(entry -> !entry.isEmpty())
                .map(entry -> checked("bootstrap", () -> HostPort.parse(entry, 1))).toList();
        if (bootstrap.size() > BOOTSTRAP_MAX) {
            throw new IllegalArgumentException("bootstrap: " + bootstrap.size() + " addresses, at most " + BOOTSTRAP_MAX
                    + " are allowed");
        }
        bootstrap.forEach(entry -> checked("bootstrap", entry::literal));
        return new KeySpaceSettings(name, configuration.hash().strip().toLowerCase(Locale.ROOT),
                network(configuration.network().strip()),
                checked("listen", () -> HostPort.parse(configuration.listen(), 0)),
                checked("address", () -> address(configuration.address().strip())), bootstrap,
                checked("reachable",
                        () -> Reachable.valueOf(configuration.reachable().strip().toUpperCase(Locale.ROOT))));
    }

    /** Whether this, as configured, is no messaging network. */
    static boolean isOpen(String network) {
        return network.isBlank() || network.strip().equals(OPEN);
    }

    private static Optional<String> network(String network) {
        if (isOpen(network)) {
            return Optional.empty();
        }
        if (!NETWORK.matcher(network).matches()) {
            throw new IllegalArgumentException("network: '" + network + "' is not '" + OPEN
                    + "' or a name of 1 to 32 letters, digits, dots, dashes and underscores");
        }
        return Optional.of(network);
    }

    private static Optional<InetAddress> address(String address) {
        if (address.isEmpty()) {
            return Optional.empty();
        }
        Optional<InetAddress> literal = new HostPort(address, 0).literal();
        if (literal.isEmpty()) {
            throw new IllegalArgumentException("'" + address + "' is not an IP address");
        }
        return literal;
    }

    private static <T> T checked(String property, java.util.function.Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            String why = property.equals("reachable") ? "is not auto, yes or no" : e.getMessage();
            throw new IllegalArgumentException(property + ": " + why);
        }
    }
}
