package bytchat.itests.container;

import static bytchat.itests.container.FeaturesLiveIT.features;
import static bytchat.itests.container.FeaturesLiveIT.get;
import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.status.Status;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes in one local network, which here is the loopback interface, and no address to join by. */
class LanDiscoveryIT {
    private static final String FEATURES = "core,hash-sha512,routing,holder,mailbox-plane,shell";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void twoNodesWithoutAnAddressToJoinByFindEachOtherAndTalk() throws Exception {
        try (TestNode a = start("a", FEATURES + ",lan-discovery"); TestNode b = start("b", FEATURES + ",lan-discovery");
                Talk talk = Talk.between(a, b)) {
            talk.begin(Duration.ofMillis(50));
            talk.awaitMore(10);
            talk.end();
            talk.assertNothingLostNorShownTwice();
            assertThat(part(a, "discovery.lan~default").facts().get("nodes_suggested")).isEqualTo(1L);
            get(features(a).remove("lan-discovery", false));
        }
    }

    /** A node that was not told to says nothing: joining a stranger's network is for its operator to decide. */
    @Test
    void withoutTheFeatureNobodyHearsOfANode() throws Exception {
        try (TestNode quiet = start("quiet", FEATURES); TestNode other = start("other", FEATURES + ",lan-discovery")) {
            Await.until("an announcement", PATIENCE, () -> (long) part(other, "discovery.lan~default").facts().get("announcements_sent") > 0);
            Thread.sleep(1_000);
            assertThat(part(other, "discovery.lan~default").facts().get("nodes_suggested")).isEqualTo(0L);
            assertThat(part(quiet, "routing.kademlia~default").facts().get("alone")).isEqualTo(true);
        }
    }

    private TestNode start(String name, String features) throws Exception {
        String loopback = NetworkInterface.networkInterfaces().filter(one -> one.inetAddresses().anyMatch(address -> address.isLoopbackAddress()))
                .findFirst().orElseThrow().getName();
        TestNode node = TestNode.start(directory.resolve(name), features, """
                {"bytchat.keyspace~default": {"listen": "127.0.0.1:0"},
                 "bytchat.discovery.lan~default": {"interfaces": "%s", "group": "239.192.66.121:46773"}}
                """.formatted(loopback));
        node.awaitReady();
        return node;
    }

    private static Status part(TestNode node, String part) throws Exception {
        return Await.value(part, PATIENCE, () -> Optional.ofNullable(node.awaitReady().parts().get(part)));
    }
}
