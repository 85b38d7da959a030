package bytchat.itests.container;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.LocalNode;
import bytchat.api.status.NodeHealth;
import bytchat.api.status.State;
import bytchat.api.ui.PageAddress;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes and nothing but their pages' HTTP: accounts, contacts, a conversation with an image, and a restart in between. */
class PageIT {
    private static final String FEATURES = "core,hash-sha512,routing,holder,mailbox-plane,direct-plane,shell,web";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 0};

    @TempDir
    Path directory;

    @Test
    void twoPagesHoldAConversation() throws Exception {
        try (TestNode a = start("a", Map.of("reachable", "yes"))) {
            Map<String, String> joins = Map.of("bootstrap", "127.0.0.1:" + a.service(LocalNode.class).listen().getPort(), "reachable", "yes");
            Page alice = Page.open(a, "Alice");
            TestNode b = start("b", joins);
            try {
                Page bob = Page.open(b, "Bob");
                ConcurrentLinkedQueue<String> heard = bob.listen();
                String toBob = alice.add(bob);
                alice.post(toBob + "/messages", "{\"text\":\"<b>hello</b> Bob\"}");
                Await.until("a request on Bob's page", PATIENCE, () -> bob.list("contacts").stream()
                        .anyMatch(contact -> contact.getString("state").equals("request")));
                String toAlice = bob.contact(bob.list("contacts").get(0).getString("ref"));
                bob.post(toAlice + "/accept", "");
                Await.until("the text at Bob's", PATIENCE, () -> bob.texts(toAlice).contains("<b>hello</b> Bob"));
                assertThat(bob.list("chats").get(0).getInt("unread")).isEqualTo(1);
                Await.until("delivered at Alice's", PATIENCE, () -> alice.states(toBob).equals(List.of("delivered")));
                Await.until("events at Bob's", PATIENCE, () -> List.of("hello", "contact", "message").stream()
                        .allMatch(name -> heard.contains("event: " + name)));

                alice.send("POST", toBob + "/messages", "image/png", PNG);
                Await.until("the image at Bob's", PATIENCE, () -> bob.messages(toAlice).size() == 2);
                JsonObject image = bob.messages(toAlice).get(1);
                assertThat(image.getString("kind")).isEqualTo("image");
                HttpResponse<byte[]> bytes = bob.send("GET", image.getString("href"), "", new byte[0]);
                assertThat(bytes.body()).isEqualTo(PNG);
                assertThat(bytes.headers().firstValue("content-type")).contains("image/png");

                b.close();
                alice.post(toBob + "/messages", "{\"text\":\"while you were away\"}");
                b = start("b", joins);
                bob.again(b);
                Await.until("the text after the restart", PATIENCE, () -> bob.texts(toAlice).contains("while you were away"));
                Await.until("all delivered", PATIENCE,
                        () -> alice.states(toBob).equals(List.of("delivered", "delivered", "delivered")));
                assertThat(bob.texts(toAlice)).as("each once").containsExactly("<b>hello</b> Bob", "", "while you were away");
            } finally {
                b.close();
            }
        }
    }

    /** A part that says why, and a node that runs all the same. */
    @Test
    void thePageIsServedOnLoopbackOnly() throws Exception {
        String everywhere = TestNode.keySpace(Map.of()).replaceFirst("}}$", "},\"bytchat.ui.web\":{\"listen\":\"0.0.0.0:0\"}}");
        try (TestNode node = TestNode.start(directory, FEATURES, everywhere)) {
            NodeHealth health = node.service(NodeHealth.class);
            Await.until("the page's part", PATIENCE, () -> health.parts().containsKey("ui.web"));
            assertThat(health.parts().get("ui.web").state()).isEqualTo(State.FAILED);
            assertThat(health.parts().get("ui.web").reason()).contains("loopback");
            assertThat(node.context().getServiceReference(PageAddress.class)).isNull();
        }
    }

    private TestNode start(String name, Map<String, String> keySpace) throws Exception {
        TestNode node = TestNode.start(directory.resolve(name), FEATURES, TestNode.keySpace(keySpace));
        node.awaitReady();
        return node;
    }

    /** A browser's side of one page. */
    private static final class Page {
        private final HttpClient client = HttpClient.newHttpClient();
        private final String origin;
        private final String cookie;
        private String account = "";
        private String link = "";

        private Page(String address) throws Exception {
            origin = address.substring(0, address.indexOf('/', "http://".length()));
            HttpResponse<Void> login = client.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.discarding());
            assertThat(login.statusCode()).isEqualTo(303);
            cookie = login.headers().firstValue("set-cookie").map(line -> line.substring(0, line.indexOf(';'))).orElseThrow();
        }

        static Page open(TestNode node, String name) throws Exception {
            Page page = new Page(node.service(PageAddress.class).address());
            JsonObject made = page.post("/api/v1/accounts", "{\"name\":\"" + name + "\"}");
            page.account = "/api/v1/accounts/" + made.getString("fingerprint");
            page.link = made.getString("link");
            assertThat(page.link).startsWith("bytchat:sha-512/");
            return page;
        }

        /** The same address and the same session, after the node was restarted. */
        void again(TestNode node) throws Exception {
            assertThat(node.service(PageAddress.class).address()).startsWith(origin + "/");
            Await.until("the account", PATIENCE, () -> send("GET", account + "/chats", "", new byte[0]).statusCode() == 200);
        }

        String contact(String ref) {
            return account + "/contacts/" + ref;
        }

        String add(Page other) throws Exception {
            return contact(post(account + "/contacts", "{\"link\":\"" + other.link + "\"}").getString("ref"));
        }

        JsonObject post(String path, String json) throws Exception {
            HttpResponse<byte[]> answer = send("POST", path, "application/json", json.getBytes(StandardCharsets.UTF_8));
            assertThat(answer.statusCode()).as(new String(answer.body(), StandardCharsets.UTF_8)).isBetween(200, 201);
            return json(answer);
        }

        List<JsonObject> list(String what) throws Exception {
            return json(send("GET", account + "/" + what, "", new byte[0])).getJsonArray(what).getValuesAs(JsonObject.class);
        }

        List<JsonObject> messages(String contact) throws Exception {
            return json(send("GET", contact + "/messages", "", new byte[0])).getJsonArray("messages").getValuesAs(JsonObject.class);
        }

        List<String> texts(String contact) throws Exception {
            return messages(contact).stream().map(message -> message.getString("text", "")).toList();
        }

        List<String> states(String contact) throws Exception {
            return messages(contact).stream().map(message -> message.getString("state")).toList();
        }

        HttpResponse<byte[]> send(String method, String path, String type, byte[] body) throws Exception {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin + path)).timeout(PATIENCE).header("cookie", cookie)
                    .header("origin", origin)
                    .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
            if (!type.isEmpty()) {
                request.header("content-type", type);
            }
            return client.send(request.build(), BodyHandlers.ofByteArray());
        }

        /** The lines of the event stream, as they come. */
        ConcurrentLinkedQueue<String> listen() throws Exception {
            ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
            HttpResponse<InputStream> stream = client.send(HttpRequest.newBuilder(URI.create(origin + "/api/v1/events")).header("cookie", cookie)
                    .header("sec-fetch-site", "same-origin").build(), BodyHandlers.ofInputStream());
            assertThat(stream.statusCode()).isEqualTo(200);
            Thread reader = new Thread(() -> new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))
                    .lines().forEach(heard::add), "page events");
            reader.setDaemon(true);
            reader.setUncaughtExceptionHandler((thread, end) -> heard.add("end")); // the node was stopped
            reader.start();
            return heard;
        }

        private static JsonObject json(HttpResponse<byte[]> answer) {
            try (JsonReader reader = Json.createReader(new ByteArrayInputStream(answer.body()))) {
                return reader.readObject();
            }
        }
    }
}
