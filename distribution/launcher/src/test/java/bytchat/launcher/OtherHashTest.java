package bytchat.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtherHashTest {
    @TempDir
    Path data;

    @Test
    void whoStartsWithAnotherHashIsTold() throws Exception {
        Files.createDirectories(data.resolve("keyspace"));
        Files.writeString(data.resolve("keyspace/default.hash"), "sha-512 512 00");
        assertThat(NodeCommand.otherHash(data, "sha-1")).get().asString().contains("sha-512", "other user ids");
        assertThat(NodeCommand.otherHash(data, "sha-512")).isEmpty();
        assertThat(NodeCommand.otherHash(data, null)).isEmpty();
    }

    @Test
    void aNewDirectorySaysNothing() throws Exception {
        assertThat(NodeCommand.otherHash(data, "sha-1")).isEmpty();
    }
}
