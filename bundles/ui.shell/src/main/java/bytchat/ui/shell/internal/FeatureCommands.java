package bytchat.ui.shell.internal;

import bytchat.api.features.FeatureInfo;
import bytchat.api.features.FeatureManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(name = "feature", description = "What is turned on and off.", subcommands = FeatureCommands.ListAll.class)
final class FeatureCommands extends CommandGroup {
    @Command(name = "list", description = "Lists the features that this node knows.")
    static final class ListAll extends ShellCommand {
        @Override
        View run() throws ShellException {
            return new View.Table(List.of(View.Column.of("name"), View.Column.of("installed"), View.Column.of("state"),
                    new View.Column("WHAT OR WHY", row -> row.get("reason").equals("") ? row.get("description")
                            : row.get("reason"))),
                    node().need(FeatureManager.class).list().stream().map(ListAll::row).toList(), "no features");
        }

        private static Map<String, Object> row(FeatureInfo feature) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", feature.name());
            row.put("id", feature.id());
            row.put("description", feature.description());
            row.put("installed", feature.installed());
            row.put("state", feature.status().state());
            row.put("reason", feature.status().reason());
            row.put("bundles", feature.bundles());
            return row;
        }
    }
}
