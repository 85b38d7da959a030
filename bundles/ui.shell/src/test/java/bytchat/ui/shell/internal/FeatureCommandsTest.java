package bytchat.ui.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.features.FeatureDetails;
import bytchat.api.features.FeatureException;
import bytchat.api.features.FeatureInfo;
import bytchat.api.features.FeatureManager;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.ui.shell.internal.FakeNode.Said;
import java.io.DataInputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class FeatureCommandsTest {
    private final List<Object> asked = new ArrayList<>();
    private final CountDownLatch removed = new CountDownLatch(1);
    private List<String> cutOff = List.of();
    private final FakeNode node = new FakeNode().put(FeatureManager.class, FakeNode.answering(FeatureManager.class, Map.of(
            "details", arguments -> details((String) arguments[0]),
            "install", arguments -> {
                asked.add(arguments[0]);
                return CompletableFuture.completedFuture(info("teapot", Status.of(State.WAITING, "teapot: for tea")));
            },
            "remove", arguments -> {
                boolean force = (Boolean) arguments[1];
                asked.add(arguments[0] + (force ? " by force" : ""));
                removed.countDown();
                return cutOff.isEmpty() || force ? CompletableFuture.completedFuture(info("teapot", Status.of(State.OFF, "not installed")))
                        : CompletableFuture.failedFuture(new FeatureException("the feature teapot is in use, nothing was removed", cutOff));
            })));

    private static FeatureInfo info(String name, Status status) {
        return new FeatureInfo(name, "g:" + name + ":1", "Makes tea.", status.state() != State.OFF, status, List.of("tea." + name));
    }

    private FeatureDetails details(String name) throws FeatureException {
        if (!name.equals("teapot") && !name.equals("shell")) {
            throw new FeatureException("there is no feature " + name + "; this node knows teapot");
        }
        return new FeatureDetails(info(name, Status.ready(Map.of())), "one of the features that a node has by default", "/features/teapot.json",
                List.of(new FeatureDetails.BundleInfo("tea.pot", "1.2.3", "active", List.of("cup"))), List.of("tea.conf"),
                Map.of("tea~default", Status.of(State.WAITING, "for water")), cutOff);
    }

    @Test
    void installsByNameOrFromAFileOfTheCallersDirectory() {
        node.directory = Path.of("/home/me");
        Said said = node.run("feature", "install", "teapot");
        assertThat(said.out()).isEqualToIgnoringNewLines("installed teapot, waiting: teapot: for tea");
        node.run("feature", "install", "teapot.json");
        node.run("feature", "install", "offered/teapot.json");
        assertThat(asked).containsExactly("teapot", Path.of("/home/me/teapot.json"), Path.of("/home/me/offered/teapot.json"));
    }

    @Test
    void saysWhatARemovalWouldCutOffALineEach() {
        cutOff = List.of("the plane tea is active", "two cups wait");
        Said said = node.run("feature", "remove", "teapot");
        assertThat(said.code()).isEqualTo(Shell.FAILED);
        assertThat(said.err().lines()).containsExactly("bytchat: the feature teapot is in use, nothing was removed:", "  the plane tea is active",
                "  two cups wait", "  \"--force\" removes it all the same");
        assertThat(node.run("feature", "remove", "teapot", "--force").out()).contains("removed teapot");
        assertThat(asked).containsExactly("teapot", "teapot by force");
    }

    @Test
    void tellsWhyAndWhat() {
        cutOff = List.of("the plane tea is active");
        assertThat(node.run("feature", "why", "teapot").out()).contains("one of the features that a node has by default", "tea~default", "waiting: for water",
                "the plane tea is active");
        assertThat(node.run("feature", "info", "teapot").out()).contains("tea.pot", "1.2.3", "cup", "tea.conf", "/features/teapot.json");
        assertThat(node.run("feature", "why", "kettle").err()).contains("there is no feature kettle; this node knows teapot");
    }

    /** The whole answer first: what carries it goes with the feature. */
    @Test
    void theShellAnswersBeforeItGoes(@TempDir Path data) throws Exception {
        cutOff = List.of("without ui.shell no command reaches this node");
        try (ControlSocket socket = ControlSocket.open(data, 2, new ControlProtocol(node.shell, node.environment().loop()));
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket.path()));
            channel.write(ByteBuffer.wrap("[\"feature\",\"remove\",\"shell\",\"--force\"]\n".getBytes(StandardCharsets.UTF_8)));
            DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
            StringBuilder frames = new StringBuilder();
            for (char kind = (char) in.readByte();; kind = (char) in.readByte()) {
                byte[] text = new byte[in.readInt()];
                in.readFully(text);
                frames.append(kind).append(' ').append(new String(text, StandardCharsets.UTF_8));
                if (kind == ControlProtocol.EXIT) {
                    break;
                }
            }
            assertThat(frames.toString()).contains("removing shell after this answer").endsWith("x 0");
            assertThat(removed.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(asked).containsExactly("shell by force");
        }
    }
}
