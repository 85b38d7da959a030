package bytchat.itests.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ./bytchat demo}: exit code 0 only if every message was shown exactly once. */
@Command(name = "bytchat demo", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Runs a whole network on this machine. Two people meet and talk, switch to the other delivery plane and back;"
                + " one goes offline, two of the nodes that hold his mail are killed, the sender is restarted, and the mail arrives"
                + " when he returns.",
        footer = {"", "Exit codes: 0 every message was shown exactly once; 1 something was lost, shown twice, or not stored; 2 bad usage;",
                "3 the nodes could not be started, so that nothing is known."})
public final class Main implements Callable<Integer> {
    private static final int NODES_MIN = 10;
    private static final int NODES_MAX = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration PATIENCE_WITH_BREAK = Duration.ofSeconds(15);

    /** Ways to make the demo fail. */
    enum Break {
        drop("drop"), duplicate("duplicate"), ackBeforeDisk("ack-before-disk"), forgeReceipt("forge-receipt");

        private final String text;

        Break(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    @Spec
    private CommandSpec spec;

    @Option(names = "--nodes", paramLabel = "N", defaultValue = "10", description = "Nodes, 10 to 64 (default: ${DEFAULT-VALUE}).")
    private int nodes;

    @Option(names = "--hash", paramLabel = "HASH", defaultValue = "sha-512",
            description = "sha-1 or sha-512: the hash of node ids and UIDs (default: ${DEFAULT-VALUE}).")
    private String hash;

    @Option(names = "--stay", description = "Leaves the network running until Ctrl-C, with a page for Alice and one for Bob.")
    private boolean stay;

    @Option(names = "--break", paramLabel = "HOW", converter = BreakConverter.class,
            description = "Makes the nodes misbehave, to show that the demo sees it: drop, duplicate, ack-before-disk or forge-receipt.")
    private Break misbehaviour;

    @Option(names = "--data", paramLabel = "DIR", description = "An empty or new directory for the nodes' data, which is kept"
            + " (default: a temporary one, kept only after a failure).")
    private Path data;

    private volatile boolean ending;
    private volatile boolean keep;

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.setOut(out); // the story has names and pictures that a C locale would not print
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        require(nodes >= NODES_MIN && nodes <= NODES_MAX, "--nodes is " + NODES_MIN + " to " + NODES_MAX);
        require(hash.equals("sha-1") || hash.equals("sha-512"), "--hash is sha-1 or sha-512");
        keep = data != null;
        Path directory = directory();
        Narrator narrator = new Narrator(System.out);
        String features = "core,hash-" + hash.replace("-", "") + ",routing,holder,mailbox-plane,shell";
        Optional<Path> home = Optional.empty();
        Optional<Path> trap = Optional.empty();
        if (misbehaviour != null) {
            trap = Optional.of(directory.resolve("armed"));
            home = Optional.of(BrokenHome.make(directory.resolve("home"), misbehaviour.toString(), trap.get()));
            features += ",broken";
        }
        narrator.plain("BytChat demo: %d nodes, %s%s. Data in %s", nodes, hash, misbehaviour == null ? "" : ", broken: " + misbehaviour, directory);
        Network network = new Network(nodes, directory, script(), List.of("--hash", hash), features, home);
        // however it ends, by Ctrl-C too: no process stays, and no data that nobody asked for
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(network, directory), "end-of-demo"));
        Story story = new Story(network, directory, narrator, misbehaviour == null ? PATIENCE : PATIENCE_WITH_BREAK, trap);
        List<String> complaints = new ArrayList<>();
        try {
            story.tell();
        } catch (DemoFailure | IOException e) {
            awaitEndIfItHasCome();
            complaints.add(e.getMessage());
        }
        if (story.ledger().count() > 0) {
            complaints.addAll(story.complaints());
        }
        awaitEndIfItHasCome();
        keep = data != null || !complaints.isEmpty();
        summarize(narrator, network, story, complaints);
        if (stay && complaints.isEmpty()) {
            try {
                play(narrator, network);
            } catch (DemoFailure e) {
                awaitEndIfItHasCome();
                narrator.plain("  FAILED  %s", e.getMessage());
                return 3;
            }
        }
        return complaints.isEmpty() ? 0 : story.ledger().count() > 0 ? 1 : 3;
    }

    private void end(Network network, Path directory) {
        ending = true;
        network.close();
        if (!keep) {
            try {
                Files.walkFileTree(directory, new Removal());
            } catch (IOException e) {
                System.err.println("bytchat: " + directory + " could not be removed: " + e);
            }
        }
    }

    /** After Ctrl-C nodes fail because they are being ended, which is not worth telling. */
    private void awaitEndIfItHasCome() throws InterruptedException {
        if (ending) {
            Thread.currentThread().join();
        }
    }

    private static void summarize(Narrator narrator, Network network, Story story, List<String> complaints) {
        narrator.plain("%nSummary");
        story.figures().forEach(figure -> narrator.plain("  %s", figure));
        narrator.plain("  %d messages sent; peak memory of the %d nodes now running: %d MiB in all, %d MiB each", story.ledger().count(),
                network.running().size(), network.peakMebibytes(), network.peakMebibytes() / Math.max(1, network.running().size()));
        narrator.plain("  %.1f s in all", narrator.seconds());
        complaints.forEach(complaint -> narrator.plain("  FAILED  %s", complaint.replace("\n", "\n          ")));
        if (complaints.isEmpty()) {
            narrator.plain("  Nothing was lost, nothing was shown twice.");
        }
    }

    private static void play(Narrator narrator, Network network) throws DemoFailure, InterruptedException {
        narrator.plain("%nThe network goes on until Ctrl-C. Two pages to chat in, made while the nodes run (feature install web):");
        narrator.plain("  Alice  %s", page(network.alice()));
        narrator.plain("  Bob    %s", page(network.bob()));
        narrator.plain("Or in another terminal:");
        narrator.plain("  ./bytchat ctl --data %s send Bob \"Are you there?\"", network.alice().data());
        narrator.plain("  ./bytchat ctl --data %s inbox", network.bob().data());
        narrator.plain("  ./bytchat ctl --data %s dht table", network.bystander().data());
        new CountDownLatch(1).await();
    }

    /** Where a node's page is; the other nodes have none, and need none. */
    private static String page(DemoNode node) throws DemoFailure {
        Ctl.run(node, "feature", "install", "web");
        return Ctl.run(node, "page").asJsonObject().getString("address");
    }

    private Path directory() throws IOException {
        if (data == null) {
            return Files.createTempDirectory("bytchat-demo-");
        }
        Files.createDirectories(data);
        try (var entries = Files.list(data)) {
            require(entries.findAny().isEmpty(), "--data " + data + " is not empty: name a new directory");
        }
        return data.toAbsolutePath();
    }

    private String script() {
        String script = System.getProperty("bytchat.script");
        require(script != null, "the demo is started by ./bytchat demo");
        return script;
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    /** Names on the command line have dashes. */
    static final class BreakConverter implements CommandLine.ITypeConverter<Break> {
        @Override
        public Break convert(String text) {
            for (Break one : Break.values()) {
                if (one.toString().equals(text)) {
                    return one;
                }
            }
            throw new CommandLine.TypeConversionException("expected drop, duplicate, ack-before-disk or forge-receipt, not " + text);
        }
    }
}
