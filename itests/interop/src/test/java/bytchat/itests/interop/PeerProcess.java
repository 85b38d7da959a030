package bytchat.itests.interop;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Somebody else's node as a process: what it sees comes as a JSON object a line, what it is to do goes to it in the same way. */
class PeerProcess implements AutoCloseable {
    private static final Duration EXIT_LIMIT = Duration.ofSeconds(10);

    private final Process process;
    private final List<JsonObject> events = new CopyOnWriteArrayList<>();
    private final Thread reader;
    private final Writer orders;

    PeerProcess(List<String> command, Path directory) throws IOException {
        process = new ProcessBuilder(command).directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        orders = process.outputWriter(StandardCharsets.UTF_8);
        reader = new Thread(this::read, command.get(0));
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                try (JsonReader json = Json.createReader(new StringReader(line))) {
                    events.add(json.readObject());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives an order. */
    void order(String what, JsonObjectBuilder details) throws IOException {
        orders.write(details.add("do", what).build() + "\n");
        orders.flush();
    }

    /** How many events there are so far: what comes later has {@link #since}. */
    int eventCount() {
        return events.size();
    }

    /** All events of a kind so far. */
    List<JsonObject> events(String kind) {
        return since(0, kind);
    }

    private List<JsonObject> since(int first, String kind) {
        return events.stream().skip(first).filter(event -> event.getString("event").equals(kind)).toList();
    }

    /** The first event of a kind that fits. */
    JsonObject await(String kind, Predicate<JsonObject> fits, Duration patience) throws InterruptedException {
        return await(0, kind, fits, patience);
    }

    /** The first event of a kind that fits, after so many events. */
    JsonObject await(int first, String kind, Predicate<JsonObject> fits, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < deadline) {
            for (JsonObject event : since(first, kind)) {
                if (fits.test(event)) {
                    return event;
                }
            }
            if (!process.isAlive() && !reader.isAlive()) {
                throw new AssertionError("the client ended with exit code " + process.exitValue() + " after " + events);
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no such " + kind + " within " + patience.toSeconds() + " s; the client saw " + events);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        orders.close();
        if (!process.waitFor(EXIT_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the client did not end with its input");
        }
    }
}
