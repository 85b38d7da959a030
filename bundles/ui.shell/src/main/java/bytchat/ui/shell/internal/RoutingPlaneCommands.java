package bytchat.ui.shell.internal;

import bytchat.api.keyspace.KeySpace;
import bytchat.api.routing.RoutingPlanes;
import bytchat.api.routing.RoutingPlanes.PlaneInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "plane", description = "The ways nodes are found: which one is in use, and to change it.",
        subcommands = {RoutingPlaneCommands.ListAll.class, RoutingPlaneCommands.Switch.class})
final class RoutingPlaneCommands extends CommandGroup {
    @Command(name = "list", description = "Lists the routing planes, the one in use first.")
    static final class ListAll extends Target {
        @Override
        View run() throws ShellException {
            KeySpace space = keySpace();
            return new View.Table(List.of(View.Column.of("name"), View.Column.of("active", used -> used.equals(true) ? "yes" : "no"),
                    View.Column.of("state"), new View.Column("WHY", row -> row.get("reason"))),
                    node().need(RoutingPlanes.class, space).list().stream().map(plane -> row(plane, space)).toList(),
                    "no routing planes: feature install routing");
        }
    }

    @Command(name = "switch", description = "Makes another routing plane the one in use, now and after restarts; if it does not find"
            + " anybody in time, all stays as it is.")
    static final class Switch extends Target {
        @Parameters(paramLabel = "NAME", description = "kademlia, fixed, … (\"dht plane list\").")
        private String name;

        @Override
        View run() throws ShellException, InterruptedException {
            KeySpace space = keySpace();
            RoutingPlanes planes = node().need(RoutingPlanes.class, space);
            String before = planes.list().stream().filter(PlaneInfo::active).map(PlaneInfo::name).findFirst().orElse("none");
            long begunNanos = System.nanoTime();
            await(planes.switchTo(name), NETWORK_LIMIT);
            long tookMillis = (System.nanoTime() - begunNanos) / 1_000_000;
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("active", name);
            data.put("before", before);
            data.put("keyspace", space.name());
            data.put("took_ms", tookMillis);
            return new View.Done(name.equals(before) ? "the key space " + space.name() + " used the routing plane " + name + " already"
                    : "the key space " + space.name() + " finds nodes by the routing plane " + name + " now, no longer by " + before
                            + " (" + tookMillis + " ms)", data);
        }
    }

    private static Map<String, Object> row(PlaneInfo plane, KeySpace space) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", plane.name());
        row.put("active", plane.active());
        row.put("installed", plane.installed());
        row.put("state", plane.status().state());
        row.put("keyspace", space.name());
        row.put("reason", plane.status().reason());
        row.put("facts", plane.status().facts());
        return row;
    }
}
