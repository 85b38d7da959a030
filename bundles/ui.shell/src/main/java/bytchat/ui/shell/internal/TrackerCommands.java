package bytchat.ui.shell.internal;

import bytchat.api.keyspace.KeySpace;
import bytchat.api.presence.Presence;
import bytchat.api.presence.Presence.Sighting;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "tracker", description = "Where devices are.",
        subcommands = {TrackerCommands.Status.class, TrackerCommands.Find.class})
final class TrackerCommands extends CommandGroup {
    @Command(name = "status", description = "What this node's tracker lists for others.")
    static final class Status extends ShellCommand {
        @Override
        View run() throws ShellException {
            return StatusCommand.ofParts(node(), "tracker");
        }
    }

    @Command(name = "find", description = "Asks the trackers of a user where their devices are.")
    static final class Find extends Target {
        @Parameters(paramLabel = "USER", description = "UID in hexadecimal, or a contact.")
        private String user;

        @Override
        View run() throws ShellException, InterruptedException {
            KeySpace space = keySpace();
            Presence presence = node().need(Presence.class, space);
            List<Sighting> sightings = await(presence.find(uid(user, space)), NETWORK_LIMIT);
            return new View.Table(List.of(View.Column.prefix("device", 16), View.Column.of("address"),
                    View.Column.of("reachable"),
                    View.Column.of("trackers")), sightings.stream().map(Find::row).toList(),
                            "no tracker knows a device of theirs");
        }

        private static Map<String, Object> row(Sighting sighting) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("device", HexFormat.of().formatHex(sighting.deviceId()));
            row.put("node_key", HexFormat.of().formatHex(sighting.nodeKey()));
            row.put("address", sighting.endpoint());
            row.put("reachable", sighting.reachable());
            row.put("trackers", sighting.trackers());
            return row;
        }
    }
}
