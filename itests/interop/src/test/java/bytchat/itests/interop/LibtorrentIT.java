package bytchat.itests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.itests.demo.Ctl;
import bytchat.itests.demo.DemoNode;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.EdECPrivateKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** libtorrent, the library that most nodes of the public DHT are made with, unchanged, lives in an open network of our nodes. */
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(LibtorrentCondition.class)
class LibtorrentIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int NODES = 6;

    private OpenNetwork network;
    private LibtorrentPeer client;
    private String clientId;

    @BeforeAll
    void aNetworkAndAStranger(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory) throws Exception {
        network = new OpenNetwork("sha-1", NODES, directory);
        client = LibtorrentPeer.start("127.0.98.1", network.first().address(), directory);
        clientId = client.await("listening", event -> true, PATIENCE).getString("id");
        Map<String, String> live = new HashMap<>();
        for (int i = 0; live.size() < NODES && i < PATIENCE.toSeconds(); i++) {
            live.putAll(liveNodes());
            Thread.sleep(500);
        }
        assertThat(live).as("through one node it finds all").containsExactlyInAnyOrderEntriesOf(network.addresses());
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

    private Map<String, String> liveNodes() throws Exception {
        JsonObject live = after("live_nodes", Json.createObjectBuilder(), "live_nodes", event -> true);
        Map<String, String> places = new HashMap<>();
        for (JsonValue node : live.getJsonArray("nodes")) {
            places.put(node.asJsonObject().getString("id"), node.asJsonObject().getString("address"));
        }
        return places;
    }

    /** Gives an order and waits for what it brings. */
    private JsonObject after(String order, JsonObjectBuilder details, String event, Predicate<JsonObject> fits) throws Exception {
        int before = client.eventCount();
        client.order(order, details);
        return client.await(before, event, fits, PATIENCE);
    }

    @Test
    void oursHaveItInTheirTablesAndFindItByLookup() throws Exception {
        for (DemoNode node : network.nodes()) {
            JsonObject found = Ctl.run(node, "dht", "lookup", clientId).asJsonObject();
            assertThat(found.getString("outcome")).isEqualTo("converged");
            JsonObject nearest = found.getJsonArray("nodes").getJsonObject(0);
            assertThat(nearest.getString("id")).isEqualTo(clientId);
            assertThat(nearest.getString("address")).isEqualTo(client.address());
        }
    }

    @Test
    void whatItPutsOursGet() throws Exception {
        JsonObject put = after("put", order("value", "from libtorrent"), "put", event -> true);
        assertThat(put.getInt("stored")).isGreaterThanOrEqualTo(NODES);
        for (DemoNode node : network.nodes()) {
            assertThat(Ctl.run(node, "dht", "get", put.getString("target")).asJsonObject().getString("value"))
                    .isEqualTo("from libtorrent");
        }
    }

    @Test
    void whatOursPutItGets() throws Exception {
        JsonObject put = Ctl.run(network.last(), "dht", "put", "from Java").asJsonObject();
        assertThat(put.getJsonArray("refusals")).isEmpty();
        assertThat(put.getInt("copies")).as("all of ours, and it").isEqualTo(NODES + 1);
        JsonObject got = after("get", order("target", put.getString("target")), "get", event -> true);
        assertThat(got.getString("value")).isEqualTo("from Java");
    }

    @Test
    void itsMutableItemsAreReadHere() throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = keys.getPublic().getEncoded();
        String publicKey = HexFormat.of().formatHex(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        String seed = HexFormat.of().formatHex(((EdECPrivateKey) keys.getPrivate()).getBytes().orElseThrow());
        for (int sequence = 1; sequence <= 2; sequence++) {
            int expected = sequence;
            JsonObject put = after("put_mutable", order("value", "version " + sequence).add("salt", "diary")
                    .add("public_key", publicKey).add("seed", seed), "put", event -> event.getInt("sequence") == expected);
            assertThat(put.getInt("stored")).isGreaterThanOrEqualTo(NODES);
            for (DemoNode node : network.nodes()) {
                JsonObject got = Ctl.run(node, "dht", "get", "--key", publicKey, "--salt", "diary").asJsonObject();
                assertThat(got.getString("value")).isEqualTo("version " + sequence);
                assertThat(got.getInt("sequence")).isEqualTo(sequence);
            }
        }
    }

    @Test
    void itReadsAndKeepsOurMutableItems() throws Exception {
        for (String version : List.of("first", "second")) {
            JsonObject put = Ctl.run(network.last(), "dht", "put", "--mutable", "--salt", "s", version).asJsonObject();
            assertThat(put.getInt("copies")).as("all of ours, and it").isEqualTo(NODES + 1);
            JsonObject got = after("get_mutable", order("public_key", put.getString("public_key")).add("salt", "s"), "get_mutable",
                    event -> event.getBoolean("authoritative"));
            assertThat(got.getString("value")).isEqualTo(version);
            assertThat(got.getInt("sequence")).isEqualTo(put.getInt("sequence"));
        }
    }

    @Test
    void whoAnnouncesIsFoundByTheOther() throws Exception {
        String file = "00112233445566778899aabbccddeeff00112233";
        JsonObject announced = Ctl.run(network.last(), "dht", "announce", file, "--port", "8888").asJsonObject();
        assertThat(announced.getInt("copies")).isEqualTo(NODES + 1);
        String ours = network.last().address().replaceAll(":.*", ":8888");
        JsonObject heard = after("get_peers", order("info_hash", file), "get_peers", event -> true);
        assertThat(heard.getJsonArray("peers").getValuesAs(JsonString::getString)).containsExactly(ours);

        client.order("announce", order("info_hash", file));
        List<String> found = List.of();
        for (int i = 0; found.size() < 2 && i < PATIENCE.toSeconds(); i++) {
            Thread.sleep(1_000);
            found = Ctl.run(network.first(), "dht", "peers", file).asJsonObject().getJsonArray("peers")
                    .getValuesAs(JsonString::getString);
        }
        assertThat(found).containsExactlyInAnyOrder(ours, client.address());
    }

    private static JsonObjectBuilder order(String name, String value) {
        return Json.createObjectBuilder().add(name, value);
    }
}
