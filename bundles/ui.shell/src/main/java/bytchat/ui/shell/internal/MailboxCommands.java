package bytchat.ui.shell.internal;

import picocli.CommandLine.Command;

@Command(name = "mailbox", description = "Messages that this node holds for others.",
        subcommands = MailboxCommands.Status.class)
final class MailboxCommands extends CommandGroup {
    @Command(name = "status", description = "How much this node holds, and for how many.")
    static final class Status extends ShellCommand {
        @Override
        View run() throws ShellException {
            return StatusCommand.ofParts(node(), "mailbox");
        }
    }
}
