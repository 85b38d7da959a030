package bytchat.ui.shell.internal;

import bytchat.api.ui.PageAddress;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(name = "page", description = {"The address of the page to chat in, to open in a browser on this machine.",
    "It has a secret in it: whoever opens it acts for every account of this node."})
final class PageCommand extends ShellCommand {
    @Override
    View run() throws ShellException {
        String address = node().need(PageAddress.class).address();
        return new View.Done(address, Map.of("address", address));
    }
}
