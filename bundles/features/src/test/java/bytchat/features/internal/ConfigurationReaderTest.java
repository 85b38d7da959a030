package bytchat.features.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationReaderTest {
    @TempDir
    Path directory;

    @Test
    void readsTypesAndComments() throws Exception {
        Map<String, Map<String, Object>> read = ConfigurationReader.read("a test", """
                {
                  // an operator's note
                  "bytchat.keyspace~default": { "hash": "sha-1", "limit:Integer": 5, "bootstrap": ["a:1", "b:2"] }
                }""");
        assertThat(read.get("bytchat.keyspace~default")).containsEntry("hash", "sha-1").containsEntry("limit", 5)
                .containsEntry("bootstrap", new String[] { "a:1", "b:2" });
    }

    @Test
    void aLaterFileWinsPropertyByProperty() throws Exception {
        write("10-site.json", "{\"p\": {\"a\": \"site\", \"b\": \"site\"}}");
        write("20-node.json", "{\"p\": {\"b\": \"node\"}}");
        assertThat(ConfigurationReader.readDirectory(directory).get("p")).containsEntry("a", "site")
                .containsEntry("b", "node");
    }

    @Test
    void noDirectoryIsNoConfiguration() throws Exception {
        assertThat(ConfigurationReader.readDirectory(directory.resolve("none"))).isEmpty();
    }

    @Test
    void anUnreadableFileIsNamedWithTheLine() throws Exception {
        Path file = write("broken.json", "{\n  // a comment keeps the count\n  \"p\": {\n    \"a\": 1,,\n  }\n}");
        assertThatThrownBy(() -> ConfigurationReader.readDirectory(directory))
                .isInstanceOf(UnreadableException.class).hasMessageContaining(file.toString())
                .hasMessageContaining("line 4").hasMessageContaining("correct it")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    @Test
    void textThatIsNoConfigurationIsRefused() throws Exception {
        for (String text : new String[] { "", "[]", "nonsense", "{\"p\": 5}", "{\"p\": {\"a:Nonsense\": 5}}", "{" }) {
            assertThatThrownBy(() -> ConfigurationReader.read("a test", text)).as(text)
                    .isInstanceOf(UnreadableException.class).hasMessageContaining("a test");
        }
    }

    @Test
    void aFileThatIsNotTextIsRefused() throws Exception {
        Files.write(directory.resolve("binary.json"), new byte[] { '{', (byte) 0xff, (byte) 0xfe, '}' });
        assertThatThrownBy(() -> ConfigurationReader.readDirectory(directory))
                .isInstanceOf(UnreadableException.class).hasMessageContaining("UTF-8");
    }

    @Test
    void aFileBeyondTheBoundIsRefused() throws Exception {
        Files.write(directory.resolve("huge.json"), new byte[(int) ConfigurationReader.FILE_BYTES_MAX + 1]);
        assertThatThrownBy(() -> ConfigurationReader.readDirectory(directory))
                .isInstanceOf(UnreadableException.class).hasMessageContaining("longer than");
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }
}
