package bytchat.ui.shell.internal;

import bytchat.api.features.FeatureDetails;
import bytchat.api.features.FeatureException;
import bytchat.api.features.FeatureInfo;
import bytchat.api.features.FeatureManager;
import bytchat.api.status.State;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "feature", description = "What is turned on and off.",
        subcommands = {FeatureCommands.ListAll.class, FeatureCommands.Info.class,
    FeatureCommands.Install.class, FeatureCommands.Remove.class, FeatureCommands.Why.class})
final class FeatureCommands extends CommandGroup {
    private static final Logger LOG = LoggerFactory.getLogger(FeatureCommands.class);
    private static final String FILE_SUFFIX = ".json";

    @Command(name = "list", description = "Lists the features that this node knows.")
    static final class ListAll extends ShellCommand {
        @Override
        View run() throws ShellException {
            return new View.Table(List.of(View.Column.of("name"), View.Column.of("installed"), View.Column.of("state"),
                    new View.Column("WHAT OR WHY", row -> row.get("reason").equals("") ? row.get("description")
                            : row.get("reason"))),
                    node().need(FeatureManager.class).list().stream().map(FeatureCommands::row).toList(),
                            "no features");
        }
    }

    @Command(name = "info", description = "Shows what a feature consists of.")
    static final class Info extends ShellCommand {
        @Parameters(paramLabel = "NAME", description = "As \"feature list\" has it.")
        private String name;

        @Override
        View run() throws ShellException {
            FeatureDetails details = details(this, name);
            Map<String, Object> facts = row(details.feature());
            facts.put("asked", details.asked());
            facts.put("source", details.source());
            facts.put("configurations", details.configurations());
            facts.put("bundles", details.bundles().stream().map(bundle -> {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("name", bundle.symbolicName());
                row.put("version", bundle.version());
                row.put("state", bundle.state());
                row.put("shared_with", bundle.sharedWith());
                return row;
            }).toList());
            return new View.Facts(facts);
        }
    }

    @Command(name = "install",
            description = "Turns a feature on, now and after restarts; a file of an installed one's name replaces it.")
    static final class Install extends ShellCommand {
        @Parameters(paramLabel = "NAME-or-FILE",
                description = "As \"feature list\" has it, or a feature file (*.json).")
        private String what;

        @Override
        View run() throws ShellException, InterruptedException {
            FeatureManager features = node().need(FeatureManager.class);
            boolean isFile = what.endsWith(FILE_SUFFIX) || what.indexOf('/') >= 0;
            FeatureInfo installed = await(isFile ? features.install(invocation().directory().resolve(what))
                    : features.install(what), NETWORK_LIMIT);
            String how = installed.status().state() == State.READY ? "it is ready"
                    : installed.status().state().name().toLowerCase(java.util.Locale.ROOT) + ": "
                    + installed.status().reason();
            return new View.Done("installed " + installed.name() + ", " + how, row(installed));
        }
    }

    @Command(name = "remove",
            description = "Turns a feature off, now and after restarts, unless that would cut off something in use.")
    static final class Remove extends ShellCommand {
        @Parameters(paramLabel = "NAME", description = "As \"feature list\" has it.")
        private String name;

        @Option(names = "--force", description = "Even if it cuts off something in use.")
        private boolean force;

        @Override
        View run() throws ShellException, InterruptedException {
            FeatureManager features = node().need(FeatureManager.class);
            FeatureDetails details = details(this, name);
            if (force && details.cutOff().stream().anyMatch(sentence -> sentence.contains(ShellComponent.PART))) {
                // the answer first: what carries it goes with the feature
                invocation().afterwards().accept(() -> features.remove(name, true).whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.warn("{}", failure.getMessage());
                    }
                }));
                return new View.Done("removing " + name
                        + " after this answer, and with it the way to give commands here", row(details.feature()));
            }
            return new View.Done("removed " + name, row(await(features.remove(name, force), NETWORK_LIMIT)));
        }
    }

    @Command(name = "why",
            description = "Why a feature is there or not, how its parts are, and what its removal would cut off.")
    static final class Why extends ShellCommand {
        @Parameters(paramLabel = "NAME", description = "As \"feature list\" has it.")
        private String name;

        @Override
        View run() throws ShellException {
            FeatureDetails details = details(this, name);
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("name", name);
            facts.put("installed", details.feature().installed());
            facts.put("asked", details.asked());
            facts.put("state", details.feature().status().state());
            facts.put("reason", details.feature().status().reason());
            Map<String, Object> parts = new LinkedHashMap<>();
            details.parts().forEach((part, status) -> parts.put(part,
                    status.state().name().toLowerCase(java.util.Locale.ROOT)
                    + (status.reason().isEmpty() ? "" : ": " + status.reason())));
            facts.put("parts", parts);
            facts.put("removing_it_would_cut_off", details.cutOff().stream().map(what -> Map.of("what", what))
                    .toList());
            return new View.Facts(facts);
        }
    }

    private static FeatureDetails details(ShellCommand command, String name) throws ShellException {
        try {
            return command.node().need(FeatureManager.class).details(name);
        } catch (FeatureException e) {
            throw new ShellException(e.getMessage());
        }
    }

    /** What was refused, and why, a line for each reason. */
    static ShellException explain(FeatureException failure) {
        return new ShellException(failure.cutOff().isEmpty() ? failure.getMessage()
                : failure.getMessage() + ":\n  " + String.join("\n  ", failure.cutOff())
                + "\n  \"--force\" removes it all the same");
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
