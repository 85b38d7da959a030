package bytchat.itests.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** How fast the page is; asserts nothing about it, since that is the machine's business as well. */
@EnabledIfSystemProperty(named = "bytchat.browser.figures", matches = ".+")
@ExtendWith(Chromium.class)
class FiguresIT {
    private static final int LOADS = 21;
    private static final int MESSAGES = 100;
    /** Notes when the first thing that can be used is there; when Enter is pressed; when each text is shown. */
    private static final String STOPWATCH = """
            window.shownAt = {};
            new MutationObserver(() => {
                if (!window.usableAt && document.querySelector('.sidebar a.button')) {
                    window.usableAt = performance.now();
                }
                for (const p of document.querySelectorAll('.theirs .bubble.text p:not([data-noted])')) {
                    p.dataset.noted = 'yes';
                    window.shownAt[p.innerText] = Date.now();
                }
            }).observe(document, {subtree: true, childList: true});
            addEventListener('keydown', event => event.key === 'Enter' && (window.enterAt = Date.now()), true);
            """;

    private final List<String> lines = new ArrayList<>();

    @Test
    void measure(@TempDir Path directory) throws Exception {
        try (Couple couple = new Couple(directory)) {
            couple.alice().context().addInitScript(STOPWATCH);
            couple.bob().context().addInitScript(STOPWATCH);
            couple.meet();
            loads(couple);
            messages(couple, "mailbox plane");
            for (Person person : List.of(couple.alice(), couple.bob())) {
                person.follow("Settings");
                person.button("Switch to Direct for all messages").click();
                person.page().getByText("Messages travel by: Direct").waitFor();
            }
            couple.alice().openConversation("Bob");
            couple.bob().openConversation("Alice");
            messages(couple, "direct plane");
        }
        Path file = Path.of(System.getProperty("bytchat.browser.figures"));
        Files.createDirectories(file.getParent());
        Files.write(file, lines);
        lines.forEach(System.out::println);
    }

    /** By somebody who comes for the first time each time: nothing is cached. */
    private void loads(Couple couple) throws Exception {
        String address = Neighbourhood.page(couple.nodes().alice());
        double[] millis = new double[LOADS];
        long bytes = 0;
        int answers = 0;
        for (int i = 0; i < LOADS; i++) {
            try (Person visitor = new Person("Visitor", couple.browser())) {
                visitor.context().addInitScript(STOPWATCH);
                List<Response> responses = new ArrayList<>();
                visitor.page().onResponse(responses::add);
                visitor.open(address).page().locator(".sidebar a.button").first().waitFor();
                millis[i] = ((Number) visitor.page().evaluate("window.usableAt")).doubleValue();
                visitor.openConversation("Bob");
                List<Response> whole = responses.stream().filter(response -> !response.url().endsWith("/events")).toList();
                bytes = whole.stream().mapToLong(response -> response.request().sizes().responseHeadersSize
                        + response.request().sizes().responseBodySize).sum();
                answers = whole.size();
            }
        }
        lines.add(String.format(Locale.ROOT, "usable after opening the address, nothing cached: %s; %d bytes in %d answers",
                quantiles(millis), bytes, answers));
    }

    private void messages(Couple couple, String plane) {
        Page alice = couple.alice().page();
        Page bob = couple.bob().page();
        double[] millis = new double[MESSAGES];
        for (int i = 0; i < MESSAGES; i++) {
            String text = plane + ", message " + i;
            couple.alice().write(text);
            couple.bob().awaitShown(text);
            millis[i] = ((Number) bob.evaluate("text => window.shownAt[text]", text)).doubleValue()
                    - ((Number) alice.evaluate("window.enterAt")).doubleValue();
            assertThat(millis[i]).isNotNegative();
        }
        lines.add(String.format(Locale.ROOT, "Enter pressed on one page to shown on the other, %s, %d messages one by one: %s", plane, MESSAGES,
                quantiles(millis)));
    }

    private static String quantiles(double[] millis) {
        double[] sorted = millis.clone();
        Arrays.sort(sorted);
        return String.format(Locale.ROOT, "p50 %.0f ms, p99 %.0f ms, largest %.0f ms", at(sorted, 0.5), at(sorted, 0.99), sorted[sorted.length - 1]);
    }

    /** Nearest rank. */
    private static double at(double[] sorted, double quantile) {
        return sorted[(int) Math.ceil(quantile * sorted.length) - 1];
    }
}
