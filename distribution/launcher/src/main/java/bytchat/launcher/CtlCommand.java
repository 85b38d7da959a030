package bytchat.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** A place in the help text: {@link ControlClient} does it, and what follows is for the node to understand. */
@Command(name = "ctl", description = "Runs a command on a running node.")
final class CtlCommand implements Callable<Integer> {
    @Unmatched
    private List<String> words = new ArrayList<>();

    @Override
    public Integer call() {
        return ControlClient.run(words.toArray(String[]::new));
    }
}
