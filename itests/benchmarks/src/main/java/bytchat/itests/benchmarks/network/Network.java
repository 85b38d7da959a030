package bytchat.itests.benchmarks.network;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Networks of routing nodes in one process: the production classes, on real sockets of the loopback interface. */
@Command(name = "network.sh", description = "Measures a network of routing nodes in one process, on the loopback interface.",
        subcommands = {LookupFigures.class, ReadFigures.class, IdleFigures.class, MemoryFigures.class}, mixinStandardHelpOptions = true)
public final class Network {
    private Network() {
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Network()).execute(arguments));
    }
}
