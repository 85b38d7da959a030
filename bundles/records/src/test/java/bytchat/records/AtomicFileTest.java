package bytchat.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    private Path directory;

    @Test
    void writesForItsOwnerOnlyAndLeavesNothingBeside() throws IOException {
        Path file = directory.resolve("a/b/file");
        AtomicFile.write(file, new byte[] {1, 2, 3});
        AtomicFile.write(file, new byte[] {4});
        assertThat(Files.readAllBytes(file)).containsExactly(4);
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(AtomicFile.OWNER_ONLY);
        try (Stream<Path> beside = Files.list(file.getParent())) {
            assertThat(beside).containsExactly(file);
        }
    }

    @Test
    void whatACrashLeftIsInNobodysWay() throws IOException {
        Path file = directory.resolve("file");
        Files.write(directory.resolve("file" + AtomicFile.UNFINISHED_SUFFIX), new byte[100]);
        AtomicFile.write(file, new byte[] {1});
        assertThat(Files.readAllBytes(file)).containsExactly(1);
    }

    @Test
    void aFailureLeavesWhatWasThereAndNothingBeside() throws IOException {
        Path taken = Files.createDirectories(directory.resolve("taken/by a directory")).getParent();
        assertThatIOException().isThrownBy(() -> AtomicFile.write(taken, new byte[] {1}));
        assertThat(taken.resolve("by a directory")).isDirectory();
        assertThat(directory.resolve("taken" + AtomicFile.UNFINISHED_SUFFIX)).doesNotExist();
    }
}
