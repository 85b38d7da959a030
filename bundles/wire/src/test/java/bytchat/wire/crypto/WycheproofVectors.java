package bytchat.wire.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * Files of Project Wycheproof ({@code testvectors_v1} of github.com/C2SP/wycheproof, Apache-2.0), from the directory
 * that the system property {@value #PROPERTY} or the environment variable {@value #VARIABLE} names, else from this
 * module's test resources if they are there.
 */
final class WycheproofVectors {
    static final String PROPERTY = "bytchat.wycheproof";
    static final String VARIABLE = "BYTCHAT_WYCHEPROOF";
    private static final Path RESOURCES = Path.of("src", "test", "resources", "wycheproof");

    private WycheproofVectors() {
    }

    /** Runs every vector of a file and checks that there were as many as the file says. */
    static void each(String file, VectorCheck check) throws IOException {
        JsonNode root = new ObjectMapper().readTree(Files.readString(directory().resolve(file)));
        int run = 0;
        for (JsonNode group : root.get("testGroups")) {
            for (JsonNode test : group.get("tests")) {
                check.check(new Vector(group, test));
                run++;
            }
        }
        assertThat(run).as("vectors run of " + file).isPositive().isEqualTo(root.get("numberOfTests").asInt());
        System.out.println("wycheproof " + file + ": " + run + " vectors");
    }

    private static Path directory() {
        Path directory = Optional.ofNullable(System.getProperty(PROPERTY))
                .or(() -> Optional.ofNullable(System.getenv(VARIABLE)))
                .map(Path::of).orElse(RESOURCES);
        Assumptions.assumeTrue(Files.isDirectory(directory),
                "Wycheproof not run: set " + VARIABLE + " to a directory with its testvectors_v1");
        return directory;
    }

    /** Fails with an assertion that names the vector. */
    @FunctionalInterface
    interface VectorCheck {
        void check(Vector vector);
    }

    /** One test of a group. */
    record Vector(JsonNode group, JsonNode test) {
        byte[] bytes(String field) {
            return HexFormat.of().parseHex(test.get(field).asText());
        }

        boolean valid() {
            return test.get("result").asText().equals("valid");
        }

        boolean flagged(String flag) {
            for (JsonNode each : test.path("flags")) {
                if (each.asText().equals(flag)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public String toString() {
            return "vector " + test.get("tcId") + " " + test.path("comment").asText() + " " + test.path("flags");
        }
    }
}
