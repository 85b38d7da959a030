package bytchat.itests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.itests.demo.Ctl;
import bytchat.itests.demo.DemoNode;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The BitTorrent DHT's JavaScript client, unchanged, lives in an open network of our nodes, each a process of its own on an address
 * of its own.
 */
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(NodeJsCondition.class)
abstract class BitTorrentDhtContract {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int STARTED_AT_ONCE = 4;

    private final String hash;
    private final int count;
    private final List<DemoNode> nodes = new ArrayList<>();
    private Map<String, String> addresses;
    private JavaScriptPeer client;
    private String clientId;
    private String clientAddress;

    /** @param hash as our option names it */
    BitTorrentDhtContract(String hash, int count) {
        this.hash = hash;
        this.count = count;
    }

    @BeforeAll
    void aNetworkAndAStranger(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory) throws Exception {
        String shortHash = hash.replace("-", "");
        for (int i = 1; i <= count; i++) {
            nodes.add(new DemoNode("node" + i, directory.resolve("node" + i), System.getProperty("bytchat.script"),
                    List.of("--hash", hash, "--network", "open", "--features", "core,hash-" + shortHash + ",routing,shell",
                            "--listen", "127.0." + i + ".1:0"),
                    Optional.of(Path.of(System.getProperty("bytchat.home")))));
        }
        DemoNode first = nodes.get(0);
        first.start();
        first.awaitReady();
        for (int i = 1; i < count; i += STARTED_AT_ONCE) {
            List<DemoNode> batch = nodes.subList(i, Math.min(count, i + STARTED_AT_ONCE));
            for (DemoNode node : batch) {
                node.joinBy(first.address());
                node.start();
            }
            for (DemoNode node : batch) {
                node.awaitReady();
            }
        }
        addresses = nodes.stream().collect(Collectors.toMap(DemoNode::nodeId, DemoNode::address));
        client = JavaScriptPeer.start("127.0.99.1", first.address(), shortHash, List.copyOf(addresses.keySet()));
        JsonObject listening = client.await("listening", event -> true, PATIENCE);
        clientId = listening.getString("id");
        clientAddress = listening.getString("address");
    }

    @AfterAll
    void end() throws Exception {
        for (DemoNode node : nodes) {
            node.kill();
        }
        if (client != null) {
            client.close();
        }
    }

    @Test
    void throughOneNodeItFindsAll() throws Exception {
        JsonObject ready = client.await("ready", event -> true, PATIENCE);
        assertThat(places(ready.getJsonArray("nodes"))).as("its table after bootstrapping from %s", nodes.get(0).address())
                .containsExactlyInAnyOrderEntriesOf(addresses);
    }

    @Test
    void itsLookupsVisitEachOfOursAndFindWhatTheyLookFor() throws Exception {
        client.await("table", event -> true, PATIENCE);
        List<JsonObject> lookups = client.events("find_node");
        assertThat(lookups).hasSize(count).allSatisfy(lookup -> {
            assertThat(lookup.getString("failure")).isEmpty();
            assertThat(places(lookup.getJsonArray("visited"))).containsKey(lookup.getString("target"))
                    .containsExactlyInAnyOrderEntriesOf(addresses);
        });
        assertThat(lookups).extracting(lookup -> lookup.getString("target")).containsExactlyInAnyOrderElementsOf(addresses.keySet());
    }

    @Test
    void itsPingsAreAnsweredByWhomTheyAreFor() throws Exception {
        client.await("table", event -> true, PATIENCE);
        assertThat(client.events("ping")).hasSize(count).allSatisfy(ping -> {
            assertThat(ping.getString("failure")).isEmpty();
            assertThat(ping.getString("answered_id")).isEqualTo(ping.getString("id"));
            assertThat(ping.getString("address")).isEqualTo(addresses.get(ping.getString("id")));
        });
    }

    @Test
    void oursPingItAndAskItUnderTheirOwnNames() throws Exception {
        for (Map.Entry<String, String> ours : addresses.entrySet()) {
            JsonObject ping = client.await("query", query -> query.getString("method").equals("ping")
                    && query.getString("address").equals(ours.getValue()), PATIENCE);
            assertThat(ping.getString("id")).isEqualTo(ours.getKey());
        }
    }

    @Test
    void oursHaveItInTheirTablesAndFindItByLookup() throws Exception {
        client.await("table", event -> true, PATIENCE);
        for (DemoNode node : nodes) {
            JsonObject found = Ctl.run(node, "dht", "lookup", clientId).asJsonObject();
            assertThat(found.getString("outcome")).isEqualTo("converged");
            JsonObject nearest = found.getJsonArray("nodes").getJsonObject(0);
            assertThat(nearest.getString("id")).isEqualTo(clientId);
            assertThat(nearest.getString("address")).isEqualTo(clientAddress);
            assertThat(places(Ctl.run(node, "dht", "table").asJsonArray())).containsEntry(clientId, clientAddress);
        }
        assertThat(client.events("query")).extracting(query -> query.getString("method")).contains("find_node");
    }

    @Test
    void itComplainsOfNothing() throws Exception {
        client.await("table", event -> true, PATIENCE);
        assertThat(client.events("warning")).isEmpty();
        assertThat(client.events("error")).isEmpty();
    }

    /** Addresses by id. */
    private static Map<String, String> places(JsonArray nodes) {
        return nodes.stream().map(JsonValue::asJsonObject)
                .collect(Collectors.toMap(node -> node.getString("id"), node -> node.getString("address")));
    }
}
