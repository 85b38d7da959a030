package bytchat.itests.demo;

import bytchat.launcher.ControlClient;
import jakarta.json.Json;
import jakarta.json.JsonReader;
import jakarta.json.JsonStructure;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Drives a node the way a script would: the client of {@code ./bytchat ctl}, in this process to save a JVM per command. */
public final class Ctl {
    /** What a command brought. */
    public record Result(int exitCode, String out, String err) {
        public JsonStructure json() throws DemoFailure {
            try (JsonReader reader = Json.createReader(new StringReader(out))) {
                return reader.read();
            } catch (jakarta.json.JsonException e) {
                throw new DemoFailure("a command answered something else than JSON: " + out + err);
            }
        }
    }

    private Ctl() {
    }

    /** Runs a command, whatever comes of it. */
    public static Result attempt(DemoNode node, String... command) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> arguments = new ArrayList<>(List.of("--data", node.data().toString()));
        arguments.addAll(List.of(command));
        arguments.add("--json");
        int code = new ControlClient(InputStream.nullInputStream(), new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8)).execute(arguments);
        return new Result(code, out.toString(StandardCharsets.UTF_8).strip(), err.toString(StandardCharsets.UTF_8).strip());
    }

    /** Runs a command that has to succeed. */
    public static JsonStructure run(DemoNode node, String... command) throws DemoFailure {
        Result result = attempt(node, command);
        if (result.exitCode() != 0) {
            throw new DemoFailure(node.name() + ": \"" + String.join(" ", command) + "\" failed: " + result.err());
        }
        return result.json();
    }
}
