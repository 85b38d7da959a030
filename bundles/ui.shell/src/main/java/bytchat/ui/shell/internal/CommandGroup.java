package bytchat.ui.shell.internal;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Commands with a noun in common; and the help that every command has. */
@Command(synopsisHeading = "Usage: ", sortOptions = false, usageHelpAutoWidth = false, usageHelpWidth = 100)
class CommandGroup {
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Shows this help.")
    boolean help;
}
