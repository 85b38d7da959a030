package bytchat.ui.web.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageFilesTest {
    @TempDir
    Path data;

    @Test
    void keyAndPortAreKeptForTheOwnerOnly() throws Exception {
        PageFiles files = new PageFiles(data);
        byte[] key = files.key(new SecureRandom());
        assertThat(files.port()).isZero();
        files.port(8080);
        PageFiles again = new PageFiles(data);
        assertThat(again.key(new SecureRandom())).isEqualTo(key).hasSize(Sessions.KEY_BYTES);
        assertThat(again.port()).isEqualTo(8080);
        for (String name : new String[] {"key", "port"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("web").resolve(name)))).isEqualTo("rw-------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("web")))).isEqualTo("rwx------");
    }

    @Test
    void whatIsBrokenIsMadeAnew() throws Exception {
        PageFiles files = new PageFiles(data);
        files.key(new SecureRandom());
        Files.write(data.resolve("web/key"), new byte[3]);
        assertThat(files.key(new SecureRandom())).hasSize(Sessions.KEY_BYTES);
        for (String port : new String[] {"", "x", "-1", "70000"}) {
            Files.writeString(data.resolve("web/port"), port);
            assertThat(files.port()).as(port).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:80", "192.168.1.1:80", "example.invalid:80", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", ":80", ""})
    void thePageIsServedOnLoopbackOnly(String listen) {
        assertThatThrownBy(() -> PageSettings.loopback(listen)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("127.0.0.1:8080");
    }

    @Test
    void loopbackAddressesAreTaken() {
        assertThat(PageSettings.text(PageSettings.loopback("127.0.0.1:0"))).isEqualTo("127.0.0.1:0");
        assertThat(PageSettings.loopback("localhost:81").getPort()).isEqualTo(81);
        assertThat(PageSettings.loopback("[::1]:82").getAddress().isLoopbackAddress()).isTrue();
    }
}
