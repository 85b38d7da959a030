package bytchat.features.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigurationLayersTest {
    private static final String PID = "p";

    private Map<String, Object> defaults = Map.of();
    private Map<String, Object> files = Map.of();
    private Map<String, Object> options = Map.of();

    /** What ConfigAdmin holds, and what was applied last. */
    private Map<String, Object> current = Map.of();
    private Map<String, String> applied = Map.of();

    @Test
    void filesOutrankDefaultsAndOptionsOutrankFiles() {
        defaults = Map.of("a", 1, "b", 1, "c", 1);
        files = Map.of("b", 2, "c", 2);
        options = Map.of("c", 3);
        assertThat(start()).isEqualTo(Map.of("a", 1, "b", 2, "c", 3));
    }

    @Test
    void aNewDefaultReachesWhatNobodyEdited() {
        defaults = Map.of("a", 1);
        start();
        defaults = Map.of("a", 2);
        assertThat(start()).isEqualTo(Map.of("a", 2));
    }

    @Test
    void anEditOutlivesRestartsAndNewDefaults() {
        defaults = Map.of("a", 1, "b", 1);
        start();
        current = Map.of("a", 7, "b", 1);
        assertThat(start()).isEqualTo(Map.of("a", 7, "b", 1));
        defaults = Map.of("a", 2, "b", 2);
        assertThat(start()).isEqualTo(Map.of("a", 7, "b", 2));
        assertThat(start()).isEqualTo(Map.of("a", 7, "b", 2));
    }

    @Test
    void aRemovedPropertyStaysRemoved() {
        defaults = Map.of("a", 1, "b", 1);
        start();
        current = Map.of("b", 1);
        start();
        assertThat(start()).isEqualTo(Map.of("b", 1));
    }

    @Test
    void anAddedPropertyStays() {
        defaults = Map.of("a", 1);
        start();
        current = Map.of("a", 1, "extra", "x");
        start();
        assertThat(start()).isEqualTo(Map.of("a", 1, "extra", "x"));
    }

    @Test
    void aFileWrittenAfterAnEditWins() {
        files = Map.of("a", 1);
        start();
        current = Map.of("a", 7);
        assertThat(start()).as("the file is older than the edit").isEqualTo(Map.of("a", 7));
        files = Map.of("a", 2);
        assertThat(start()).isEqualTo(Map.of("a", 2));
    }

    @Test
    void theCommandLineWinsForOneStartOnly() {
        defaults = Map.of("a", 1);
        start();
        options = Map.of("a", 3);
        assertThat(start()).isEqualTo(Map.of("a", 3));
        options = Map.of();
        assertThat(start()).isEqualTo(Map.of("a", 1));
    }

    @Test
    void equalArraysAreNoEdit() {
        defaults = Map.of("a", new String[] { "x" });
        start();
        current = Map.of("a", new String[] { "x" });
        defaults = Map.of("a", new String[] { "y" });
        assertThat((String[]) start().get("a")).containsExactly("y");
    }

    @Test
    void theTypeIsPartOfTheValue() {
        assertThat(ConfigurationLayers.describe((Object) 1L)).isNotEqualTo(ConfigurationLayers.describe((Object) 1));
        assertThat(ConfigurationLayers.describe(new int[] { 1 })).isEqualTo("int[][1]");
    }

    private Map<String, Object> start() {
        ConfigurationLayers layers = new ConfigurationLayers(Map.of(PID, defaults), Map.of(PID, files),
                Map.of(PID, options));
        current = new HashMap<>(layers.merge(PID, current, applied));
        applied = ConfigurationLayers.describe(layers.base(PID));
        return current;
    }
}
