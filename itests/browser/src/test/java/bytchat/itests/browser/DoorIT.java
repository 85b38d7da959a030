package bytchat.itests.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import bytchat.itests.demo.Ctl;
import bytchat.itests.demo.DemoNode;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.RequestOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** One node and its page: who gets in, how much is fetched, and whether everything can be reached by keyboard and on a phone. */
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(Chromium.class)
class DoorIT {
    private static final int TRANSFER_BYTES_MAX = 250 * 1024;
    private static final List<String> SCREENS = List.of("", "me", "add", "settings", "new");

    private DemoNode node;
    private String address;
    private String origin;
    private Playwright playwright;
    private Browser browser;

    @BeforeAll
    void start(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory) throws Exception {
        node = new DemoNode("solo", directory.resolve("solo"), System.getProperty("bytchat.script"), List.of("--account", "Alice"),
                Optional.of(Path.of(System.getProperty("bytchat.home"))));
        node.start();
        node.awaitReady();
        address = Neighbourhood.page(node);
        URI uri = URI.create(address);
        origin = uri.getScheme() + "://" + uri.getAuthority();
        playwright = Playwright.create();
        browser = Chromium.launch(playwright);
    }

    @AfterAll
    void end() throws Exception {
        if (playwright != null) {
            playwright.close();
        }
        if (node != null) {
            node.kill();
        }
    }

    @Test
    void withoutTheCookieThereIsAPageThatSaysSoAndNothingElse() {
        try (Person stranger = new Person("Stranger", browser)) {
            Response response = stranger.page().navigate(origin + "/");
            assertThat(response.status()).isEqualTo(401);
            assertThat(stranger.page().getByRole(AriaRole.HEADING)).hasText("This browser is not signed in");
            assertThat((Integer) stranger.page().locator(".brand img").evaluate("image => image.naturalWidth")).isPositive();
            for (String path : List.of("/api/v1/accounts", "/api/v1/events", "/app.js", "/index.html")) {
                assertThat(stranger.context().request().get(origin + path, RequestOptions.create().setHeader("Origin", origin)).status())
                        .as(path).isEqualTo(401);
            }
            assertThat(stranger.complaints()).isEmpty();
        }
    }

    @Test
    void theTokenLeavesTheAddressBarAndTheCookieIsOutOfReachOfScripts() {
        try (Person alice = new Person("Alice", browser).open(address)) {
            alice.follow("My link");
            assertThat(alice.page().url()).doesNotContain("token").startsWith(origin + "/");
            assertThat(alice.page().evaluate("document.cookie")).isEqualTo("");
            assertThat(alice.context().cookies()).hasSize(1).allSatisfy(cookie -> {
                assertThat(cookie.httpOnly).isTrue();
                assertThat(cookie.sameSite.name()).isEqualTo("STRICT");
            });
        }
    }

    @Test
    void anotherNameForThisServerIsRefused() {
        try (Person alice = new Person("Alice", browser).open(address)) {
            APIResponse byItsName = alice.context().request().get(origin + "/api/v1/accounts");
            APIResponse rebound = alice.context().request().get(origin + "/api/v1/accounts",
                    RequestOptions.create().setHeader("Host", "attacker.example:" + URI.create(origin).getPort()));
            assertThat(byItsName.status()).isEqualTo(200);
            assertThat(rebound.status()).isEqualTo(421);
        }
    }

    @Test
    void aForeignPageCanNeitherChangeNorListen() {
        try (Person alice = new Person("Alice", browser).open(address)) {
            RequestOptions foreign = RequestOptions.create().setHeader("Origin", "http://attacker.example").setData("{\"name\":\"Mallory\"}")
                    .setHeader("Content-Type", "application/json");
            assertThat(alice.context().request().post(origin + "/api/v1/accounts", foreign).status()).isEqualTo(403);
            assertThat(alice.context().request().get(origin + "/api/v1/events",
                    RequestOptions.create().setHeader("Origin", "http://attacker.example")).status()).isEqualTo(403);
            assertThat(alice.context().request().get(origin + "/api/v1/accounts").text()).doesNotContain("Mallory");
        }
    }

    @Test
    void littleIsFetchedAndNothingFromElsewhere() {
        try (Person alice = new Person("Alice", browser)) {
            List<Response> responses = new ArrayList<>();
            alice.page().onResponse(responses::add);
            alice.open(address).follow("My link");
            assertThat(alice.page().getByAltText("QR code of your contact link")).isVisible(Person.visible());
            List<Response> whole = responses.stream().filter(response -> !response.url().endsWith("/events")).toList();
            List<String> elsewhere = whole.stream().map(Response::url).filter(url -> !url.startsWith(origin + "/")).toList();
            long bytes = whole.stream().map(response -> response.request().sizes())
                    .mapToLong(sizes -> sizes.responseHeadersSize + sizes.responseBodySize).sum();
            assertThat(elsewhere).isEmpty();
            assertThat(bytes).as("bytes of %d answers", whole.size()).isBetween(10_000L, (long) TRANSFER_BYTES_MAX);
            assertThat(alice.complaints()).isEmpty();
        }
    }

    @Test
    void everyScreenFitsAPhoneAndADesk() {
        for (int width : new int[] {360, 1200}) {
            try (Person alice = new Person("Alice", browser, new Browser.NewContextOptions().setViewportSize(width, 720)).open(address)) {
                for (String screen : SCREENS) {
                    alice.page().navigate(origin + "/#/" + screen);
                    assertThat(alice.page().locator(".sidebar, main").first()).isAttached();
                    assertThat(alice.page().evaluate("document.documentElement.scrollWidth")).as("width of #/%s at %d px", screen, width)
                            .isEqualTo(width);
                }
                assertThat(alice.complaints()).isEmpty();
            }
        }
    }

    /** An account, a contact and a message by keys alone; what has the focus is always named. */
    @Test
    void theKeyboardIsEnough() throws Exception {
        String link = Ctl.run(node, "id").asJsonObject().getJsonArray("accounts").getJsonObject(0).getString("link");
        try (Person alice = new Person("Alice", browser).open(address)) {
            Page page = alice.page();
            tabTo(page, "Switch account");
            page.keyboard().press("Enter");
            tabTo(page, "New account");
            page.keyboard().press("Enter");
            assertThat(page.getByLabel("Your name")).isFocused();
            page.keyboard().type("Zoe");
            page.keyboard().press("Enter");
            assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("You are Zoe. Switch account")))
                    .isVisible(Person.visible());
            tabTo(page, "Add contact");
            page.keyboard().press("Enter");
            assertThat(page.getByLabel("Their contact link")).isFocused();
            page.keyboard().insertText(link);
            tabTo(page, "Add contact", "BUTTON");
            page.keyboard().press("Enter");
            assertThat(alice.field()).isFocused();
            page.keyboard().type("Hello by keys");
            page.keyboard().press("Enter");
            alice.awaitShown("Hello by keys");
            assertThat(alice.field()).isFocused();
            alice.awaitWords("Hello by keys", "waiting for Alice to accept");
            assertThat(page.getByRole(AriaRole.MAIN).getByText("Request sent: waiting for Alice to accept")).isVisible(Person.visible());
            assertThat(page.getByText("Alice sees what you write only after accepting your request")).hasCount(1);
            assertThat(alice.complaints()).isEmpty();
        }
    }

    private static void tabTo(Page page, String label) {
        tabTo(page, label, "");
    }

    private static void tabTo(Page page, String label, String tag) {
        List<String> passed = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            page.keyboard().press("Tab");
            // past the last one the focus is with the browser itself, and the body stands for it
            String focused = (String) page.evaluate("() => { const e = document.activeElement; return e === document.body ? 'the browser'"
                    + " : e.tagName + ': ' + (e.getAttribute('aria-label') || e.innerText || (e.labels && e.labels[0] || {}).innerText || ''); }");
            assertThat(focused).as("name of what has the focus").matches("(?s)the browser|[A-Z]+: .+");
            if (focused.startsWith(tag) && focused.contains(label)) {
                return;
            }
            passed.add(focused);
        }
        throw new AssertionError("the Tab key never comes to \"" + label + "\": " + passed);
    }
}
