package bytchat.ui.shell.internal;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.LookupRequest;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.LookupResult.Effort;
import bytchat.api.routing.NetworkSize;
import bytchat.api.routing.Region;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.routing.RoutingPlane.TableEntry;
import bytchat.api.routing.RoutingPlanes;
import java.net.Inet6Address;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "dht", description = "How nodes find each other.",
        subcommands = {DhtCommands.Lookup.class, DhtCommands.Table.class, DhtCommands.InRegion.class, DhtCommands.Size.class,
            RoutingPlaneCommands.class, MainlineCommands.Put.class, MainlineCommands.Get.class,
            MainlineCommands.Announce.class, MainlineCommands.Peers.class})
final class DhtCommands extends CommandGroup {
    @Command(name = "lookup", description = "Looks for the nodes nearest a key.")
    static final class Lookup extends Target {
        private static final int COUNT_MAX = 64;

        @Parameters(paramLabel = "KEY", description = "In hexadecimal; or a contact, for the key of their UID.")
        private String target;

        @Option(names = "--count", paramLabel = "N", defaultValue = "8",
                description = "How many (default: ${DEFAULT-VALUE}).")
        private int count;

        @Option(names = "--paths", paramLabel = "D", defaultValue = "0",
                description = "Disjoint paths, 1 to 8: a liar on one cannot spoil the others (default: as configured).")
        private int paths;

        @Override
        View run() throws ShellException, InterruptedException {
            if (count < 1 || count > COUNT_MAX) {
                throw new ShellException("--count is 1 to " + COUNT_MAX);
            }
            if (paths < 0 || paths > LookupRequest.PATHS_MAX) {
                throw new ShellException("--paths is 1 to " + LookupRequest.PATHS_MAX);
            }
            KeySpace space = keySpace();
            Key key = uid(target, space);
            RoutingPlane routing = node().need(RoutingPlanes.class, space).active();
            LookupResult result = awaitOnLoop(() -> routing.search(LookupRequest.nodes(key, count).withPaths(paths)).result(),
                    NETWORK_LIMIT);
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("key", key);
            data.put("outcome", result.getClass().getSimpleName().toLowerCase(Locale.ROOT));
            reason(result).ifPresent(reason -> data.put("reason", reason));
            effort(result.effort(), data);
            data.put("nodes", result.nearest().stream().map(contact -> DhtCommands.node(contact, key)).toList());
            return new View.Facts(data);
        }

        private static Optional<String> reason(LookupResult result) {
            if (result instanceof LookupResult.Partial partial) {
                return Optional.of(partial.reason());
            }
            return result instanceof LookupResult.Failed failed ? Optional.of(failed.reason()) : Optional.empty();
        }
    }

    @Command(name = "table", description = "Shows the nodes that this node knows, of both address families, by bucket.")
    static final class Table extends Target {
        @Override
        View run() throws ShellException, InterruptedException {
            KeySpace space = keySpace();
            RoutingPlane routing = node().need(RoutingPlanes.class, space).active();
            LocalNode local = node().need(LocalNode.class, space);
            List<Map<String, Object>> rows = onLoop(() -> routing.table().stream()
                    .sorted(Comparator.comparing(DhtCommands::family).thenComparing(TableEntry::bucket)).map(DhtCommands::row).toList());
            return new View.Table(List.of(View.Column.of("family"), View.Column.of("bucket"), View.Column.prefix("id", 24),
                    View.Column.of("address"),
                    View.Column.of("round_trip_ms"), View.Column.of("heard_s_ago"), View.Column.of("failures")), rows,
                    "no other node is known to " + local.id().shortHex()
                            + "…: give this node one to join by, with --bootstrap HOST:PORT");
        }
    }

    @Command(name = "region", description = "Looks for every node whose id begins with these digits.")
    static final class InRegion extends Target {
        @Parameters(paramLabel = "PREFIX", description = "Hexadecimal digits.")
        private String prefix;

        @Option(names = "--bits", paramLabel = "N", description = "Only so many bits of them (default: all).")
        private Optional<Integer> bits = Optional.empty();

        @Override
        View run() throws ShellException, InterruptedException {
            KeySpace space = keySpace();
            int digits = space.bits() / 4;
            if (!prefix.matches("[0-9a-fA-F]{1," + digits + "}")) {
                throw new ShellException("a prefix is 1 to " + digits + " hexadecimal digits");
            }
            int shared = bits.orElse(4 * prefix.length());
            if (shared < 0 || shared > 4 * prefix.length()) {
                throw new ShellException("--bits is 0 to " + 4 * prefix.length() + ", as many as the digits have");
            }
            Key key = Key.of(Arrays.copyOf(HexFormat.of().parseHex(prefix + (prefix.length() % 2 == 0 ? "" : "0")), space.bits() / 8));
            RoutingPlane routing = node().need(RoutingPlanes.class, space).active();
            Region region = awaitOnLoop(() -> routing.region(key, shared), NETWORK_LIMIT);
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("bits", region.bits());
            data.put("complete", region.complete());
            effort(region.effort(), data);
            data.put("nodes", region.nodes().stream().map(contact -> DhtCommands.node(contact, key)).toList());
            return new View.Facts(data);
        }
    }

    @Command(name = "size", description = "How many nodes the network is likely to have.")
    static final class Size extends Target {
        @Override
        View run() throws ShellException, InterruptedException {
            RoutingPlane routing = node().need(RoutingPlanes.class, keySpace()).active();
            NetworkSize size = onLoop(routing::networkSize).orElseThrow(() -> new ShellException(
                    "too little is known yet to tell: look something up with dht lookup, or wait until others are known"));
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("nodes", Math.round(size.nodes()));
            data.put("low", Math.round(size.low()));
            data.put("high", Math.round(size.high()));
            data.put("samples", size.samples());
            return new View.Facts(data);
        }
    }

    private static void effort(Effort effort, Map<String, Object> data) {
        data.put("queries", effort.queries());
        data.put("answers", effort.answers());
        data.put("hops", effort.hops());
        data.put("duration_ms", effort.durationNanos() / 1_000_000.0);
    }

    private static Map<String, Object> node(Contact contact, Key key) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", contact.id());
        row.put("address", contact.address());
        row.put("prefix_bits", key.commonPrefixBits(contact.id()));
        return row;
    }

    private static String family(TableEntry entry) {
        return entry.contact().address().getAddress() instanceof Inet6Address ? "ipv6" : "ipv4";
    }

    private static Map<String, Object> row(TableEntry entry) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("family", family(entry));
        row.put("bucket", entry.bucket());
        row.put("id", entry.contact().id());
        row.put("address", entry.contact().address());
        row.put("round_trip_ms", entry.roundTripNanos() < 0 ? null
                : Math.round(entry.roundTripNanos() / 10_000.0) / 100.0);
        row.put("heard_s_ago", entry.lastHeardNanos() / 1_000_000_000);
        row.put("failures", entry.failures());
        return row;
    }
}
