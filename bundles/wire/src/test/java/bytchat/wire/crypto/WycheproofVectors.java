package bytchat.wire.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;

/**
 * Vectors of Project Wycheproof ({@code testvectors_v1}, Apache-2.0), unchanged, in {@code src/test/resources/wycheproof}; where they came
 * from is said there.
 */
final class WycheproofVectors {
    private WycheproofVectors() {
    }

    /** Runs every vector of a file and checks that there were as many as the file says. */
    static void each(String file, VectorCheck check) throws IOException {
        JsonNode root;
        try (InputStream stream = WycheproofVectors.class.getResourceAsStream("/wycheproof/" + file)) {
            root = new ObjectMapper().readTree(stream);
        }
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
            return "vector " + test.get("tcId") + " " + test.path("flags");
        }
    }
}
