package bytchat.ui.web.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.messaging.Messenger.ContactState;
import jakarta.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The stream of events: nothing is missed unnoticed, and nobody fills the memory. */
class FeedTest {
    private static final int STREAMS_MAX = 3;

    private final Feed feed = new Feed(Runnable::run, STREAMS_MAX, "e1", "1");
    private final ScriptedMessenger messenger = new ScriptedMessenger("Alice", 'a');

    /** What a page has read, event by event. */
    private static final class Page implements Feed.Stream {
        final StringBuilder text = new StringBuilder();
        boolean keepsUp = true;
        boolean closed;

        @Override
        public boolean send(String more) {
            text.append(more);
            return keepsUp;
        }

        @Override
        public void close() {
            closed = true;
        }

        List<Map<String, String>> events() {
            return parse(text.toString());
        }

        List<String> names() {
            return events().stream().map(event -> event.get("event")).toList();
        }

        String lastId() {
            List<Map<String, String>> all = events();
            return all.get(all.size() - 1).get("id");
        }
    }

    private static List<Map<String, String>> parse(String text) {
        List<Map<String, String>> events = new ArrayList<>();
        for (String block : text.split("\n\n")) {
            Map<String, String> event = new LinkedHashMap<>();
            block.lines().filter(line -> !line.startsWith(":")).forEach(line ->
                    event.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 2)));
            if (event.containsKey("event")) {
                events.add(event);
            }
        }
        return events;
    }

    private Page open(String lastEventId) throws ApiException {
        Page page = new Page();
        feed.open(page, Optional.ofNullable(lastEventId));
        return page;
    }

    private void message(String text) {
        messenger.receive('b', "text/plain", text.getBytes(StandardCharsets.UTF_8));
    }

    private void follow() {
        feed.add(messenger);
        messenger.contact('b', "Bob", ContactState.CONNECTED);
    }

    @Test
    void everyEventIsAsDescribed() throws Exception {
        follow();
        feed.watch("planes", () -> Optional.of(Views.object().add("planes", Views.PROVIDER.createArrayBuilder()).build()));
        Page page = open(null);
        messenger.contact('b', "Bobby", ContactState.REQUEST);
        message("line one\nline two\r\n\r\nevent: fake");
        messenger.becomes('b', 0, "stored", "stored at 4 of 5");
        feed.read(TestPage.ACCOUNT, ScriptedMessenger.ref('b'), 0, 2);
        assertThat(page.names()).containsExactly("hello", "planes", "contact", "message", "message", "read");
        Contract contract = new Contract();
        List<Map<String, String>> events = page.events();
        for (Map<String, String> event : events) {
            String name = event.get("event");
            contract.check("Event" + Character.toUpperCase(name.charAt(0)) + name.substring(1), event.get("data"));
        }
        assertThat(events.get(3).get("data")).contains("line two");
        assertThat(events.get(4).get("data")).contains("stored at 4 of 5");
        assertThat(events.stream().map(event -> event.get("id")).distinct()).hasSameSizeAs(events);
    }

    @Test
    void aPageThatComesAgainGoesOnWhereItWas() throws Exception {
        follow();
        Page page = open(null);
        message("one");
        feed.closed(page);
        message("two");
        message("three");
        Page again = open(page.lastId());
        assertThat(again.names()).containsExactly("message", "message");
        assertThat(again.text).contains("two").contains("three").doesNotContain("one\"");
        assertThat(open(again.lastId()).names()).isEmpty();
    }

    @Test
    void aPageThatMissedSomethingIsTold() throws Exception {
        follow();
        String before = open(null).lastId();
        for (int i = 0; i < Feed.EVENTS_MAX; i++) {
            message("m");
        }
        Page again = open(before);
        assertThat(again.names()).as("exactly as many as are kept").hasSize(Feed.EVENTS_MAX);
        feed.closed(again);
        message("one too many");
        for (String unknown : List.of(before, "e0-5", "e1-100000", "e1-x", "e1--7", "nonsense")) {
            Page page = open(unknown);
            assertThat(page.names()).as(unknown).containsExactly("reset");
            feed.closed(page);
        }
    }

    @Test
    void keptEventsAreBoundedInSize() throws Exception {
        follow();
        String before = open(null).lastId();
        int messages = Feed.EVENTS_CHARS_MAX / 40_000 + 2;
        for (int i = 0; i < messages; i++) {
            message("x".repeat(40_000));
        }
        assertThat(open(before).names()).containsExactly("reset");
    }

    @Test
    void streamsAreBoundedAndASlowOneIsClosed() throws Exception {
        follow();
        List<Page> pages = List.of(open(null), open(null), open(null));
        assertThatThrownBy(() -> open(null)).isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.status()).isEqualTo(429));
        pages.get(1).keepsUp = false;
        message("one");
        assertThat(pages).extracting(page -> page.closed).containsExactly(false, true, false);
        feed.closed(pages.get(1));
        assertThat(open(null).names()).containsExactly("hello");
        feed.close();
        assertThat(pages).allMatch(page -> page.closed);
        assertThat(messenger.listeners()).isZero();
    }

    @Test
    void whatHasNoListenersIsLookedAtAndToldOnce() throws Exception {
        JsonObject[] now = {Views.object().add("v", 1).build()};
        feed.watch("status", () -> Optional.of(now[0]));
        feed.look();
        Page page = open(null);
        feed.look();
        feed.look();
        now[0] = Views.object().add("v", 2).build();
        feed.look();
        assertThat(page.names()).containsExactly("hello", "status", "status");
    }

    /** A part that fails while it goes keeps neither the others nor the next look from being told. */
    @Test
    void whatCannotBeToldNowIsToldLater() throws Exception {
        RuntimeException[] trouble = {new IllegalStateException("going")};
        feed.watch("status", () -> {
            if (trouble[0] != null) {
                throw trouble[0];
            }
            return Optional.of(Views.hello("1"));
        });
        feed.watch("planes", () -> Optional.of(Views.hello("2")));
        Page page = open(null);
        assertThat(page.names()).containsExactly("hello", "planes");
        trouble[0] = null;
        feed.look();
        assertThat(page.names()).containsExactly("hello", "planes", "status");
    }

    @Test
    void aMessengerThatWentIsNotHeard() {
        feed.add(messenger);
        assertThat(messenger.listeners()).isEqualTo(2);
        feed.remove(messenger);
        assertThat(messenger.listeners()).isZero();
    }

    /** Over a real connection: hello, a live event, then a second connection that goes on. */
    @Test
    void eventsArriveOverHttp() throws Exception {
        try (TestPage page = new TestPage()) {
            page.contact('b');
            List<String> ids = new ArrayList<>();
            try (InputStream stream = stream(page, Map.of())) {
                BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
                assertThat(next(lines, "hello", ids)).contains("version");
                page.messenger.receive('b', "text/plain", "hi".getBytes(StandardCharsets.UTF_8));
                assertThat(next(lines, "message", ids)).contains("hi");
            }
            page.messenger.receive('b', "text/plain", "again".getBytes(StandardCharsets.UTF_8));
            try (InputStream stream = stream(page, Map.of("last-event-id", ids.get(ids.size() - 1)))) {
                assertThat(next(new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8)), "message", ids)).contains("again");
            }
        }
    }

    private static InputStream stream(TestPage page, Map<String, String> headers) throws Exception {
        HttpResponse<InputStream> answer =
                page.client.send(page.request("GET", "/api/v1/events", new byte[0], headers), BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    /** The data of the next event of that name. */
    private static String next(BufferedReader lines, String name, List<String> ids) throws Exception {
        return CompletableFuture.supplyAsync(() -> lines.lines().peek(line -> {
            if (line.startsWith("id: ")) {
                ids.add(line.substring(4));
            }
        }).dropWhile(line -> !line.equals("event: " + name)).skip(1).findFirst().orElseThrow()).get(20, TimeUnit.SECONDS);
    }
}
