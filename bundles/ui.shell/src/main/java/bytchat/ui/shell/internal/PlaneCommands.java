package bytchat.ui.shell.internal;

import bytchat.api.plane.Planes;
import bytchat.api.plane.Planes.PlaneInfo;
import bytchat.api.status.NodeHealth;
import bytchat.api.status.Status;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "plane", description = "The ways messages get from device to device: which one sends, and to change it.",
        subcommands = {PlaneCommands.ListAll.class, PlaneCommands.Switch.class, PlaneCommands.Detail.class, PlaneCommands.Why.class})
final class PlaneCommands extends CommandGroup {
    private static final String PART = "planes";

    @Command(name = "list", description = "Lists the delivery planes, the active one first.")
    static final class ListAll extends ShellCommand {
        @Override
        View run() throws ShellException {
            return new View.Table(List.of(View.Column.of("name"), View.Column.of("role"), View.Column.of("state"),
                    View.Column.of("keyspace"), new View.Column("WHY", row -> row.get("reason"))),
                    node().need(Planes.class).list().stream().map(PlaneCommands::row).toList(),
                    "no planes: feature install mailbox-plane");
        }
    }

    @Command(name = "switch", description = "Makes another plane the one that sends, now and after restarts. Nothing is lost; if it"
            + " does not get ready in time, all stays as it is.")
    static final class Switch extends ShellCommand {
        @Parameters(paramLabel = "NAME", description = "mailbox, direct, … (\"plane list\").")
        private String name;

        @Override
        View run() throws ShellException, InterruptedException {
            Planes planes = node().need(Planes.class);
            String before = active(planes).name();
            long begunNanos = System.nanoTime();
            await(planes.switchTo(name), NETWORK_LIMIT);
            long tookMillis = (System.nanoTime() - begunNanos) / 1_000_000;
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("active", name);
            data.put("before", before);
            data.put("took_ms", tookMillis);
            return new View.Done(name.equals(before) ? "the " + name + " plane was active already"
                    : "messages leave by the " + name + " plane now, no longer by the " + before + " plane (" + tookMillis + " ms)", data);
        }
    }

    @Command(name = "status", description = "What the planes are doing, with all figures.")
    static final class Detail extends ShellCommand {
        @Override
        View run() throws ShellException {
            Map<String, Object> data = new LinkedHashMap<>();
            Status status = node().need(NodeHealth.class).parts().get(PART);
            if (status != null) {
                data.put("state", status.state());
                data.put("reason", status.reason());
                data.putAll(status.facts());
            }
            Map<String, Object> planes = new LinkedHashMap<>();
            for (PlaneInfo plane : node().need(Planes.class).list()) {
                Map<String, Object> row = row(plane);
                row.remove("name");
                planes.merge(plane.name(), row, (one, other) -> List.of(one, other));
            }
            data.put("planes", planes);
            return new View.Facts(data);
        }
    }

    @Command(name = "why", description = "Why a plane is what it is: active or not, ready or not.")
    static final class Why extends ShellCommand {
        @Parameters(arity = "0..1", paramLabel = "NAME", description = "One plane (default: all).")
        private Optional<String> name = Optional.empty();

        @Override
        View run() throws ShellException {
            Planes planes = node().need(Planes.class);
            List<PlaneInfo> meant = planes.list().stream().filter(p -> name.isEmpty() || p.name().equals(name.get())).toList();
            if (meant.isEmpty()) {
                throw new ShellException("there is no plane " + name.orElse("") + " here: feature install " + name.orElse("mailbox")
                        + "-plane");
            }
            PlaneInfo active = active(planes);
            String configured = node().all(NodeHealth.class).stream().map(health -> health.parts().get(PART)).filter(Objects::nonNull)
                    .map(status -> String.valueOf(status.facts().getOrDefault("configured", ""))).findFirst().orElse(active.name());
            Map<String, Object> data = new LinkedHashMap<>();
            meant.forEach(plane -> data.merge(plane.name(), why(plane, active, configured), (one, other) -> one + " " + other));
            String sentences = data.values().stream().map(Object::toString).collect(Collectors.joining("\n"));
            return new View.Done(sentences, data);
        }
    }

    private static String why(PlaneInfo plane, PlaneInfo active, String configured) {
        String sender = "the " + active.name() + " plane " + (active.installed() ? "sends" : "should send and is missing");
        String role = switch (plane.role()) {
            case ACTIVE -> configured.equals(plane.name()) ? "sends, because the configuration bytchat.planes names it, and receives"
                    : "sends until the " + configured + " plane, which the configuration bytchat.planes names, can be had, and receives";
            case PREPARING -> "is being made ready to send in place of the " + active.name() + " plane";
            case DRAINING -> "finishes what it was sending, and receives; " + sender;
            case RECEIVING -> "receives what others send by it; " + sender + " (plane switch " + plane.name() + ")";
            case OFF -> plane.installed() ? "is not used; " + sender + " (plane switch " + plane.name() + ")"
                    : "is named by the configuration bytchat.planes and is missing";
        };
        Status status = plane.status();
        return "The " + plane.name() + " plane " + role + ". It is " + status.state().name().toLowerCase(Locale.ROOT)
                + (status.reason().isEmpty() ? "." : ": " + status.reason() + ".");
    }

    /** The one that sends, or should. */
    private static PlaneInfo active(Planes planes) throws ShellException {
        return planes.list().stream().findFirst().orElseThrow(() -> new ShellException("there are no planes: feature install mailbox-plane"));
    }

    private static Map<String, Object> row(PlaneInfo plane) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", plane.name());
        row.put("role", plane.role());
        row.put("state", plane.status().state());
        row.put("keyspace", plane.keySpace());
        row.put("installed", plane.installed());
        row.put("reason", plane.status().reason());
        row.put("facts", plane.status().facts());
        return row;
    }
}
