package bytchat.launcher;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "ctl", mixinStandardHelpOptions = true, description = "Runs a command on a running node.")
final class CtlCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        return 0;
    }
}
