package bytchat.itests.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Somebody at their page. Everything is found by its role and name, as a screen reader would tell it, so that what has no name cannot
 * be used here either.
 */
final class Person implements AutoCloseable {
    static final int PATIENCE_MILLIS = 60_000;
    private static final String LINK = "Your contact link";

    private final String name;
    private final BrowserContext context;
    private final Page page;
    /** What the browser complained of: errors of scripts, and everything that the content policy has kept out. */
    private final List<String> complaints = new ArrayList<>();

    Person(String name, Browser browser, Browser.NewContextOptions options) {
        this.name = name;
        this.context = browser.newContext(options.setLocale("en-GB"));
        this.context.setDefaultTimeout(PATIENCE_MILLIS);
        this.page = context.newPage();
        page.onPageError(complaints::add);
        page.onConsoleMessage(message -> {
            // a node that is down is what some tests are about; the page says it in words
            if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
                complaints.add(message.text());
            }
        });
    }

    Person(String name, Browser browser) {
        this(name, browser, new Browser.NewContextOptions().setViewportSize(1200, 760));
    }

    String name() {
        return name;
    }

    Page page() {
        return page;
    }

    BrowserContext context() {
        return context;
    }

    List<String> complaints() {
        return complaints;
    }

    Person open(String address) {
        page.navigate(address);
        return this;
    }

    void createAccount() {
        page.getByLabel("Your name").fill(name);
        button("Create account").click();
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("My link"))).isVisible(visible());
    }

    String link() {
        follow("My link");
        Locator field = page.getByLabel(LINK);
        assertThat(field).hasValue(Pattern.compile("^bytchat:.+"), new LocatorAssertions.HasValueOptions().setTimeout(PATIENCE_MILLIS));
        return field.inputValue();
    }

    void add(String link) {
        follow("Add contact");
        page.getByLabel("Their contact link").fill(link);
        button("Add contact").click();
    }

    void accept(String whom) {
        page.getByRole(AriaRole.NAVIGATION).getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Accept " + whom)).click();
    }

    void openConversation(String with) {
        Locator heading = page.getByRole(AriaRole.MAIN).getByRole(AriaRole.HEADING, new Locator.GetByRoleOptions().setName(with).setExact(true));
        page.getByRole(AriaRole.LIST, new Page.GetByRoleOptions().setName("Conversations")).getByRole(AriaRole.LINK)
                .filter(new Locator.FilterOptions().setHasText(with)).click();
        assertThat(heading).isVisible(visible());
    }

    void awaitConnected() {
        assertThat(page.getByText("Contact accepted, encrypted end to end")).isVisible(visible());
    }

    void write(String text) {
        field().fill(text);
        field().press("Enter");
    }

    Locator field() {
        return page.getByRole(AriaRole.TEXTBOX, new Page.GetByRoleOptions().setName(Pattern.compile("^Message to ")));
    }

    void attach(String file, String type, byte[] bytes) {
        page.locator("input[type=file]").setInputFiles(new FilePayload(file, type, bytes));
        assertThat(page.getByAltText("The picture to send")).isVisible(visible());
    }

    void send() {
        button("Send").click();
    }

    /** Every message that is shown, oldest first. */
    Locator messages() {
        return page.locator(".message");
    }

    Locator message(String text) {
        return messages().filter(new Locator.FilterOptions().setHas(page.getByText(text, new Page.GetByTextOptions().setExact(true))));
    }

    /** Waits until a message is shown, and that it is shown once. */
    void awaitShown(String text) {
        assertThat(message(text)).isVisible(visible());
        assertThat(message(text)).hasCount(1);
    }

    /** Waits until the words under a message match. */
    void awaitWords(String text, String regex) {
        assertThat(message(text).locator(".meta")).containsText(Pattern.compile(regex),
                new LocatorAssertions.ContainsTextOptions().setTimeout(PATIENCE_MILLIS));
    }

    List<String> texts() {
        return page.locator(".bubble.text p").allInnerTexts();
    }

    Locator button(String label) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(label).setExact(true));
    }

    void follow(String label) {
        page.getByRole(AriaRole.NAVIGATION).getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName(label).setExact(true)).click();
    }

    static LocatorAssertions.IsVisibleOptions visible() {
        return new LocatorAssertions.IsVisibleOptions().setTimeout(PATIENCE_MILLIS);
    }

    @Override
    public void close() {
        context.close();
    }
}
