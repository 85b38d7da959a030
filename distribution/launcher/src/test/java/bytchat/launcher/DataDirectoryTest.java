package bytchat.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path parent;

    @Test
    void isCreatedForItsOwnerOnly() throws Exception {
        try (DataDirectory data = DataDirectory.open(parent.resolve("deep/er"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.path()))).isEqualTo("rwx------");
        }
    }

    @Test
    void aSecondStartIsToldWhoHasItAndWhatToDo() throws Exception {
        Path directory = parent.resolve("node");
        try (DataDirectory first = DataDirectory.open(directory)) {
            assertThatThrownBy(() -> DataDirectory.open(directory)).isInstanceOf(LaunchException.class)
                    .hasMessageContaining("in use by process " + ProcessHandle.current().pid())
                    .hasMessageContaining("--data DIR")
                    .satisfies(e -> assertThat(((LaunchException) e).exitCode()).isEqualTo(ExitCode.DATA_DIRECTORY));
        }
    }

    @Test
    void isFreeAgainOnceClosed() throws Exception {
        Path directory = parent.resolve("node");
        DataDirectory.open(directory).close();
        DataDirectory.open(directory).close();
        assertThat(directory.resolve("lock")).exists();
    }

    @Test
    void aFileInItsPlaceIsExplained() throws Exception {
        Path file = Files.writeString(parent.resolve("file"), "not a directory");
        assertThatThrownBy(() -> DataDirectory.open(file)).isInstanceOf(LaunchException.class)
                .hasMessageContaining(file.toString()).hasMessageContaining("--data DIR");
    }

    @Test
    void aFileIsNoDataDirectory(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "mine");
        assertThatThrownBy(() -> DataDirectory.open(file)).isInstanceOf(LaunchException.class)
                .hasMessageContaining("is not a directory").hasMessageContaining("--data");
        assertThat(Files.readString(file)).isEqualTo("mine");
    }
}
