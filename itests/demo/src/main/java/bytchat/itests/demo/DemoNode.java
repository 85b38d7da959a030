package bytchat.itests.demo;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One node: a process of its own with its own data, port and identity, started by the script. Other tests use it, too. */
public final class DemoNode {
    private static final Duration READY_LIMIT = Duration.ofSeconds(120);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    private final String name;
    private final Path directory;
    private final String script;
    private final List<String> options;
    private final Optional<Path> home;
    private Process process;
    private boolean ended;
    private JsonObject ready;

    /**
     * @param directory where the node's data, ready file and console output go
     * @param script the path of {@code bytchat}
     * @param options what the node gets besides; 127.0.0.1 and a port of its choice unless they say where to listen
     * @param home the distribution to run, if it is not the one beside the script
     */
    public DemoNode(String name, Path directory, String script, List<String> options, Optional<Path> home) {
        this.name = name;
        this.directory = directory;
        this.script = script;
        this.options = new ArrayList<>(options);
        this.home = home;
    }

    public String name() {
        return name;
    }

    public Path data() {
        return directory.resolve("data");
    }

    /** Adds a node, "host:port", that this one is to join its network by; before it is started. */
    public void joinBy(String address) {
        options.addAll(List.of("--bootstrap", address));
    }

    /** Starts the process and returns at once. */
    public synchronized void start() throws IOException {
        if (ended) {
            throw new IOException(name + " is not started: the end has come");
        }
        Files.createDirectories(directory);
        Files.deleteIfExists(readyFile());
        List<String> command = new ArrayList<>(List.of(script, "node", "--data", data().toString(),
                "--ready-file", readyFile().toString()));
        if (!options.contains("--listen")) {
            command.addAll(List.of("--listen", "127.0.0.1:0"));
        }
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command);
        // the script has built before the demo began; a source saved meanwhile must not rebuild under running nodes
        builder.environment().put("BYTCHAT_BUILD", "no");
        home.ifPresent(directory -> builder.environment().put("BYTCHAT_HOME", directory.toString()));
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("console.txt").toFile()));
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        process = builder.start();
    }

    /** @throws DemoFailure with what it printed, if it ends or is not ready in time */
    public void awaitReady() throws DemoFailure, IOException, InterruptedException {
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        while (!Files.exists(readyFile())) {
            if (!process.isAlive()) {
                throw new DemoFailure(name + " ended with exit code " + process.exitValue() + " before it was ready:\n" + console());
            }
            if (System.nanoTime() > deadline) {
                throw new DemoFailure(name + " was not ready within " + READY_LIMIT.toSeconds() + " s:\n" + console());
            }
            Thread.sleep(50);
        }
        try (JsonReader reader = Json.createReader(Files.newInputStream(readyFile()))) {
            ready = reader.readObject();
        }
    }

    /** SIGTERM, as an operator would. */
    public void stop() throws DemoFailure, InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new DemoFailure(name + " did not stop within " + STOP_LIMIT.toSeconds() + " s of SIGTERM");
        }
        if (process.exitValue() != 0) {
            throw new DemoFailure(name + " stopped with exit code " + process.exitValue() + " instead of 0");
        }
    }

    /** SIGKILL: no chance to tidy up. */
    public void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    /** SIGKILL, and no start after it; from any thread. */
    public synchronized void end() throws InterruptedException {
        ended = true;
        kill();
    }

    public boolean running() {
        return process != null && process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    public String nodeId() {
        return keySpace().getString("node_id");
    }

    public String address() {
        return keySpace().getString("listen");
    }

    /** Resident memory in kilobytes as the kernel counts it, 0 where there is no /proc. */
    public long residentKilobytes(String field) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status"))) {
                if (line.startsWith(field + ":")) {
                    return Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (IOException e) {
            return 0; // not Linux, or just ended
        }
        return 0;
    }

    private JsonObject keySpace() {
        return ready.getJsonArray("key_spaces").getJsonObject(0);
    }

    private Path readyFile() {
        return directory.resolve("ready.json");
    }

    private String console() throws IOException {
        Path file = directory.resolve("console.txt");
        return Files.exists(file) ? Files.readString(file).strip() : "(it printed nothing)";
    }
}
