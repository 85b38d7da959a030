package bytchat.wire.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The specification says what the code does: each example in {@code docs/protocol.md}, between
 * {@code <!-- example: NAME -->} and the end of the code block that follows, and each vector file is what
 * {@link Examples} makes. With {@code -Dbytchat.vectors.write=true} they are written anew, which is right only when the
 * protocol has changed.
 */
class ProtocolDocumentTest {
    private static final Path DOCS = Path.of("..", "..", "docs");
    private static final Path DOCUMENT = DOCS.resolve("protocol.md");
    private static final Pattern EXAMPLE =
            Pattern.compile("<!-- example: ([a-z0-9-]+) -->\\n```\\n(.*?)\\n?```\\n", Pattern.DOTALL);
    private static final boolean WRITE = Boolean.getBoolean("bytchat.vectors.write");

    private final Examples examples = new Examples();

    @Test
    void everyExampleInTheDocumentIsWhatTheCodeMakes() throws IOException {
        Map<String, String> blocks = examples.blocks();
        String document = Files.readString(DOCUMENT);
        if (WRITE) {
            document = EXAMPLE.matcher(document).replaceAll(match -> Matcher.quoteReplacement(
                    "<!-- example: " + match.group(1) + " -->\n```\n"
                    + blocks.getOrDefault(match.group(1), "no such example") + "\n```\n"));
            Files.writeString(DOCUMENT, document);
        }
        int shown = 0;
        for (MatchResult match : EXAMPLE.matcher(document).results().toList()) {
            assertThat(match.group(2)).as("example %s", match.group(1)).isEqualTo(blocks.get(match.group(1)));
            shown++;
        }
        assertThat(document.split("<!-- example: ", -1).length - 1).as("every marker has a block").isEqualTo(shown);
        assertThat(new TreeSet<>(EXAMPLE.matcher(document).results().map(match -> match.group(1)).toList()))
                .as("every example is shown").isEqualTo(new TreeSet<>(blocks.keySet()));
    }

    @TestFactory
    Stream<DynamicTest> everyVectorFileIsWhatTheCodeMakes() {
        ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        return examples.files().entrySet().stream().map(file -> DynamicTest.dynamicTest(file.getKey(), () -> {
            String expected = json.writeValueAsString(file.getValue()) + "\n";
            Path path = DOCS.resolve("vectors").resolve(file.getKey());
            if (WRITE) {
                Files.createDirectories(path.getParent());
                Files.writeString(path, expected);
            }
            assertThat(Files.readString(path).equals(expected)).as("docs/vectors/%s is what the code makes", file.getKey())
                    .isTrue();
        }));
    }
}
