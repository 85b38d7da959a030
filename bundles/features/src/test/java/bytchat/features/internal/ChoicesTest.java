package bytchat.features.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChoicesTest {
    private static final List<String> DEFAULTS = List.of("core", "holder", "shell");

    @Test
    void withoutAChoiceTheDefaultsRun() {
        assertThat(Choices.NONE.apply(DEFAULTS)).isEqualTo(DEFAULTS);
    }

    @Test
    void theLastWordCounts() {
        Choices choices = Choices.NONE.remove("holder", "1").install("hash-sha1", "2").installFile("tea", "3", "/tea.json").remove("hash-sha1", "4");
        assertThat(choices.apply(DEFAULTS)).containsExactly("core", "shell", "tea");
        assertThat(choices.install("holder", "5").apply(DEFAULTS)).containsExactly("core", "holder", "shell", "tea");
        assertThat(choices.remove("tea", "6").files()).as("its copy is not used any more").isEmpty();
    }

    @Test
    void isReadAsItWasWritten() {
        Choices choices = Choices.NONE.remove("holder", "2026-11-23T12:00:00Z").installFile("tea", "2026-11-23T12:00:01Z", "/a \"b\"/tea.json");
        assertThat(Choices.of(choices.json())).isEqualTo(choices);
    }
}
