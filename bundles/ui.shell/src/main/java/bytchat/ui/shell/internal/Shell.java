package bytchat.ui.shell.internal;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

/**
 * All commands, each defined once, run the same way from the control socket and from Gogo: what it says goes to the
 * caller, and the exit code tells how it went.
 */
public final class Shell {
    /** Exit code: it was done. */
    public static final int DONE = 0;
    /** Exit code: it was not; the error stream has one sentence. */
    public static final int FAILED = 1;
    /** Exit code: the command line is not understood. */
    public static final int USAGE = 2;
    /** Exit code: what was waited for did not come in time. */
    public static final int TIMED_OUT = 4;

    private static final Logger LOG = LoggerFactory.getLogger(Shell.class);
    private static final String JSON_OPTION = "--json";
    private static final List<Class<?>> COMMANDS = List.of(
            StatusCommand.class, IdCommand.class, PageCommand.class, AccountCommands.class, ContactCommands.class,
            SendCommand.class, InboxCommand.class, DhtCommands.class, HoldersCommand.class, TrackerCommands.class,
            MailboxCommands.class, MetaCommands.class, PlaneCommands.class, StoreCommands.class, FeatureCommands.class,
            ConfigCommands.class);

    private final Supplier<Services> services;

    public Shell(Supplier<Services> services) {
        this.services = services;
    }

    /** Names of the commands. */
    public List<String> names() {
        return COMMANDS.stream().map(Shell::name).toList();
    }

    /** Runs one command line to its end. May block. */
    public int run(Invocation invocation) {
        try (Services open = services.get()) {
            Node node = new Node(open);
            CommandLine line = new CommandLine(new Root(), new CommandLine.IFactory() {
                @Override
                public <K> K create(Class<K> type) throws Exception {
                    K made = CommandLine.defaultFactory().create(type);
                    if (made instanceof ShellCommand command) {
                        command.on(node, invocation);
                    }
                    return made;
                }
            });
            wanted(invocation.arguments()).forEach(line::addSubcommand);
            line.setOut(invocation.out()).setErr(invocation.err()).setColorScheme(Help.defaultColorScheme(Ansi.OFF))
                    .setCaseInsensitiveEnumValuesAllowed(true).setExpandAtFiles(false)
                    .setParameterExceptionHandler((failure, arguments) -> misunderstood(failure, invocation))
                    .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, invocation));
            return line.execute(invocation.arguments().toArray(String[]::new));
        } finally {
            invocation.out().flush();
            invocation.err().flush();
        }
    }

    /** A command is asked for by its name: reading the annotations of all the others would cost more than most of them do. */
    private static List<Class<?>> wanted(List<String> arguments) {
        List<Class<?>> named = COMMANDS.stream().filter(type -> arguments.stream().limit(1).anyMatch(name(type)::equals)).toList();
        return named.isEmpty() ? COMMANDS : named;
    }

    private static String name(Class<?> command) {
        return command.getAnnotation(Command.class).name();
    }

    private static int misunderstood(ParameterException failure, Invocation invocation) {
        String command = failure.getCommandLine().getCommandSpec().qualifiedName();
        say(failure.getMessage() + "; \"" + command + " --help\" explains", invocation);
        return USAGE;
    }

    private static int failed(Exception failure, Invocation invocation) {
        if (failure instanceof ShellException || failure instanceof java.io.IOException) {
            say(failure.getMessage(), invocation);
        } else if (failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            say("the node is being stopped", invocation);
        } else {
            LOG.warn("the command {} failed", invocation.arguments().stream().findFirst().orElse(""), failure);
            say("unexpected error (" + failure.getClass().getSimpleName() + "): the node's log has the details",
                    invocation);
        }
        return FAILED;
    }

    private static void say(String sentence, Invocation invocation) {
        invocation.err().println("bytchat: " + sentence);
        if (invocation.arguments().contains(JSON_OPTION)) {
            Printer.json(Map.of("error", sentence), invocation.out());
        }
    }

    /** The list of commands. */
    @Command(name = "bytchat ctl", description = "Commands on a running node.",
            footer = {"", "Every command takes --json and --help.",
                "Exit codes: 0 done, 1 not done, 2 not understood, 4 not in time, 7 no node runs there."})
    static final class Root extends CommandGroup {
    }
}
