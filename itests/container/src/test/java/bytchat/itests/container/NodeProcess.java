package bytchat.itests.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The assembled node as a process of its own, as the script starts it. */
final class NodeProcess implements AutoCloseable {
    private static final long EXIT_PATIENCE_S = 40;

    private final Process process;
    private final Path output;

    private NodeProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts {@code bytchat ARGUMENTS}; what it prints goes to a file. */
    static NodeProcess start(Path directory, String... arguments) throws IOException {
        Path home = ContainerExtension.distribution().home();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + home.resolve("etc/jvm.options"), "-Duser.home=" + directory,
                "-cp", home.resolve("lib") + "/*", "bytchat.launcher.Main"));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(directory, "output-", ".txt");
        return new NodeProcess(new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(output.toFile()).start(), output);
    }

    long pid() {
        return process.pid();
    }

    String output() throws IOException {
        return Files.readString(output);
    }

    /** Waits for a file to appear while the process runs. */
    void awaitFile(Path file, Duration patience) throws Exception {
        Await.until(file + "; output so far: " + output(), patience, () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("exit " + process.exitValue() + ": " + output());
            }
            return Files.exists(file);
        });
    }

    /** Sends SIGTERM. */
    NodeProcess terminate() {
        process.destroy();
        return this;
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(EXIT_PATIENCE_S, TimeUnit.SECONDS)) {
            throw new AssertionError("process " + process.pid() + " does not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
