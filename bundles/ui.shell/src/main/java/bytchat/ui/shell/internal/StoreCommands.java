package bytchat.ui.shell.internal;

import bytchat.api.store.Stores;
import bytchat.api.store.Stores.Kind;
import bytchat.api.store.Stores.Moved;
import bytchat.api.store.Stores.StoreInfo;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "store", description = "Where this node keeps what it keeps, and to move that elsewhere.",
        subcommands = {StoreCommands.ListAll.class, StoreCommands.Switch.class, StoreCommands.Stats.class})
final class StoreCommands extends CommandGroup {
    @Command(name = "list", description = "Lists the stores of each kind, the active one first.")
    static final class ListAll extends ShellCommand {
        @Override
        View run() throws ShellException {
            return new View.Table(List.of(View.Column.of("kind"), View.Column.of("store"),
                    View.Column.of("active", active -> Boolean.TRUE.equals(active) ? "yes" : "no"),
                    View.Column.of("durable", StoreCommands::durable), View.Column.of("state"),
                    new View.Column("WHY", row -> row.get("reason"))),
                    node().need(Stores.class).list().stream().map(StoreCommands::row).toList(), "no stores");
        }
    }

    @Command(name = "switch", description = "Moves all records of a kind to another store while the node serves, and empties the earlier one."
            + " If it cannot be done, all stays as it is.")
    static final class Switch extends ShellCommand {
        private static final Duration MOVE_LIMIT = Duration.ofMinutes(30);

        @Parameters(paramLabel = "KIND", description = "tracker, mailbox, meta or chat.")
        private Kind kind;

        @Parameters(paramLabel = "NAME", description = "xodus, memory, … (\"store list\").")
        private String name;

        @Option(names = "--yes", description = "Also to a store that keeps nothing when the node stops.")
        private boolean yes;

        @Override
        View run() throws ShellException, InterruptedException {
            Stores stores = node().need(Stores.class);
            boolean forgets = stores.list().stream()
                    .anyMatch(store -> store.kind() == kind && store.name().equals(name) && !store.active() && !store.durable());
            if (forgets && !yes) {
                throw new ShellException("the store " + name + " keeps nothing when the node stops: " + lost()
                        + " would be gone then; say --yes if that is what you want");
            }
            Moved moved = await(stores.switchTo(kind, name), MOVE_LIMIT);
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("kind", StoreCommands.name(kind));
            data.put("from", moved.from());
            data.put("to", moved.to());
            data.put("items", moved.items());
            data.put("took_ms", moved.took().toMillis());
            data.put("held_ms", moved.held().toMillis());
            String sentence = moved.from().equals(moved.to())
                    ? "the " + StoreCommands.name(kind) + " store is " + name + " already"
                    : moved.items() + (moved.items() == 1 ? " item of the " : " items of the ") + StoreCommands.name(kind)
                            + " moved from " + moved.from() + " to " + moved.to() + " in "
                            + moved.took().toMillis() + " ms; writes waited " + moved.held().toMillis() + " ms";
            return new View.Done(sentence, data);
        }

        private String lost() {
            return switch (kind) {
                case TRACKER -> "where others' devices are, which they announce again within 15 minutes,";
                case MAILBOX -> "the mail that waits here for others";
                case META -> "the meta that is kept here for others";
                case CHAT -> "every contact, session and message of this node's accounts";
            };
        }
    }

    @Command(name = "stats", description = "How much lies in the active stores.")
    static final class Stats extends ShellCommand {
        @Override
        View run() throws ShellException {
            Map<String, Object> data = new LinkedHashMap<>();
            node().need(Stores.class).list().stream().filter(StoreInfo::active)
                    .forEach(store -> data.put(StoreCommands.name(store.kind()), store.status().facts()));
            return new View.Facts(data);
        }
    }

    private static Map<String, Object> row(StoreInfo store) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("kind", name(store.kind()));
        row.put("store", store.name());
        row.put("active", store.active());
        row.put("installed", store.installed());
        row.put("durable", store.installed() ? store.durable() : null); // one that is not there cannot say
        row.put("state", store.status().state());
        row.put("reason", store.status().reason());
        return row;
    }

    private static String durable(Object known) {
        return known == null ? "?" : known.equals(true) ? "yes" : "no";
    }

    private static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
