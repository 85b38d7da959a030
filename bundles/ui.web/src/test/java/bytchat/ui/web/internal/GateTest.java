package bytchat.ui.web.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in and who does not; each defence has a twin that shows the attack going through without it. */
class GateTest {
    private static final String STATUS = "/api/v1/status";
    private static final String ACCOUNTS = "/api/v1/accounts";
    private static final byte[] CAROL = "{\"name\":\"Carol\"}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] SCRIPT = "<script>alert(document.cookie)</script>".getBytes(StandardCharsets.UTF_8);

    // ---- Host

    /** A page at evil.example, which was made to resolve to 127.0.0.1, is of one origin with this server: Host alone tells. */
    private static int rebound(TestPage page) throws Exception {
        String host = "evil.example:" + page.server.address().getPort();
        return page.send("GET", STATUS, new byte[0], Map.of("host", host, "origin", "http://" + host)).statusCode();
    }

    @Test
    void aForeignNameGetsNothing() throws Exception {
        try (TestPage page = new TestPage()) {
            assertThat(rebound(page)).isEqualTo(421);
            for (String name : new String[] {"127.0.0.1", "localhost", "127.0.0.1:1", "127.0.0.1.evil.example:" + page.server.address().getPort()}) {
                assertThat(page.send("GET", "/", new byte[0], Map.of("host", name)).statusCode()).as(name).isEqualTo(421);
            }
            assertThat(page.send("GET", STATUS, new byte[0], Map.of("host", "localhost:" + page.server.address().getPort())).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void twinWithoutTheHostCheckAReboundNameGetsEverything() throws Exception {
        try (TestPage page = TestPage.without(Defence.HOST)) {
            assertThat(rebound(page)).isEqualTo(200);
        }
    }

    // ---- Origin

    private static int posted(TestPage page, String origin, String site) throws Exception {
        Map<String, String> headers = new HashMap<>();
        headers.put("origin", origin);
        headers.put("sec-fetch-site", site);
        headers.put("content-type", TestPage.JSON);
        return page.send("POST", ACCOUNTS, CAROL, headers).statusCode();
    }

    /** Another local server is of the same site, so SameSite does not keep the cookie from it: its origin tells. */
    @Test
    void whatChangesSomethingComesFromThisPage() throws Exception {
        try (TestPage page = new TestPage()) {
            assertThat(posted(page, "http://evil.example", "cross-site")).isEqualTo(403);
            assertThat(posted(page, "http://127.0.0.1:1", "same-site")).isEqualTo(403);
            assertThat(posted(page, "null", "same-origin")).isEqualTo(403);
            assertThat(posted(page, null, "none")).isEqualTo(403);
            assertThat(posted(page, null, null)).isEqualTo(403);
            assertThat(page.node.accounts).isEmpty();
            assertThat(posted(page, page.origin, null)).isEqualTo(201);
            assertThat(posted(page, null, "same-origin")).isEqualTo(201);
        }
    }

    @Test
    void twinWithoutTheOriginCheckAnotherLocalServerActsForTheUser() throws Exception {
        try (TestPage page = TestPage.without(Defence.ORIGIN)) {
            assertThat(posted(page, "http://127.0.0.1:1", "same-site")).isEqualTo(201);
        }
    }

    @Test
    void theStreamOfEventsIsForThisPageOnly() throws Exception {
        try (TestPage page = new TestPage()) {
            Map<String, String> foreign = Map.of("sec-fetch-site", "cross-site", "origin", "http://evil.example");
            assertThat(page.send("GET", "/api/v1/events", new byte[0], foreign).statusCode()).isEqualTo(403);
        }
        try (TestPage page = TestPage.without(Defence.ORIGIN)) {
            Map<String, String> foreign = Map.of("sec-fetch-site", "cross-site", "origin", "http://evil.example");
            HttpResponse<InputStream> stream =
                    page.client.send(page.request("GET", "/api/v1/events", new byte[0], foreign), BodyHandlers.ofInputStream());
            assertThat(stream.statusCode()).as("the twin").isEqualTo(200);
            stream.body().close();
        }
    }

    // ---- session

    @Test
    void withoutASessionThereIsOnlyThePageThatSaysSo() throws Exception {
        try (TestPage page = new TestPage()) {
            page.cookie = "bytchat-" + page.server.address().getPort() + "=guess";
            for (String path : new String[] {STATUS, ACCOUNTS, "/api/v1/openapi.json", "/api/v1/events", "/api/v1/nothing"}) {
                HttpResponse<byte[]> answer = page.get(path);
                assertThat(answer.statusCode()).as(path).isEqualTo(401);
                assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("\"error\"");
            }
            assertThat(page.send("POST", ACCOUNTS, CAROL, Map.of("content-type", TestPage.JSON)).statusCode()).isEqualTo(401);
            for (String path : new String[] {"/", "/index.html", "/app.js", "/nothing"}) {
                HttpResponse<byte[]> answer = page.get(path);
                assertThat(answer.statusCode()).as(path).isEqualTo(401);
                assertThat(answer.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
                assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("bytchat").doesNotContain("<script");
            }
        }
        try (TestPage page = TestPage.without(Defence.SESSION)) {
            page.cookie = "";
            assertThat(page.get(STATUS).statusCode()).as("the twin").isEqualTo(200);
        }
    }

    @Test
    void theTokenBecomesACookieAndLeavesTheAddress() throws Exception {
        try (TestPage page = new TestPage()) {
            HttpResponse<String> answer =
                    page.client.send(HttpRequest.newBuilder(URI.create(page.server.launchAddress())).build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(303);
            assertThat(answer.headers().firstValue("location")).contains("/");
            assertThat(answer.headers().firstValue("referrer-policy")).contains("no-referrer");
            assertThat(answer.headers().firstValue("set-cookie").orElseThrow())
                    .startsWith("bytchat-" + page.server.address().getPort() + "=").contains("; HttpOnly").contains("; SameSite=Strict")
                    .contains("; Path=/").doesNotContain("Domain");
            String wrong = page.server.launchAddress().replaceAll("token=.", "token=*");
            page.cookie = "";
            HttpResponse<byte[]> refused = page.get(wrong.substring(wrong.indexOf('/', 8)));
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().firstValue("set-cookie")).isEmpty();
        }
    }

    @Test
    void aSessionOutlivesARestartAndEndsByItself() throws Exception {
        String value;
        try (TestPage page = new TestPage()) {
            value = page.cookie.substring(page.cookie.indexOf('=') + 1);
        }
        try (TestPage page = new TestPage()) {
            page.cookie = "bytchat-" + page.server.address().getPort() + "=" + value;
            assertThat(page.get(STATUS).statusCode()).isEqualTo(200);
            page.millis.addAndGet(Sessions.LIFETIME.toMillis());
            assertThat(page.get(STATUS).statusCode()).isEqualTo(401);
        }
    }

    // ---- content from people

    private static HttpResponse<byte[]> disguised(TestPage page) throws Exception {
        String messages = page.contact('b') + "/messages/";
        return page.get(messages + page.messenger.receive('b', "image/png", SCRIPT).number() + "/data");
    }

    @Test
    void whatIsNotAnImageIsADownload() throws Exception {
        try (TestPage page = new TestPage()) {
            HttpResponse<byte[]> answer = disguised(page);
            assertThat(answer.headers().firstValue("content-type")).contains("application/octet-stream");
            assertThat(answer.headers().firstValue("content-disposition")).contains("attachment; filename=\"message-0.bin\"");
            for (String type : new String[] {"text/html", "image/svg+xml", "text/html\r\nset-cookie: x=y"}) {
                long number = page.messenger.receive('b', type, SCRIPT).number();
                HttpResponse<byte[]> other = page.get(page.contact('b') + "/messages/" + number + "/data");
                assertThat(other.headers().firstValue("content-type")).as(type).contains("application/octet-stream");
            }
        }
    }

    @Test
    void twinWithoutTheCheckOfItsBeginningAnythingIsServedAsAnImage() throws Exception {
        try (TestPage page = TestPage.without(Defence.IMAGE_MAGIC)) {
            assertThat(disguised(page).headers().firstValue("content-type")).contains("image/png");
        }
    }

    @Test
    void theBrowserIsToldToRunNothingButThisPage() throws Exception {
        try (TestPage page = new TestPage()) {
            for (String path : new String[] {"/", STATUS, "/nothing"}) {
                var headers = page.get(path).headers();
                assertThat(headers.firstValue("content-security-policy").orElseThrow()).as(path)
                        .contains("default-src 'none'").contains("script-src 'self'").contains("frame-ancestors 'none'")
                        .doesNotContain("unsafe");
                assertThat(headers.firstValue("x-content-type-options")).contains("nosniff");
                assertThat(headers.firstValue("referrer-policy")).contains("no-referrer");
                assertThat(headers.firstValue("cross-origin-resource-policy")).contains("same-origin");
                assertThat(headers.map()).doesNotContainKey("access-control-allow-origin");
            }
            assertThat(disguised(page).headers().firstValue("content-security-policy").orElseThrow()).contains("sandbox");
        }
        try (TestPage page = TestPage.without(Defence.CONTENT_POLICY)) {
            assertThat(disguised(page).headers().firstValue("content-security-policy")).as("the twin").isEmpty();
        }
    }

    // ---- bounds

    @Test
    void changesAndStrangersAreLimited() throws Exception {
        try (TestPage page = new TestPage(EnumSet.noneOf(Defence.class), TestPage.bounds(64, 16, 2, 2))) {
            String read = page.contact('b') + "/read";
            for (int i = 0; i < 4; i++) {
                assertThat(page.sendJson("PUT", read, "{\"number\":1}").statusCode()).isEqualTo(204);
            }
            assertThat(page.sendJson("PUT", read, "{\"number\":1}").statusCode()).isEqualTo(429);
            page.millis.addAndGet(500);
            assertThat(page.sendJson("PUT", read, "{\"number\":1}").statusCode()).isEqualTo(204);
            assertThat(page.get(STATUS).statusCode()).as("reading goes on").isEqualTo(200);
            String mine = page.cookie;
            page.cookie = "";
            for (int i = 0; i < 4; i++) {
                assertThat(page.get(STATUS).statusCode()).isEqualTo(401);
            }
            assertThat(page.get(STATUS).statusCode()).isEqualTo(429);
            page.cookie = mine;
            assertThat(page.get(STATUS).statusCode()).as("strangers do not take the owner's share").isEqualTo(200);
        }
        try (TestPage page = new TestPage(EnumSet.noneOf(Defence.class), TestPage.bounds(64, 16, 1_000, 1_000))) {
            for (int i = 0; i < 20; i++) {
                assertThat(page.sendJson("PUT", page.contact('b') + "/read", "{\"number\":1}").statusCode()).as("the twin").isEqualTo(204);
            }
        }
    }

    @Test
    void connectionsAreBounded() throws Exception {
        try (TestPage page = new TestPage(EnumSet.noneOf(Defence.class), TestPage.bounds(4, 16, 1_000, 1_000))) {
            int port = page.server.address().getPort();
            try (Socket one = new Socket("127.0.0.1", port); Socket two = new Socket("127.0.0.1", port);
                    Socket three = new Socket("127.0.0.1", port); Socket four = new Socket("127.0.0.1", port)) {
                four.setSoTimeout(10_000);
                // the page itself has one, so one of these is closed at once
                assertThat(four.getInputStream().read()).isEqualTo(-1);
                assertThat((Long) page.server.facts().get("connections_refused")).isPositive();
                assertThat(one.isConnected() && two.isConnected() && three.isConnected()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "GET http://evil.example/ HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "nonsense\r\n\r\n",
        "GET /LONG HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "CONNECT evil.example:443 HTTP/1.1\r\nHost: HOST\r\n\r\n"})
    void whatIsNotARequestOfThisServerEndsIt(String text) throws Exception {
        try (TestPage page = new TestPage()) {
            assertThat(raw(page, text)).matches("(?s)HTTP/1.1 4(00|03|14|21) .*");
        }
    }

    /** A second request while the first is being answered: no browser does it, and answers could be mixed up. */
    @Test
    void requestsDoNotOvertakeEachOther() throws Exception {
        try (TestPage page = new TestPage()) {
            String request = "GET " + STATUS + " HTTP/1.1\r\nHost: HOST\r\nCookie: " + page.cookie + "\r\n\r\n";
            assertThat(raw(page, request.repeat(50)).split("HTTP/1.1 200", -1)).hasSizeLessThan(51);
        }
    }

    private static String raw(TestPage page, String text) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", page.server.address().getPort())) {
            socket.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
            socket.getOutputStream().write(text.replace("HOST", "127.0.0.1:" + page.server.address().getPort())
                    .replace("LONG", "x".repeat(5_000)).getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
