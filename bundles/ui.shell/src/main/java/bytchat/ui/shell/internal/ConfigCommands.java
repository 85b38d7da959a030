package bytchat.ui.shell.internal;

import bytchat.api.status.NodeHealth;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.ui.shell.internal.Settings.Property;
import bytchat.ui.shell.internal.Settings.Setting;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "config", description = "How the node is configured: to look at it, and to change it while it runs. Edits outlive restarts.",
        subcommands = {ConfigCommands.ListAll.class, ConfigCommands.Get.class, ConfigCommands.Set.class, ConfigCommands.Reset.class})
final class ConfigCommands extends CommandGroup {
    /** How long a part may take to find its new configuration unusable. */
    private static final long SETTLE_MS = 1_500;
    private static final long LOOK_MS = 50;

    @Command(name = "list", description = "Lists the configurations of all parts.")
    static final class ListAll extends ShellCommand {
        @Override
        View run() throws ShellException, IOException {
            return new View.Table(List.of(View.Column.of("pid"), new View.Column("SET", row -> String.join(", ",
                    ((Map<?, ?>) row.get("set")).entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()).toList())),
                    View.Column.of("what")), node().need(Settings.class).all().stream().map(ListAll::row).toList(), "no configurations");
        }

        private static Map<String, Object> row(Setting setting) {
            Map<String, Object> set = new LinkedHashMap<>();
            setting.properties().stream().filter(Property::set).forEach(property -> set.put(property.name(), shown(property.value())));
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("pid", setting.pid());
            row.put("what", setting.title());
            row.put("set", set);
            return row;
        }
    }

    @Command(name = "get", description = "Shows one configuration, with defaults, types and meanings.")
    static final class Get extends ShellCommand {
        @Parameters(paramLabel = "PID", description = "For example bytchat.keyspace~default (\"config list\").")
        private String pid;

        @Override
        View run() throws ShellException, IOException {
            Setting setting = node().need(Settings.class).of(pid)
                    .orElseThrow(() -> new ShellException("no part has a configuration " + pid + ": \"config list\" shows them"));
            return new View.Table(List.of(View.Column.of("name"), View.Column.of("value"),
                    View.Column.of("set", set -> Boolean.TRUE.equals(set) ? "set" : "default"), View.Column.of("type"),
                    View.Column.of("description")), setting.properties().stream().map(Get::row).toList(), "nothing to configure");
        }

        private static Map<String, Object> row(Property property) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", property.name());
            row.put("value", shown(property.value()));
            row.put("set", property.set());
            row.put("type", property.type());
            row.put("description", property.description());
            return row;
        }
    }

    @Command(name = "set", description = "Changes one property, now and after restarts. If a part cannot work so, all stays as it was.")
    static final class Set extends Edit {
        @Parameters(index = "1", paramLabel = "NAME", description = "The property.")
        private String name;

        @Parameters(index = "2..*", arity = "1..*", paramLabel = "VALUE", description = "Its value, or several.")
        private List<String> values = List.of();

        @Override
        View run() throws ShellException, IOException, InterruptedException {
            Settings settings = node().need(Settings.class);
            edit(settings, () -> settings.set(pid, name, values));
            return done(settings, name);
        }
    }

    @Command(name = "reset", description = "Takes back what was changed while the node ran: features and files count again.")
    static final class Reset extends Edit {
        @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "One property (default: all of them).")
        private Optional<String> name = Optional.empty();

        @Override
        View run() throws ShellException, IOException, InterruptedException {
            Settings settings = node().need(Settings.class);
            edit(settings, () -> settings.reset(pid, name));
            return name.isPresent() ? done(settings, name.get())
                    : new View.Done(pid + " is as features and files say", Map.of("pid", pid));
        }
    }

    /** An edit that is taken back if a part fails by it. */
    abstract static class Edit extends ShellCommand {
        @Parameters(index = "0", paramLabel = "PID", description = "For example bytchat.stores (\"config list\").")
        String pid;

        @FunctionalInterface
        interface Change {
            Optional<Map<String, Object>> make() throws IOException, ShellException;
        }

        final void edit(Settings settings, Change change) throws IOException, ShellException, InterruptedException {
            NodeHealth health = node().need(NodeHealth.class);
            Map<String, Status> earlier = health.parts();
            Optional<Map<String, Object>> before = change.make();
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SETTLE_MS);
            while (System.nanoTime() < until) {
                Optional<Map.Entry<String, Status>> failed = health.parts().entrySet().stream()
                        .filter(part -> part.getValue().state() == State.FAILED)
                        .filter(part -> !earlier.containsKey(part.getKey()) || earlier.get(part.getKey()).state() != State.FAILED).findFirst();
                if (failed.isPresent()) {
                    settings.restore(pid, before);
                    throw new ShellException(failed.get().getKey() + " cannot work so (" + failed.get().getValue().reason()
                            + "): everything is as it was");
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            }
        }

        final View done(Settings settings, String name) throws IOException {
            Object value = settings.of(pid).stream().flatMap(setting -> setting.properties().stream())
                    .filter(property -> property.name().equals(name)).map(Property::value).findFirst().orElse("");
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("pid", pid);
            data.put("name", name);
            data.put("value", shown(value));
            return new View.Done(pid + ": " + name + " = " + shown(value), data);
        }
    }

    private static Object shown(Object value) {
        return value instanceof Object[] array ? Arrays.asList(array) : value;
    }
}
