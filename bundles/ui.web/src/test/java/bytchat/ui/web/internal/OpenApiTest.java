package bytchat.ui.web.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.messaging.Messenger.ContactState;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The API does what {@code openapi.json} says, no more and no less. */
class OpenApiTest {
    private static final String ACCOUNTS = "/api/v1/accounts";
    private static final String CONTACTS = ACCOUNTS + "/{account}/contacts";
    private static final String CONTACT = CONTACTS + "/{contact}";
    private static final String MESSAGES = CONTACT + "/messages";
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 1, 2, 3};
    private static final String UNKNOWN = ScriptedMessenger.ref('f');

    private TestPage page;
    private Contract contract;
    private String bob;

    @BeforeEach
    void start() throws Exception {
        page = new TestPage();
        contract = new Contract();
        bob = ScriptedMessenger.ref('b');
    }

    @AfterEach
    void stop() {
        page.close();
    }

    @Test
    void whatIsServedIsDescribedAndTheReverse() {
        assertThat(page.server.operations()).isEqualTo(contract.operations());
    }

    @Test
    void everyOperationAnswersAsDescribed() throws Exception {
        get("/api/v1/openapi.json");
        get("/api/v1/status");
        get("/api/v1/planes");
        get("/api/v1/features");
        ok("PUT", "/api/v1/planes/active", "{\"name\":\"direct\"}");
        failed(409, "PUT", "/api/v1/planes/active", "{\"name\":\"pigeon\"}");
        failed(400, "PUT", "/api/v1/planes/active", "{}");

        assertThat(body(ok("POST", ACCOUNTS, "{\"name\":\"Carol\"}"))).contains("Carol");
        failed(400, "POST", ACCOUNTS, "{\"name\":\" \"}");
        failed(400, "POST", ACCOUNTS, "{\"name\":\"" + "x".repeat(65) + "\"}");
        failed(400, "POST", ACCOUNTS, "[\"name\"]");
        assertThat(body(get(ACCOUNTS))).containsSubsequence("Alice", "Carol");
        assertThat(body(get(ACCOUNTS + "/{account}/link.svg"))).startsWith("<svg ");

        assertThat(body(ok("POST", CONTACTS, "{\"link\":\"" + ScriptedMessenger.LINK + "\",\"name\":\"Bobby\"}"))).contains("Bobby");
        failed(400, "POST", CONTACTS, "{\"link\":\"nonsense\"}");
        assertThat(body(ok("PATCH", CONTACT, "{\"name\":\"Bob\"}"))).contains("\"Bob\"");
        page.messenger.contact('c', "Carol", ContactState.REQUEST);
        assertThat(body(ok("POST", CONTACT + "/accept", "", ScriptedMessenger.ref('c')))).contains("handshaking");
        get(CONTACTS);

        ok("POST", MESSAGES, "{\"text\":\"hello\"}");
        contract.check("POST", MESSAGES, page.send("POST", path(MESSAGES), PNG, Map.of("content-type", "image/png")));
        page.messenger.receive('b', "text/html; charset=utf-8", "<script>alert(1)</script>".getBytes(StandardCharsets.UTF_8));
        page.messenger.receive('b', "text/plain", new byte[] {(byte) 0xff});
        page.messenger.receive('b', "image/png", "<svg onload=alert(1)>".getBytes(StandardCharsets.UTF_8));
        page.messenger.receive('b', "application/pdf", "%PDF".getBytes(StandardCharsets.UTF_8));
        String conversation = body(get(MESSAGES));
        assertThat(conversation).containsSubsequence("\"text\"", "\"image\"", "\"text\"", "\"file\"", "\"file\"", "\"file\"")
                .contains("waiting: no other node is known").contains("\"earlier\":null");
        assertThat(body(contract.check("GET", MESSAGES, page.get(path(MESSAGES) + "?limit=2&before=3")))).contains("\"earlier\":1");
        for (int number = 0; number < 6; number++) {
            contract.check("GET", MESSAGES + "/{number}/data", page.get(path(MESSAGES) + "/" + number + "/data"));
        }
        get(ACCOUNTS + "/{account}/chats");
        ok("PUT", CONTACT + "/read", "{\"number\":3}");
        assertThat(body(get(ACCOUNTS + "/{account}/chats"))).contains("\"unread\":2");

        // the stream goes on for ever: its head is what can be held against the description here, its events are in FeedTest
        HttpResponse<java.io.InputStream> events = page.client.send(page.request("GET", "/api/v1/events", new byte[0], Map.of()),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(events.statusCode()).isEqualTo(200);
        assertThat(events.headers().firstValue("content-type")).contains("text/event-stream");
        events.body().close();
        contract.shown.add("GET /api/v1/events");

        assertThat(contract.shown).isEqualTo(contract.operations());
    }

    @Test
    void whatIsNotThereIsNotFound() throws Exception {
        page.contact('b');
        for (String path : new String[] {CONTACTS, ACCOUNTS + "/{account}/chats", ACCOUNTS + "/{account}/link.svg"}) {
            failed(404, contract.check("GET", path, page.get(path.replace("{account}", UNKNOWN))));
        }
        failed(404, "GET", MESSAGES, "", UNKNOWN);
        failed(404, "POST", MESSAGES, "{\"text\":\"hello\"}", UNKNOWN);
        failed(404, "PATCH", CONTACT, "{\"name\":\"x\"}", UNKNOWN);
        failed(404, "POST", CONTACT + "/accept", "", UNKNOWN);
        failed(404, "PUT", CONTACT + "/read", "{\"number\":1}", UNKNOWN);
        failed(404, contract.check("GET", MESSAGES + "/{number}/data", page.get(path(MESSAGES) + "/77/data")));
        assertThat(page.get("/api/v1/nothing").statusCode()).isEqualTo(404);
        assertThat(page.get("/api/v1/accounts/" + "A".repeat(128) + "/chats").statusCode()).isEqualTo(404);
        assertThat(page.sendJson("DELETE", path(CONTACT), "{}").statusCode()).isEqualTo(405);
    }

    @Test
    void whatIsNotUnderstoodIsSaidInASentence() throws Exception {
        page.contact('b');
        page.messenger.contact('c', "Carol", ContactState.REQUEST);
        failed(400, "POST", MESSAGES, "{\"text\":7}");
        failed(400, "POST", MESSAGES, "{\"text\":\"\"}");
        failed(400, "POST", MESSAGES, "{");
        failed(400, "POST", MESSAGES, "{\"text\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}");
        failed(400, "POST", MESSAGES, "{\"text\":\"not accepted yet\"}", ScriptedMessenger.ref('c'));
        failed(413, "POST", MESSAGES, "{\"text\":\"" + "ä".repeat(40_000) + "\"}");
        failed(400, "PUT", CONTACT + "/read", "{\"number\":-1}");
        failed(400, "PUT", CONTACT + "/read", "{\"number\":1e99}");
        failed(400, contract.check("GET", MESSAGES, page.get(path(MESSAGES) + "?limit=201")));
        failed(400, contract.check("GET", MESSAGES, page.get(path(MESSAGES) + "?before=soon")));
        failed(415, contract.check("POST", MESSAGES, page.send("POST", path(MESSAGES), PNG, Map.of("content-type", "image/svg+xml"))));
        failed(400, contract.check("POST", MESSAGES, page.send("POST", path(MESSAGES), PNG, Map.of("content-type", "image/jpeg"))));
        failed(415, contract.check("POST", ACCOUNTS, page.send("POST", ACCOUNTS, "name=x".getBytes(StandardCharsets.UTF_8),
                Map.of("content-type", "application/x-www-form-urlencoded"))));
        byte[] large = new byte[60_000];
        System.arraycopy(PNG, 0, large, 0, PNG.length);
        failed(413, contract.check("POST", MESSAGES, page.send("POST", path(MESSAGES), large, Map.of("content-type", "image/png"))));
        failed(413, contract.check("POST", MESSAGES, page.send("POST", path(MESSAGES), new byte[HttpConnection.BODY_BYTES_MAX + 1],
                Map.of("content-type", "image/png"))));
    }

    @Test
    void partsThatDoNotRunAreNamed() throws Exception {
        page.node.empty = true;
        failed(503, contract.check("GET", "/api/v1/status", page.get("/api/v1/status")));
        failed(503, contract.check("GET", "/api/v1/planes", page.get("/api/v1/planes")));
        failed(503, contract.check("GET", "/api/v1/features", page.get("/api/v1/features")));
        failed(503, "POST", ACCOUNTS, "{\"name\":\"x\"}");
        assertThat(body(get(ACCOUNTS))).contains("Alice");
    }

    /** The twin: the check sees a field that is not described, and one that is missing. */
    @Test
    void whatIsNotAsDescribedIsSeen() {
        assertThatThrownBy(() -> contract.check("Error", "{\"error\":\"no\",\"secret\":1}")).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> contract.check("Plane", "{\"name\":\"mailbox\"}")).isInstanceOf(AssertionError.class);
    }

    // ---- short forms

    private String path(String template) {
        return path(template, bob);
    }

    private static String path(String template, String contact) {
        return template.replace("{account}", TestPage.ACCOUNT).replace("{contact}", contact);
    }

    private HttpResponse<byte[]> get(String template) throws Exception {
        HttpResponse<byte[]> answer = contract.check("GET", template, page.get(path(template)));
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer;
    }

    private HttpResponse<byte[]> ok(String method, String template, String json) throws Exception {
        return ok(method, template, json, bob);
    }

    private HttpResponse<byte[]> ok(String method, String template, String json, String contact) throws Exception {
        HttpResponse<byte[]> answer = contract.check(method, template, page.sendJson(method, path(template, contact), json));
        assertThat(answer.statusCode()).as(body(answer)).isBetween(200, 204);
        return answer;
    }

    private void failed(int status, String method, String template, String json) throws Exception {
        failed(status, method, template, json, bob);
    }

    private void failed(int status, String method, String template, String json, String contact) throws Exception {
        failed(status, contract.check(method, template, method.equals("GET") ? page.get(path(template, contact))
                : page.sendJson(method, path(template, contact), json)));
    }

    private static void failed(int status, HttpResponse<byte[]> answer) {
        assertThat(answer.statusCode()).as(body(answer)).isEqualTo(status);
        try (var reader = Views.PROVIDER.createReader(new ByteArrayInputStream(answer.body()))) {
            assertThat(reader.readObject().getString("error")).endsWith(".").doesNotContain("Exception");
        }
    }

    private static String body(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }
}
