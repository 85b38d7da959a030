package bytchat.itests.container;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.launcher.ExitCode;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process: what it says and how it exits. Without features, so that only the launcher is at work. */
class LauncherIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;
    private Path data;
    private Path ready;

    @BeforeEach
    void paths() {
        data = directory.resolve("data");
        ready = directory.resolve("ready.json");
    }

    @Test
    void aSignalStopsItInOrder() throws Exception {
        try (NodeProcess node = node()) {
            node.awaitFile(ready, PATIENCE);
            assertThat(Files.readString(ready)).contains("\"state\":\"READY\"").contains("\"pid\":" + node.pid());
            assertThat(node.terminate().exitCode()).isEqualTo(ExitCode.OK.code());
            // from Java 24 on, the JVM itself warns of what the framework and Netty use
            assertThat(node.output().lines().filter(line -> !line.startsWith("WARNING: "))).as("a banner and no noise")
                    .hasSize(2);
        }
    }

    @Test
    void aStaleReadyFileDoesNotSurviveAStart() throws Exception {
        Files.writeString(ready, "stale");
        try (NodeProcess node = node()) {
            Await.until("fresh ready file", PATIENCE,
                    () -> Files.exists(ready) && Files.readString(ready).contains("\"pid\":" + node.pid()));
            node.terminate().exitCode();
        }
    }

    @Test
    void aSecondStartOnTheSameDirectoryIsRefused() throws Exception {
        try (NodeProcess first = node()) {
            first.awaitFile(ready, PATIENCE);
            try (NodeProcess second = NodeProcess.start(directory, "node", "--data", data.toString())) {
                assertThat(second.exitCode()).isEqualTo(ExitCode.DATA_DIRECTORY.code());
                assertThat(second.output()).contains("in use by process " + first.pid()).contains("--data DIR")
                        .doesNotContain("\tat ");
            }
            assertThat(first.terminate().exitCode()).isZero();
        }
    }

    @Test
    void aKilledNodeLeavesNoLockBehind() throws Exception {
        try (NodeProcess first = node()) {
            first.awaitFile(ready, PATIENCE);
        }
        try (NodeProcess second = node()) {
            Await.until("second node", PATIENCE, () -> Files.exists(ready)
                    && Files.readString(ready).contains("\"pid\":" + second.pid()));
            assertThat(second.terminate().exitCode()).isZero();
        }
    }

    @Test
    void aTakenPortIsExplained() throws Exception {
        try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                NodeProcess node = NodeProcess.start(directory, "node", "--data", data.toString(), "--features", "",
                        "--listen", "127.0.0.1:" + taken.getLocalPort())) {
            assertThat(node.exitCode()).isEqualTo(ExitCode.ADDRESS_IN_USE.code());
            assertThat(node.output()).contains("UDP port " + taken.getLocalPort()).contains("--listen")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void anUnreadableConfigurationIsExplained() throws Exception {
        Files.createDirectories(data.resolve("conf"));
        Path file = Files.writeString(data.resolve("conf/mine.json"), "{\n  \"bytchat.keyspace~default\": {,}\n}");
        try (NodeProcess node = node()) {
            assertThat(node.exitCode()).isEqualTo(ExitCode.CONFIGURATION.code());
            assertThat(node.output()).contains(file.toString()).contains("line 2").doesNotContain("\tat ");
        }
        assertThat(file).as("the operator's file is left as it is").hasContent("{\n  \"bytchat.keyspace~default\": {,}\n}");
    }

    @Test
    void anUnknownFeatureIsExplained() throws Exception {
        try (NodeProcess node = NodeProcess.start(directory, "node", "--data", data.toString(), "--features", "teapot")) {
            assertThat(node.exitCode()).isEqualTo(ExitCode.CONFIGURATION.code());
            assertThat(node.output()).contains("\"teapot\"").contains("mailbox-plane").doesNotContain("\tat ");
        }
    }

    private NodeProcess node() throws Exception {
        return NodeProcess.start(directory, "node", "--data", data.toString(), "--listen", "127.0.0.1:0",
                "--features", "", "--ready-file", ready.toString());
    }
}
