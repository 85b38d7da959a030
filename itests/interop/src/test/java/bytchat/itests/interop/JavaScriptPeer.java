package bytchat.itests.interop;

import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** npm's {@code bittorrent-dht} as a process, {@code peer.js}. */
final class JavaScriptPeer extends PeerProcess {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Path WORK = Path.of(System.getProperty("interop.work"));
    private static final Path SOURCES = Path.of(System.getProperty("interop.sources"));
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(3);
    /** What npm says when the registry cannot be reached; anything else that goes wrong is a failure of the test. */
    private static final Pattern NO_NETWORK = Pattern.compile(
            "ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|E40[37]|E5\\d\\d");

    private int orders;

    private JavaScriptPeer(List<String> command) throws IOException {
        super(command, WORK);
    }

    /**
     * Brings in the packages of the lock file.
     *
     * @return why that cannot be done here; empty when it is done
     * @throws AssertionError if it fails for another reason than a machine without Node.js or network
     */
    static Optional<String> install() {
        try {
            Files.createDirectories(WORK);
            for (String file : List.of("package.json", "package-lock.json", "peer.js")) {
                Files.copy(SOURCES.resolve(file), WORK.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
            Path log = WORK.resolve("npm.txt");
            int exit;
            try {
                exit = run(log, "npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund");
            } catch (IOException e) {
                return Optional.of("npm cannot be run: install nodejs and npm (" + e.getMessage() + ")");
            }
            String said = Files.readString(log);
            if (exit != 0 && NO_NETWORK.matcher(said).find()) {
                return Optional.of("npm could not download bittorrent-dht: " + said.lines().findFirst().orElse(""));
            }
            if (exit != 0) {
                throw new AssertionError("npm ci failed with exit code " + exit + ":\n" + said);
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while npm ran", e);
        }
    }

    private static int run(Path log, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).directory(WORK.toFile()).redirectErrorStream(true)
                .redirectOutput(log.toFile()).start();
        if (!process.waitFor(INSTALL_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " did not end within " + INSTALL_LIMIT.toSeconds() + " s");
        }
        return process.exitValue();
    }

    /**
     * Joins through one of our nodes, then looks for each target, then pings whom it knows.
     *
     * @param hash as Node.js names it
     */
    static JavaScriptPeer start(String host, String bootstrap, String hash, List<String> targets) throws IOException {
        List<String> command = new ArrayList<>(List.of("node", "peer.js", host, bootstrap, hash));
        command.addAll(targets);
        return new JavaScriptPeer(command);
    }

    /** Gives an order and waits for what comes of it. */
    JsonObject ask(String what, JsonObjectBuilder details) throws IOException, InterruptedException {
        int number = ++orders;
        order(what, details.add("order", number));
        return await(what, event -> event.getInt("order") == number, PATIENCE);
    }
}
