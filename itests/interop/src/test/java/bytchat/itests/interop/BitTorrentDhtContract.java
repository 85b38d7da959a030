package bytchat.itests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.itests.demo.Ctl;
import bytchat.itests.demo.DemoNode;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

    private final String hash;
    private final int count;
    private OpenNetwork network;
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
        network = new OpenNetwork(hash, count, directory);
        addresses = network.addresses();
        client = JavaScriptPeer.start("127.0.99.1", network.first().address(), hash.replace("-", ""),
                List.copyOf(addresses.keySet()));
        JsonObject listening = client.await("listening", event -> true, PATIENCE);
        clientId = listening.getString("id");
        clientAddress = listening.getString("address");
        client.await("table", event -> true, PATIENCE);
    }

    @AfterAll
    void end() throws Exception {
        if (client != null) {
            client.close();
        }
        if (network != null) {
            network.close();
        }
    }

    @Test
    void throughOneNodeItFindsAll() throws Exception {
        JsonObject ready = client.await("ready", event -> true, PATIENCE);
        assertThat(places(ready.getJsonArray("nodes"))).as("its table after bootstrapping from %s", network.first().address())
                .containsExactlyInAnyOrderEntriesOf(addresses);
    }

    @Test
    void itsLookupsVisitEachOfOursAndFindWhatTheyLookFor() throws Exception {
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
        assertThat(client.events("ping")).hasSize(count).allSatisfy(ping -> {
            assertThat(ping.getString("failure")).isEmpty();
            assertThat(ping.getString("answered_id")).isEqualTo(ping.getString("id"));
            assertThat(ping.getString("address")).isEqualTo(addresses.get(ping.getString("id")));
        });
    }

    @Test
    void oursAskItUnderTheirOwnNames() throws Exception {
        for (Map.Entry<String, String> ours : addresses.entrySet()) {
            JsonObject question = client.await("query", query -> query.getString("address").equals(ours.getValue()), PATIENCE);
            assertThat(question.getString("id")).isEqualTo(ours.getKey());
        }
    }

    @Test
    void oursHaveItInTheirTablesAndFindItByLookup() throws Exception {
        for (DemoNode node : network.nodes()) {
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
        assertThat(client.events("warning")).isEmpty();
        assertThat(client.events("error")).isEmpty();
    }

    @Test
    void whatItPutsOursGet() throws Exception {
        JsonObject put = client.ask("put", order("value", "from JavaScript"));
        assertThat(put.getString("failure")).isEmpty();
        assertThat(put.getInt("stored")).isEqualTo(count);
        for (DemoNode node : network.nodes()) {
            assertThat(Ctl.run(node, "dht", "get", put.getString("target")).asJsonObject().getString("value"))
                    .isEqualTo("from JavaScript");
        }
    }

    @Test
    void whatOursPutItGets() throws Exception {
        for (String value : List.of("from Java", "long ".repeat(199))) {
            JsonObject put = Ctl.run(network.last(), "dht", "put", value).asJsonObject();
            assertThat(put.getJsonArray("refusals")).isEmpty();
            JsonObject got = client.ask("get", order("target", put.getString("target")));
            assertThat(got.getString("failure")).isEmpty();
            assertThat(got.getString("value")).isEqualTo(value);
        }
    }

    @Test
    void itsMutableItemsAreReadAndReplacedHere() throws Exception {
        String key = client.await("ready", event -> true, PATIENCE).getString("public_key");
        for (int sequence = 1; sequence <= 2; sequence++) {
            JsonObject put = client.ask("put_mutable", order("value", "version " + sequence).add("salt", "diary").add("sequence", sequence));
            assertThat(put.getString("failure")).isEmpty();
            assertThat(put.getInt("stored")).isEqualTo(count);
            for (DemoNode node : network.nodes()) {
                JsonObject got = Ctl.run(node, "dht", "get", "--key", key, "--salt", "diary").asJsonObject();
                assertThat(got.getString("value")).isEqualTo("version " + sequence);
                assertThat(got.getInt("sequence")).isEqualTo(sequence);
                assertThat(got.getString("target")).isEqualTo(put.getString("target"));
            }
        }
        JsonObject late = client.ask("put_mutable", order("value", "late").add("salt", "diary").add("sequence", 3).add("cas", 1));
        assertThat(late.getInt("stored")).as("with a sequence number that is no longer the one stored").isZero();
        assertThat(Ctl.run(network.first(), "dht", "get", "--key", key, "--salt", "diary").asJsonObject().getString("value"))
                .isEqualTo("version 2");
    }

    @Test
    void itReadsAndKeepsOurMutableItems() throws Exception {
        for (String version : List.of("first", "second")) {
            JsonObject put = Ctl.run(network.last(), "dht", "put", "--mutable", "--salt", "s", version).asJsonObject();
            assertThat(put.getJsonArray("refusals")).isEmpty();
            JsonObject got = client.ask("get", order("target", put.getString("target")).add("salt", "s"));
            assertThat(got.getString("failure")).isEmpty();
            assertThat(got.getString("value")).isEqualTo(version);
            assertThat(got.getInt("sequence")).isEqualTo(put.getInt("sequence"));
        }
    }

    @Test
    void itStoresForOurs() throws Exception {
        for (int i = 0; stores("put") == 0 && i < 40; i++) {
            Ctl.run(network.last(), "dht", "put", "value " + i);
        }
        assertThat(stores("put")).as("values that we stored at it").isPositive();
    }

    private long stores(String method) {
        return client.events("query").stream().filter(query -> query.getString("method").equals(method)).count();
    }

    @Test
    void whoAnnouncesIsFoundByTheOther() throws Exception {
        String file = network.addresses().keySet().iterator().next();
        assertThat(client.ask("announce", order("info_hash", file).add("port", 7777)).getString("failure")).isEmpty();
        Ctl.run(network.last(), "dht", "announce", file, "--port", "8888");
        String theirs = clientAddress.replaceAll(":.*", ":7777");
        String ours = network.last().address().replaceAll(":.*", ":8888");

        assertThat(Ctl.run(network.first(), "dht", "peers", file).asJsonObject().getJsonArray("peers")
                .getValuesAs(JsonString::getString)).containsExactlyInAnyOrder(theirs, ours);
        assertThat(client.ask("lookup", order("info_hash", file)).getJsonArray("peers").getValuesAs(JsonString::getString))
                .contains(ours);
    }

    private static JsonObjectBuilder order(String name, String value) {
        return Json.createObjectBuilder().add(name, value);
    }

    /** Addresses by id. */
    private static Map<String, String> places(JsonArray nodes) {
        return nodes.stream().map(JsonValue::asJsonObject)
                .collect(Collectors.toMap(node -> node.getString("id"), node -> node.getString("address")));
    }
}
