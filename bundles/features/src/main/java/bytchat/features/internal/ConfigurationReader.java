package bytchat.features.internal;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.stream.JsonParsingException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.felix.cm.json.io.Configurations;

/** Reads configurations in the JSON of the OSGi Configurator (OSGi Compendium 8.1 chapter 150). */
final class ConfigurationReader {
    /** An operator's file may have this many bytes. */
    static final long FILE_BYTES_MAX = 1024 * 1024;

    private ConfigurationReader() {
    }

    /**
     * Reads the operator's files ({@code *.json}) in the order of their names; a later file wins.
     *
     * @return properties by PID
     * @throws UnreadableException naming the file, the line where it is known, and what to do
     */
    static Map<String, Map<String, Object>> readDirectory(Path directory) throws UnreadableException {
        Map<String, Map<String, Object>> merged = new LinkedHashMap<>();
        if (!Files.isDirectory(directory)) {
            return merged;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".json")).sorted().toList()) {
                readFile(file).forEach((pid, properties) -> merged
                        .computeIfAbsent(pid, unused -> new LinkedHashMap<>()).putAll(properties));
            }
        } catch (IOException e) {
            throw unreadable(directory.toString(), e.getMessage(), e);
        }
        return merged;
    }

    private static Map<String, Map<String, Object>> readFile(Path file) throws UnreadableException {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new UnreadableException("cannot use the configuration " + file + ": it is longer than "
                        + FILE_BYTES_MAX + " bytes; split it into several files");
            }
            return read(file.toString(), Files.readString(file));
        } catch (CharacterCodingException e) {
            throw unreadable(file.toString(), "it is not UTF-8 text", e);
        } catch (IOException e) {
            throw unreadable(file.toString(), e.getClass().getSimpleName() + " " + e.getMessage(), e);
        }
    }

    /** Reads one text; {@code source} names it in messages. */
    static Map<String, Map<String, Object>> read(String source, String text) throws UnreadableException {
        try (JsonReader reader = Json.createReader(Configurations.jsonCommentAwareReader(new StringReader(text)))) {
            JsonObject content = reader.readObject();
            // "as bundle resource" is the lenient way: it needs no symbolic name and version in the file
            var json = Configurations.buildReader().withIdentifier(source).verifyAsBundleResource(true).build(content);
            Map<String, Map<String, Object>> configurations = new LinkedHashMap<>();
            json.readConfigurationResource().getConfigurations()
                    .forEach((pid, properties) -> configurations.put(pid, new LinkedHashMap<>(properties)));
            List<String> errors = json.getIgnoredErrors();
            if (!errors.isEmpty()) {
                throw unreadable(source, errors.get(0), null);
            }
            return configurations;
        } catch (IOException | JsonException e) {
            throw unreadable(source, describe(e), e);
        }
    }

    private static String describe(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof JsonParsingException parsing) {
                return "line " + parsing.getLocation().getLineNumber() + ", column "
                        + parsing.getLocation().getColumnNumber() + " is not valid JSON";
            }
        }
        return failure.getMessage();
    }

    private static UnreadableException unreadable(String source, String why, Exception cause) {
        return new UnreadableException("cannot read the configuration " + source + ": "
                + why.replaceAll("\\s+", " ") + "; correct it or move it away, nothing was changed", cause);
    }
}
