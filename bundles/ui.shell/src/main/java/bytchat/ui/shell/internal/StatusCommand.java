package bytchat.ui.shell.internal;

import bytchat.api.status.NodeHealth;
import bytchat.api.status.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "status", description = "What the node's parts are doing, and why.")
final class StatusCommand extends ShellCommand {
    @Parameters(arity = "0..1", paramLabel = "PART",
            description = "Only parts whose name begins so, with all their figures.")
    private Optional<String> part = Optional.empty();

    @Override
    View run() throws ShellException {
        NodeHealth health = node().need(NodeHealth.class);
        if (part.isPresent()) {
            return ofParts(node(), part.get());
        }
        Status overall = health.overall();
        Map<String, Object> data = row(overall);
        if (!json) {
            List<Map<String, Object>> rows = rows(health, "");
            rows.add(0, with("name", "(all)", overall));
            return new View.Table(COLUMNS, rows, "");
        }
        Map<String, Object> parts = new LinkedHashMap<>();
        health.parts().forEach((name, status) -> parts.put(name, row(status)));
        data.put("parts", parts);
        return new View.Facts(data);
    }

    private static final List<View.Column> COLUMNS =
            List.of(View.Column.of("name"), View.Column.of("state"), new View.Column("WHY", row -> row.get("reason")));

    /** The parts whose name begins so, with every figure. */
    static View ofParts(Node node, String prefix) throws ShellException {
        Map<String, Object> parts = new LinkedHashMap<>();
        for (Map<String, Object> row : rows(node.need(NodeHealth.class), prefix)) {
            parts.put((String) row.remove("name"), row);
        }
        if (parts.isEmpty()) {
            throw new ShellException("no part called " + prefix
                    + " runs here; \"status\" lists them, \"feature list\" says what could");
        }
        return new View.Facts(parts);
    }

    private static List<Map<String, Object>> rows(NodeHealth health, String prefix) {
        List<Map<String, Object>> rows = new ArrayList<>();
        health.parts().forEach((name, status) -> {
            if (name.startsWith(prefix)) {
                rows.add(with("name", name, status));
            }
        });
        return rows;
    }

    private static Map<String, Object> with(String key, Object value, Status status) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put(key, value);
        row.putAll(row(status));
        return row;
    }

    static Map<String, Object> row(Status status) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("state", status.state());
        row.put("reason", status.reason());
        row.put("facts", status.facts());
        return row;
    }
}
