package bytchat.itests.interop;

import static bytchat.itests.interop.RawSocket.compact;
import static bytchat.itests.interop.RawSocket.field;
import static bytchat.itests.interop.RawSocket.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bytchat.itests.demo.DemoNode;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** BEP 32: a node of both address families knows one of each, and tells of them what is wanted, whichever way it is asked. */
@TestInstance(Lifecycle.PER_CLASS)
class DualStackIT {
    private static final String ID = "abcdefghij0123456789";
    private static final String TARGET = "mnopqrstuvwxyz123456";

    private DemoNode both;
    private DemoNode four;
    private DemoNode six;
    private int port;

    @BeforeAll
    void start(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory) throws Exception {
        try (DatagramSocket probe = new DatagramSocket(0, InetAddress.getByName("::1"))) {
            assertThat(probe.isBound()).isTrue();
        } catch (SocketException e) {
            assumeTrue(false, "this machine has no IPv6: " + e.getMessage());
        }
        both = node(directory.resolve("both"), "[::]:0");
        both.start();
        both.awaitReady();
        port = Integer.parseInt(both.address().substring(both.address().lastIndexOf(':') + 1));
        four = node(directory.resolve("four"), "127.0.2.1:0");
        four.joinBy("127.0.0.1:" + port);
        four.start();
        six = node(directory.resolve("six"), "[::1]:0");
        six.joinBy("[::1]:" + port);
        six.start();
        four.awaitReady();
        six.awaitReady();
    }

    private static DemoNode node(Path directory, String listen) {
        return new DemoNode(directory.getFileName().toString(), directory, System.getProperty("bytchat.script"),
                List.of("--hash", "sha-1", "--network", "open", "--features", "core,hash-sha1,routing,mainline,shell", "--listen", listen),
                Optional.of(Path.of(System.getProperty("bytchat.home"))));
    }

    @AfterAll
    void end() throws Exception {
        for (DemoNode node : new DemoNode[] {both, four, six}) {
            if (node != null) {
                node.kill();
            }
        }
    }

    @Test
    void whatIsWantedIsToldOnEitherWay() throws Exception {
        String nodes = "5:nodes26:" + place(four);
        String nodes6 = "6:nodes638:" + place(six);
        for (String way : new String[] {"127.0.0.1", "::1"}) {
            try (RawSocket socket = socket(way)) {
                assertThat(socket.ask(findNode("4:wantl2:n42:n6e"))).contains(nodes + nodes6);
                assertThat(socket.ask(findNode("4:wantl2:n4e"))).contains(nodes).doesNotContain("6:nodes6");
                assertThat(socket.ask(findNode("4:wantl2:n6e"))).contains(nodes6).doesNotContain("5:nodes");
                String own = socket.ask(findNode(""));
                assertThat(own.contains(nodes)).as("of the family it was asked by: %s", own).isEqualTo(way.equals("127.0.0.1"));
                assertThat(own.contains(nodes6)).isEqualTo(way.equals("::1"));
            }
        }
    }

    @Test
    void theAskersAddressIsSeenInItsFamily() throws Exception {
        for (String way : new String[] {"127.0.0.1", "::1"}) {
            try (RawSocket socket = socket(way)) {
                String compact = compact(socket.address());
                assertThat(socket.ask(findNode(""))).startsWith("d2:ip" + compact.length() + ":" + compact + "1:r");
            }
        }
    }

    @Test
    void peersAreToldInTheAskersFamily() throws Exception {
        String[] announced = new String[2];
        for (int i = 0; i < 2; i++) {
            try (RawSocket socket = socket(i == 0 ? "127.0.0.1" : "::1")) {
                String token = field(socket.ask(query("get_peers", "9:info_hash20:" + TARGET)), "5:token8:", 8);
                socket.ask(query("announce_peer", "9:info_hash20:" + TARGET + "4:porti7000e5:token8:" + token));
                announced[i] = RawSocket.string(compact(new InetSocketAddress(socket.address().getAddress(), 7000)));
            }
        }
        for (int i = 0; i < 2; i++) {
            try (RawSocket socket = socket(i == 0 ? "127.0.0.1" : "::1")) {
                assertThat(socket.ask(query("get_peers", "9:info_hash20:" + TARGET))).contains("6:valuesl" + announced[i] + "e");
            }
        }
    }

    private RawSocket socket(String way) throws Exception {
        return new RawSocket(way, new InetSocketAddress(InetAddress.getByName(way), port));
    }

    private static String findNode(String want) {
        return query("find_node", "6:target20:" + TARGET + want);
    }

    private static String query(String method, String arguments) {
        return "d1:ad2:id20:" + ID + arguments + "e1:q" + RawSocket.string(method) + "1:t2:aa1:y1:qe";
    }

    private static String place(DemoNode node) throws Exception {
        return raw(HexFormat.of().parseHex(node.nodeId())) + compact(RawSocket.address(node));
    }
}
