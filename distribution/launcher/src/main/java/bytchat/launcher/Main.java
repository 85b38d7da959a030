package bytchat.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program's entry: chooses the command and turns what it says into an exit code. */
@Command(name = "bytchat", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
        description = "A messenger without servers.",
        synopsisSubcommandLabel = "[node|ctl|demo]",
        subcommands = { NodeCommand.class, CtlCommand.class, DemoCommand.class },
        footer = { "", "Without a command it runs a node, with the options of \"node\".", "",
                "Exit codes: 0 done or stopped in order (also by SIGTERM), 1 unexpected error, 2 bad usage,",
                "3 data directory in use or not usable, 4 address in use, 5 bad configuration, 6 could not get ready,",
                "7 no node runs there (ctl), 8 did not stop in time." })
public final class Main {
    private static final String DEFAULT_COMMAND = "node";

    private Main() {
    }

    public static void main(String[] arguments) {
        int code = run(arguments);
        if (code != ExitCode.OK.code()) {
            System.exit(code);
        }
    }

    static int run(String... arguments) {
        CommandLine line = new CommandLine(new Main());
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof LaunchException expected) {
                command.getErr().println("bytchat: " + expected.getMessage());
                return expected.exitCode().code();
            }
            command.getErr().println("bytchat: unexpected error: " + failure);
            return ExitCode.UNEXPECTED.code();
        });
        line.setParameterExceptionHandler((failure, wrong) -> {
            CommandLine command = failure.getCommandLine();
            command.getErr().println("bytchat: " + failure.getMessage() + "; see \""
                    + command.getCommandSpec().qualifiedName() + " --help\"");
            return ExitCode.USAGE.code();
        });
        boolean named = arguments.length > 0 && (line.getSubcommands().containsKey(arguments[0])
                || Arrays.asList("--help", "-h", "--version", "-V").contains(arguments[0]));
        if (named) {
            return line.execute(arguments);
        }
        String[] withCommand = new String[arguments.length + 1];
        withCommand[0] = DEFAULT_COMMAND;
        System.arraycopy(arguments, 0, withCommand, 1, arguments.length);
        return line.execute(withCommand);
    }

    /** Reads the version that the build wrote. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            Properties properties = new Properties();
            try (InputStream in = Main.class.getResourceAsStream("version.properties")) {
                properties.load(in);
            }
            return new String[] { "BytChat " + properties.getProperty("version"),
                    "Java " + Runtime.version() + ", " + System.getProperty("java.vm.name") };
        }
    }
}
