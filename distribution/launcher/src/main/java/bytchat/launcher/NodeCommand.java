package bytchat.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs one node until it is told to stop. */
@Command(name = "node", mixinStandardHelpOptions = true, versionProvider = Main.Version.class, sortOptions = false,
        description = "Runs one node until it is stopped (Ctrl-C or SIGTERM).")
final class NodeCommand implements Callable<Integer> {
    /** Every feature but the hash, which {@code --hash} chooses. */
    private static final List<String> DEFAULT_FEATURES =
            List.of("core", "routing", "holder", "mailbox-plane", "direct-plane", "shell", "web");
    /** An open network knows nothing of people and their mail: a node in it only routes. */
    private static final String CORE = "core";
    private static final List<String> OPEN_FEATURES = List.of(CORE, "routing", "shell");
    private static final String OPEN_NETWORK = "open";
    /** Each has a feature {@code hash-NAME}, written without the dash; the first is the default. */
    private static final List<String> HASHES = List.of("sha-512", "sha-1");
    private static final String KEY_SPACE_PID = "bytchat.keyspace~default";
    private static final String ACCOUNTS_PID = "bytchat.accounts";
    private static final String WEB_PID = "bytchat.ui.web";
    private static final String WEB_FEATURE = "web";
    private static final String OFF = "off";

    private static final Logger SPI_FLY = Logger.getLogger("org.apache.aries.spifly");

    static final class HashNames extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        HashNames() {
            super(HASHES);
        }
    }

    enum Reachable { auto, yes, no }

    @Spec
    private CommandSpec spec;

    @Option(names = "--data", paramLabel = "DIR", description = "Everything this node keeps (default: ~/.bytchat).")
    private Path data = Path.of(System.getProperty("user.home"), ".bytchat");

    @Option(names = "--listen", paramLabel = "HOST:PORT",
            description = "Address for UDP and TCP; port 0 chooses one on the first start and keeps it"
                    + " (default: 0.0.0.0:0).")
    private String listen;

    @Option(names = "--address", paramLabel = "IP",
            description = "The address that others see this node at, where a router passes the port on to this machine"
                    + " (default: found out by asking others).")
    private String address;

    @Option(names = "--bootstrap", paramLabel = "HOST:PORT", split = ",",
            description = "Nodes to join the network by.")
    private List<String> bootstrap;

    @Option(names = "--hash", paramLabel = "HASH",
            description = "Hash of node ids and user ids: ${COMPLETION-CANDIDATES} (default: sha-512).",
            completionCandidates = HashNames.class)
    private String hash;

    @Option(names = "--network", paramLabel = "NAME",
            description = "Network to belong to; \"open\" speaks plain BEP 5 and only routes, without messages"
                    + " (default: bytchat).")
    private String network;

    @Option(names = "--reachable", paramLabel = "WHEN",
            description = "Whether others can connect to this node: ${COMPLETION-CANDIDATES} (default: auto).")
    private Reachable reachable;

    @Option(names = "--features", paramLabel = "NAME", split = ",",
            description = "Features to run (default: core,hash-<hash>,routing,holder,mailbox-plane,"
                    + "direct-plane,shell,web; without holder, the planes and web on an open network). Without core among"
                    + " them, core and the hash are added.")
    private List<String> features;

    @Option(names = "--web", paramLabel = "HOST:PORT|off",
            description = "Loopback address of the page to chat in, or none; port 0 chooses one on the first start and"
                    + " keeps it (default: 127.0.0.1:0).")
    private String web;

    @Option(names = "--account", paramLabel = "NAME",
            description = "Creates an account of this name unless there is one.")
    private String account;

    @Option(names = "--ready-file", paramLabel = "FILE",
            description = "Written as JSON once the node is Ready: addresses, ports, node id, user id.")
    private Path readyFile;

    @Option(names = "--ready-timeout", paramLabel = "SECONDS",
            description = "Gives up with exit code 6 if the node is not Ready by then; 0 waits (default: 0).")
    private int readyTimeoutSeconds;

    @Override
    public Integer call() throws LaunchException, IOException, InterruptedException {
        if (hash != null && !HASHES.contains(hash)) {
            throw new CommandLine.ParameterException(spec.commandLine(),
                    "--hash wants one of " + String.join(", ", HASHES) + ", not \"" + hash + "\"");
        }
        if (bootstrap != null) {
            for (String node : bootstrap) {
                ListenAddress.requireEndpoint("--bootstrap", node);
            }
        }
        if (web != null && !web.equals(OFF)) {
            ListenAddress.requireLoopback("--web", web);
        }
        if (account != null && features == null && OPEN_NETWORK.equals(network)) {
            throw new CommandLine.ParameterException(spec.commandLine(),
                    "--account needs a network with a name: an open one only routes, and carries no messages");
        }
        Distribution distribution = Distribution.locate();
        try (DataDirectory directory = DataDirectory.open(data)) {
            if (listen != null) {
                ListenAddress.parse(listen).requireFree();
            }
            if (readyFile != null) {
                Files.deleteIfExists(readyFile); // that of an earlier run would say Ready too soon
            }
            configureLogging(distribution, directory.path());
            System.out.println("BytChat node in " + directory.path() + "; stop it with Ctrl-C");
            otherHash(directory.path(), hash).ifPresent(System.out::println);
            return run(distribution, directory, properties());
        }
    }

    /**
     * What somebody should know who starts a data directory with another hash than it ran with last.
     *
     * @param hash as the option says; null if it is not given
     */
    static Optional<String> otherHash(Path data, String hash) throws IOException {
        Path noted = data.resolve("keyspace").resolve("default.hash"); // the key space bundle's, which begins with the name
        if (hash == null || !Files.isRegularFile(noted)) {
            return Optional.empty();
        }
        String last = Files.readString(noted).split(" ", 2)[0];
        return last.equals(hash) ? Optional.empty() : Optional.of("It ran with " + last + " last: with " + hash
                + " its people have other user ids, and reach the contacts who change as well. Contacts, conversations and what waits stay.");
    }

    private static int run(Distribution distribution, DataDirectory directory, Map<String, String> properties)
            throws LaunchException, IOException, InterruptedException {
        NodeFramework node = new NodeFramework(distribution, directory.path(), properties);
        Thread hook = new Thread(() -> {
            // halt, because the exit status of a signal would hide whether everything was closed in order
            Runtime.getRuntime().halt((node.stop() ? ExitCode.OK : ExitCode.STOP_TIMEOUT).code());
        }, "bytchat-stop");
        Runtime.getRuntime().addShutdownHook(hook); // first of all: a signal may come while the node starts
        try {
            node.start();
            node.awaitStop();
        } finally {
            if (!removeHook(hook)) {
                Thread.currentThread().join(); // a signal: the hook ends the process
            }
        }
        LaunchException failure = node.failure().getNow(null);
        if (failure != null) {
            throw failure;
        }
        return ExitCode.OK.code();
    }

    /** Returns the framework properties that carry this command's options to the bundles. */
    Map<String, String> properties() throws LaunchException {
        String chosenHash = hash == null ? HASHES.get(0) : hash;
        List<String> chosenFeatures = features;
        String hashFeature = "hash-" + chosenHash.replace("-", "");
        if (chosenFeatures == null) {
            chosenFeatures = new ArrayList<>(OPEN_NETWORK.equals(network) ? OPEN_FEATURES : DEFAULT_FEATURES);
            chosenFeatures.add(1, hashFeature);
        } else if (chosenFeatures.stream().anyMatch(feature -> !feature.isBlank()) && !chosenFeatures.contains(CORE)) {
            // whatever it is, it needs these
            chosenFeatures = Stream.concat(Stream.of(CORE, hashFeature), chosenFeatures.stream()).distinct().toList();
        }
        if (OFF.equals(web)) {
            chosenFeatures = chosenFeatures.stream().filter(feature -> !feature.equals(WEB_FEATURE)).toList();
        }
        Map<String, Object> keySpace = new LinkedHashMap<>();
        putIfGiven(keySpace, "listen", listen == null ? null : ListenAddress.parse(listen));
        putIfGiven(keySpace, "address", address);
        putIfGiven(keySpace, "hash", hash);
        putIfGiven(keySpace, "network", network);
        putIfGiven(keySpace, "reachable", reachable);
        putIfGiven(keySpace, "bootstrap", bootstrap);
        Map<String, Map<String, Object>> configuration = new LinkedHashMap<>();
        if (!keySpace.isEmpty()) {
            configuration.put(KEY_SPACE_PID, keySpace);
        }
        if (account != null) {
            configuration.put(ACCOUNTS_PID, Map.of("create", account));
        }
        if (web != null && !web.equals(OFF)) {
            configuration.put(WEB_PID, Map.of("listen", web));
        }

        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("bytchat.features", String.join(",", chosenFeatures));
        properties.put("bytchat.features.run", Boolean.toString(features != null));
        properties.put("bytchat.features.without", OFF.equals(web) ? WEB_FEATURE : "");
        properties.put("bytchat.configuration", Json.write(configuration));
        if (readyFile != null) {
            properties.put("bytchat.ready.file", readyFile.toAbsolutePath().toString());
        }
        properties.put("bytchat.ready.timeout_s", Integer.toString(readyTimeoutSeconds));
        return properties;
    }

    private static void putIfGiven(Map<String, Object> properties, String name, Object value) {
        if (value != null) {
            properties.put(name, value instanceof List<?> ? value : value.toString());
        }
    }

    private static void configureLogging(Distribution distribution, Path data) {
        // it reports each provider it finds before logback, which it finds, can be told to keep quiet
        SPI_FLY.setLevel(Level.WARNING);
        // logback runs as a bundle, and system properties are what reaches its configuration file
        System.setProperty("bytchat.data", data.toString());
        if (System.getProperty("logback.configurationFile") == null) {
            Path own = data.resolve("conf").resolve("logback.xml");
            Path file = Files.exists(own) ? own : distribution.defaults().resolve("logback.xml");
            System.setProperty("logback.configurationFile", file.toString());
        }
    }

    private static boolean removeHook(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return false; // the process is being stopped already
        }
    }
}
