package bytchat.launcher;

import picocli.CommandLine.Command;

/**
 * A place in the help text: the demo starts nodes of its own, so the {@code bytchat} script runs it as a program of its
 * own instead of through the launcher.
 */
@Command(name = "demo", description = "Runs a network of nodes on this machine and sends a message through it.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements java.util.concurrent.Callable<Integer> {
    @Override
    public Integer call() throws LaunchException {
        throw new LaunchException(ExitCode.USAGE, "the demo is started by the script: ./bytchat demo");
    }
}
