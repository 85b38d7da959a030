package bytchat.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealKeyFileTest {
    @TempDir
    Path data;

    private final SecureRandom random = new SecureRandom();

    @Test
    void isMadeOnceAndReadAgain() throws Exception {
        byte[] made = SealKeyFile.loadOrCreate(file(), false, random);

        assertThat(made).hasSize(AeadSealer.KEY_BYTES).isNotEqualTo(new byte[AeadSealer.KEY_BYTES]);
        assertThat(SealKeyFile.loadOrCreate(file(), true, random)).isEqualTo(made);
        assertThat(data.toFile().list()).as("nothing left aside").containsExactly("seal.key");
    }

    @Test
    void onlyItsOwnerMayReadIt() throws Exception {
        SealKeyFile.loadOrCreate(file(), false, random);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file()))).isEqualTo("rw-------");
    }

    @Test
    void missingWhileRecordsExistIsAnErrorAndMakesNoNewKey() {
        assertThatThrownBy(() -> SealKeyFile.loadOrCreate(file(), true, random))
                .isInstanceOf(SealException.class).hasMessageContaining("missing").hasMessageContaining("backup");
        assertThat(file()).doesNotExist();
    }

    @Test
    void everyChangedCharacterIsFoundAndTheFileIsLeftAlone() throws Exception {
        SealKeyFile.loadOrCreate(file(), false, random);
        String line = Files.readString(file());
        for (int at = 0; at < line.trim().length(); at++) {
            char changed = line.charAt(at) == '0' ? '1' : '0';
            String damaged = line.substring(0, at) + changed + line.substring(at + 1);
            Files.writeString(file(), damaged);

            assertThatThrownBy(() -> SealKeyFile.loadOrCreate(file(), true, random)).as("character %d", at)
                    .isInstanceOf(SealException.class).hasMessageContaining("damaged");
            assertThat(file()).hasContent(damaged);
        }
    }

    @Test
    void anEmptyFileIsDamaged() throws Exception {
        Files.createFile(file());

        assertThatThrownBy(() -> SealKeyFile.loadOrCreate(file(), false, random))
                .isInstanceOf(SealException.class).hasMessageContaining("damaged");
    }

    private Path file() {
        return data.resolve("seal.key");
    }
}
