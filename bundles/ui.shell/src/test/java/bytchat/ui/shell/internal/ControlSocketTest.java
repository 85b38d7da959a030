package bytchat.ui.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.status.NodeHealth;
import bytchat.api.status.Status;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ControlSocketTest {
    @TempDir
    Path data;

    private final FakeNode node = new FakeNode().put(NodeHealth.class, FakeNode.answering(NodeHealth.class,
            Map.of("overall", none -> Status.ready(Map.of()), "parts", none ->
                    Map.of("rpc~default", Status.ready(Map.of("links", 2))))));

    private ControlSocket open(Path directory) throws IOException {
        return ControlSocket.open(directory, 2, new ControlProtocol(node.shell, node.environment().loop()));
    }

    @Test
    void runsACommandAndGivesItsExitCode() throws Exception {
        try (ControlSocket socket = open(data)) {
            Answer done = ask(socket.path(), "{\"args\":[\"status\",\"--json\"],\"cwd\":\"/\"}\n");
            assertThat(done.out()).contains("\"state\":\"ready\"").contains("\"links\":2");
            assertThat(done.code()).isEqualTo(Shell.DONE);
            assertThat(ask(socket.path(), "{\"args\":[\"nonsense\"]}\n").code()).isEqualTo(Shell.USAGE);
        }
    }

    @Test
    void takesABareArrayUnderTheNameTheLaunchersClientUses() throws Exception {
        try (ControlSocket socket = open(data)) {
            assertThat(ask(data.resolve(ControlSocket.LINK_FILE), "[\"status\",\"--json\"]\n").code())
                    .isEqualTo(Shell.DONE);
        }
        assertThat(Files.exists(data.resolve(ControlSocket.LINK_FILE), java.nio.file.LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    @Test
    void onlyTheOwnerMayConnect() throws Exception {
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (ControlSocket socket = open(data)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.path())))
                    .isEqualTo("rw-------");
            assertThat(socket.path()).isEqualTo(data.resolve("ctl.sock"));
        }
        assertThat(Files.list(data)).isEmpty();
    }

    @Test
    void replacesTheSocketOfANodeThatWasKilled() throws Exception {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(data.resolve("ctl.sock")));
        }
        assertThat(Files.exists(data.resolve("ctl.sock"))).isTrue();
        try (ControlSocket socket = open(data)) {
            assertThat(ask(socket.path(), "[\"status\"]\n").code()).isEqualTo(Shell.DONE);
        }
    }

    @Test
    void aPathTooLongForASocketIsLedElsewhere() throws Exception {
        Path deep = Files.createDirectories(data.resolve("d".repeat(120)));
        Path elsewhere;
        try (ControlSocket socket = open(deep)) {
            elsewhere = Path.of(Files.readString(deep.resolve("ctl.path")).strip());
            assertThat(elsewhere).isEqualTo(socket.path());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(elsewhere.getParent())))
                    .isEqualTo("rwx------");
            assertThat(ask(elsewhere, "[\"status\"]\n").code()).isEqualTo(Shell.DONE);
        }
        assertThat(Files.exists(elsewhere.getParent())).isFalse();
        assertThat(Files.exists(deep.resolve("ctl.path"))).isFalse();
    }

    @Test
    void whatIsNoRequestIsRefusedInOneSentence() throws Exception {
        try (ControlSocket socket = open(data)) {
            for (String bad : List.of("nonsense\n", "{}\n", "{\"args\":1}\n", "[1]\n", "\"text\"\n",
                    "{\"args\":[],\"stdin\":\"%\"}\n")) {
                Answer answer = ask(socket.path(), bad);
                assertThat(answer.code()).as(bad).isEqualTo(Shell.USAGE);
                assertThat(answer.err()).as(bad).contains("not the JSON").hasLineCount(1);
            }
        }
    }

    @Test
    void anEndlessRequestIsLeft() throws Exception {
        try (ControlSocket socket = open(data); SocketChannel channel = SocketChannel.open(
                UnixDomainSocketAddress.of(socket.path()))) {
            ByteBuffer much = ByteBuffer.allocate(ControlProtocol.REQUEST_BYTES_MAX * 8);
            boolean cut = false;
            try {
                while (much.hasRemaining()) {
                    channel.write(much);
                }
                cut = channel.read(ByteBuffer.allocate(1)) < 0;
            } catch (IOException e) {
                cut = true;
            }
            assertThat(cut).isTrue();
            assertThat(ask(socket.path(), "[\"status\"]\n").code()).isEqualTo(Shell.DONE);
        }
    }

    @Test
    void moreCommandsAtOnceThanTheBoundAreToldToTryAgain() throws Exception {
        CountDownLatch entered = new CountDownLatch(2);
        CountDownLatch release = new CountDownLatch(1);
        ControlProtocol protocol = new ControlProtocol(node.shell, node.environment().loop());
        ControlSocket.Handler slow = new ControlSocket.Handler() {
            @Override
            public void serve(SocketChannel channel) {
                entered.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                protocol.serve(channel);
            }

            @Override
            public void refuse(SocketChannel channel) {
                protocol.refuse(channel);
            }
        };
        try (ControlSocket socket = ControlSocket.open(data, 2, slow);
                SocketChannel one = SocketChannel.open(UnixDomainSocketAddress.of(socket.path()));
                SocketChannel two = SocketChannel.open(UnixDomainSocketAddress.of(socket.path()))) {
            assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
            try (SocketChannel third = SocketChannel.open(UnixDomainSocketAddress.of(socket.path()))) {
                Answer answer = read(third);
                assertThat(answer.code()).isEqualTo(Shell.FAILED);
                assertThat(answer.err()).contains("try again");
            }
            release.countDown();
            one.write(ByteBuffer.wrap("[\"status\"]\n".getBytes(StandardCharsets.UTF_8)));
            assertThat(read(one).code()).isEqualTo(Shell.DONE);
            two.write(ByteBuffer.wrap("[\"status\"]\n".getBytes(StandardCharsets.UTF_8)));
            assertThat(read(two).code()).isEqualTo(Shell.DONE);
        }
    }

    private static Answer ask(Path socket, String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
            return read(channel);
        }
    }

    private static Answer read(SocketChannel channel) throws IOException {
        DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
        StringBuilder out = new StringBuilder();
        StringBuilder err = new StringBuilder();
        while (true) {
            char kind = (char) in.readByte();
            byte[] content = in.readNBytes(in.readInt());
            String text = new String(content, StandardCharsets.UTF_8);
            switch (kind) {
                case 'o' -> out.append(text);
                case 'e' -> err.append(text);
                case 'x' -> {
                    return new Answer(Integer.parseInt(text), out.toString(), err.toString());
                }
                default -> throw new EOFException("frame " + kind);
            }
        }
    }

    private record Answer(int code, String out, String err) {
    }
}
