package bytchat.keyspace.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.records.AtomicFile;
import bytchat.wire.crypto.Ed25519;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeKeyFileTest {
    private final SecureRandom random = new SecureRandom();

    @TempDir
    private Path data;
    private Path file;

    @BeforeEach
    void place() {
        file = data.resolve("new directory").resolve("node.key");
    }

    @Test
    void theKeyIsMadeOnceAndKept() throws IOException {
        NodeIdentity made = NodeKeyFile.open(file, random);
        NodeIdentity read = NodeKeyFile.open(file, random);
        assertThat(read.publicKey()).isEqualTo(made.publicKey());
        byte[] message = {1, 2, 3};
        assertThat(Ed25519.verify(made.publicKey(), message, read.sign(message))).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        try (var files = Files.list(file.getParent())) {
            assertThat(files).as("nothing half-written is left").containsExactly(file);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not a key", "-----BEGIN PRIVATE KEY-----\n!!\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY----------END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----", "\u00ff\u00fe"})
    void aDamagedFileIsSaidAndNeverReplaced(String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> NodeKeyFile.open(file, random)).isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString()).hasMessageContaining("damaged").hasMessageContaining("backup");
        assertThat(Files.readAllBytes(file)).isEqualTo(content.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void aChangedCharacterNeverGivesAnotherIdentity() throws IOException {
        NodeIdentity made = NodeKeyFile.open(file, random);
        String text = Files.readString(file);
        int start = text.indexOf('\n') + 1;
        int refused = 0;
        for (int i = start; i < text.indexOf("\n-----END"); i++) {
            char changed = text.charAt(i) == 'A' ? 'B' : 'A';
            Files.writeString(file, text.substring(0, i) + changed + text.substring(i + 1));
            try {
                assertThat(NodeKeyFile.open(file, random).publicKey()).isEqualTo(made.publicKey());
            } catch (IOException damaged) {
                refused++;
            }
        }
        assertThat(refused).as("changes noticed").isGreaterThan(90);
    }

    @Test
    void aHugeFileIsNotReadIntoMemory() throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[1_000_000]);
        assertThatThrownBy(() -> NodeKeyFile.open(file, random)).hasMessageContaining("longer than 4096 bytes");
    }

    @Test
    void aKeyThatOthersCouldReadIsProtectedAgain() throws IOException {
        NodeKeyFile.open(file, random);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        NodeKeyFile.open(file, random);
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(AtomicFile.OWNER_ONLY);
    }

    @Test
    void whatACrashLeftIsOverwritten() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file.resolveSibling("node.key.new"), "half");
        assertThat(NodeKeyFile.open(file, random).publicKey()).hasSize(32);
    }
}
