package bytchat.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ControlClientTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path data;

    @Test
    void sendsTheWordsWithTheCallersDirectoryAndRelaysTheAnswer() throws Exception {
        try (ServerSocketChannel server = listen(data.resolve("ctl.sock"))) {
            CompletableFuture<String> request = answering(server, "o", "héllo\n", "e", "careful\n", "x", "4");
            assertThat(run("inbox", "--json", "a \"friend\"")).isEqualTo(4);
            assertThat(request.get()).startsWith("{\"args\":[\"inbox\",\"--json\",\"a \\\"friend\\\"\"],\"cwd\":\"")
                    .doesNotContain("stdin");
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("héllo\n");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("careful\n");
    }

    @Test
    void passesTheStandardInputOnOnlyIfTheCommandAsksForIt() throws Exception {
        try (ServerSocketChannel server = listen(data.resolve("ctl.sock"))) {
            CompletableFuture<String> request = answering(server, "x", "0");
            assertThat(run("send", "Bob", "--file", "-")).isZero();
            assertThat(request.get())
                    .contains("\"stdin\":\"" + Base64.getEncoder().encodeToString("piped".getBytes()) + "\"");
        }
    }

    /** Tests have no console: what would be typed is the first line of the standard input. */
    @Test
    void asksForAPassphraseOnlyIfTheCommandSaysSo() throws Exception {
        try (ServerSocketChannel server = listen(data.resolve("ctl.sock"))) {
            CompletableFuture<String> request = answering(server, "x", "0");
            assertThat(run("account", "import", "ada.bytchat", "--passphrase")).isZero();
            assertThat(request.get())
                    .contains("\"stdin\":\"" + Base64.getEncoder().encodeToString("piped".getBytes()) + "\"");
        }
    }

    @Test
    void followsThePathOfASocketThatLiesElsewhere(@TempDir Path elsewhere) throws Exception {
        Files.writeString(data.resolve("ctl.path"), elsewhere.resolve("ctl.sock") + "\n");
        try (ServerSocketChannel server = listen(elsewhere.resolve("ctl.sock"))) {
            answering(server, "x", "0");
            assertThat(run("status")).isZero();
        }
    }

    @Test
    void withoutANodeItSaysHowToStartOne() throws Exception {
        assertThat(run("status")).isEqualTo(ControlClient.NOT_RUNNING);
        listen(data.resolve("ctl.sock")).close(); // what a killed node leaves behind
        assertThat(run("status")).isEqualTo(ControlClient.NOT_RUNNING);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("bytchat node --data " + data).hasLineCount(2);
    }

    @Test
    void anAnswerThatBreaksOffIsNoSuccess() throws Exception {
        try (ServerSocketChannel server = listen(data.resolve("ctl.sock"))) {
            answering(server, "o", "half");
            assertThat(run("status")).isEqualTo(1);
        }
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("has stopped in the middle");
    }

    private int run(String... command) {
        List<String> arguments = new java.util.ArrayList<>(List.of("--data", data.toString()));
        arguments.addAll(List.of(command));
        return new ControlClient(new ByteArrayInputStream("piped".getBytes()), new PrintStream(out),
                new PrintStream(err)).execute(arguments);
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
    }

    private static CompletableFuture<String> answering(ServerSocketChannel server, String... kindsAndTexts) {
        return CompletableFuture.supplyAsync(() -> {
            try (SocketChannel channel = server.accept()) {
                InputStream in = Channels.newInputStream(channel);
                ByteArrayOutputStream line = new ByteArrayOutputStream();
                for (int next = in.read(); next != '\n'; next = in.read()) {
                    line.write(next);
                }
                ByteArrayOutputStream frames = new ByteArrayOutputStream();
                DataOutputStream frame = new DataOutputStream(frames);
                for (int i = 0; i < kindsAndTexts.length; i += 2) {
                    byte[] text = kindsAndTexts[i + 1].getBytes(StandardCharsets.UTF_8);
                    frame.writeByte(kindsAndTexts[i].charAt(0));
                    frame.writeInt(text.length);
                    frame.write(text);
                }
                channel.write(ByteBuffer.wrap(frames.toByteArray()));
                return line.toString(StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
