package bytchat.ui.shell.internal;

import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.RoutingPlane;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "dht", description = "How nodes find each other.",
        subcommands = {DhtCommands.Lookup.class, DhtCommands.Table.class})
final class DhtCommands extends CommandGroup {
    @Command(name = "lookup", description = "Looks for the nodes nearest a key.")
    static final class Lookup extends Target {
        @Parameters(paramLabel = "KEY", description = "In hexadecimal; or a contact, for the key of their UID.")
        private String target;

        @Option(names = "--count", paramLabel = "N", defaultValue = "8",
                description = "How many (default: ${DEFAULT-VALUE}).")
        private int count;

        @Override
        View run() throws ShellException, InterruptedException {
            if (count < 1 || count > 64) {
                throw new ShellException("--count is 1 to 64");
            }
            KeySpace space = keySpace();
            Key key = uid(target, space);
            RoutingPlane routing = node().need(RoutingPlane.class, space);
            LookupResult result = awaitOnLoop(() -> routing.lookup(key, count), NETWORK_LIMIT);
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("key", key);
            data.put("outcome", result.getClass().getSimpleName().toLowerCase(Locale.ROOT));
            if (result instanceof LookupResult.Partial partial) {
                data.put("reason", partial.reason());
            } else if (result instanceof LookupResult.Failed failed) {
                data.put("reason", failed.reason());
            }
            data.put("queries", result.effort().queries());
            data.put("answers", result.effort().answers());
            data.put("hops", result.effort().hops());
            data.put("duration_ms", result.effort().durationNanos() / 1_000_000.0);
            data.put("nodes", result.nearest().stream().map(contact -> {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("id", contact.id());
                row.put("address", contact.address());
                row.put("prefix_bits", key.commonPrefixBits(contact.id()));
                return row;
            }).toList());
            return new View.Facts(data);
        }
    }

    @Command(name = "table", description = "Shows the nodes that this node knows.")
    static final class Table extends Target {
        @Override
        View run() throws ShellException, InterruptedException {
            KeySpace space = keySpace();
            RoutingPlane routing = node().need(RoutingPlane.class, space);
            LocalNode local = node().need(LocalNode.class, space);
            List<Map<String, Object>> rows = onLoop(() -> routing.table().stream().map(DhtCommands::row).toList());
            return new View.Table(List.of(View.Column.of("bucket"), View.Column.prefix("id", 24),
                    View.Column.of("address"),
                    View.Column.of("round_trip_ms"), View.Column.of("heard_s_ago"), View.Column.of("failures")), rows,
                    "no other node is known to " + local.id().shortHex()
                            + "…: give this node one to join by, with --bootstrap HOST:PORT");
        }
    }

    private static Map<String, Object> row(RoutingPlane.TableEntry entry) {
        Map<String, Object> row = new LinkedHashMap<>();
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
