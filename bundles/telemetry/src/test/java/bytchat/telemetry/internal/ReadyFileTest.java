package bytchat.telemetry.internal;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadyFileTest {
    @TempDir
    Path directory;

    @Test
    void isWrittenWholeAndLeavesNothingElse() throws Exception {
        Path file = directory.resolve("deep/ready.json");
        ReadyFile ready = new ReadyFile(file);
        for (String state : List.of("WAITING", "READY")) {
            ready.write(ReadyFile.describe(state, directory, List.of(), List.of()));
            JsonObject read = Json.createReader(new StringReader(Files.readString(file))).readObject();
            assertThat(read.getString("state")).isEqualTo(state);
            assertThat(read.getJsonNumber("pid").longValue()).isEqualTo(ProcessHandle.current().pid());
            assertThat(read.getString("data")).isEqualTo(directory.toString());
            assertThat(read.getJsonArray("key_spaces")).isEmpty();
            assertThat(read.getJsonArray("accounts")).isEmpty();
        }
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void writesAddressesAsTheCommandLineTakesThem() {
        assertThat(ReadyFile.text(new InetSocketAddress("127.0.0.1", 4000))).isEqualTo("127.0.0.1:4000");
        assertThat(ReadyFile.text(new InetSocketAddress("::1", 4000))).isEqualTo("[0:0:0:0:0:0:0:1]:4000");
    }
}
