package bytchat.itests.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import bytchat.itests.demo.Ctl;
import bytchat.itests.demo.DemoNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Two people meet and talk, each at a page of their own node; then one node is away for a while. */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(Chromium.class)
class ConversationIT {
    private static final int BYTES_MAX = 48 * 1024;
    /** What the browser does when a picture is pasted into the line to write in, or dropped onto the conversation. */
    private static final String GIVE_PICTURE = """
            async event => {
                const canvas = document.createElement('canvas');
                const blob = await new Promise(done => canvas.toBlob(done, 'image/png'));
                const data = new DataTransfer();
                data.items.add(new File([blob], 'drawn.png', {type: 'image/png'}));
                document.querySelector(event === 'paste' ? 'textarea' : '.log').dispatchEvent(event === 'paste'
                    ? new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})
                    : new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));
            }
            """;

    private Couple couple;
    private Person alice;
    private Person bob;

    @BeforeAll
    void meet(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory) throws Exception {
        couple = new Couple(directory);
        alice = couple.alice();
        bob = couple.bob();
        couple.meet();
    }

    @AfterAll
    void end() throws Exception {
        if (couple != null) {
            couple.close();
        }
    }

    @Test
    @Order(1)
    void theyTalkBothWays() {
        alice.write("Hello Bob");
        bob.awaitShown("Hello Bob");
        bob.write("Hello Alice, here I am");
        alice.awaitShown("Hello Alice, here I am");
        alice.awaitWords("Hello Bob", "delivered");
        bob.awaitWords("Hello Alice, here I am", "delivered");
    }

    @Test
    @Order(2)
    void aLargePictureIsMadeSmallAndArrivesAsItWasSent() throws Exception {
        alice.attach("hills.png", "image/png", Pictures.png(1800, 1200, 1));
        assertThat(alice.page().getByText("made small enough to send")).isVisible();
        alice.send();
        Locator sent = alice.page().getByAltText("Picture you sent");
        Locator shown = bob.page().getByAltText("Picture from Alice");
        assertThat(shown).isVisible(Person.visible());
        assertThat(shown).hasCount(1);
        byte[] received = fetch(bob, shown);
        assertThat(received).isEqualTo(fetch(alice, sent)).hasSizeLessThanOrEqualTo(BYTES_MAX).startsWith(0xFF, 0xD8, 0xFF);
        assertThat((Integer) shown.evaluate("image => image.naturalWidth")).isGreaterThan(300);
        assertThat(alice.page().locator(".message:has(img) .meta")).containsText("delivered",
                new LocatorAssertions.ContainsTextOptions().setTimeout(Person.PATIENCE_MILLIS));
    }

    @Test
    @Order(3)
    void whatIsTypedAsMarkupIsShownAsTyped() {
        String hostile = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script> & <b>bold</b>";
        alice.write(hostile);
        bob.awaitShown(hostile);
        assertThat(bob.message(hostile).locator("img, script, b")).hasCount(0);
        assertThat(bob.page().title()).doesNotContain("owned");
        assertThat(alice.page().title()).doesNotContain("owned");
    }

    @Test
    @Order(4)
    void whatIsSentWhileANodeIsAwayIsThereOnceWhenItReturns() throws Exception {
        DemoNode away = couple.nodes().bob();
        away.stop();
        assertThat(bob.page().getByText("No connection to your node")).isVisible(Person.visible());
        bob.field().fill("I am typing while my node is away");
        assertThat(bob.button("Send")).isDisabled();
        assertThat(bob.button("Send")).hasAttribute("title", Pattern.compile("^No connection to your node: what you typed stays"));
        assertThat(bob.page().getByText("Contact accepted")).isHidden();
        List<String> missed = List.of("Are you there?", "I will be at the station at nine", "Bring the map");
        missed.forEach(alice::write);
        for (String text : missed) {
            alice.awaitWords(text, "stored at [3-5] of [45] nodes until Bob picks it up");
        }
        // said once, under the last of them
        assertThat(alice.page().getByText("You may switch off")).hasCount(1);
        assertThat(alice.message("Bring the map")).containsText("Sent: Bob gets it when they are back. You may switch off.");

        away.start();
        away.awaitReady();
        // nobody touches Bob's page: it finds its node again and fetches what it has missed
        for (String text : missed) {
            bob.awaitShown(text);
            alice.awaitWords(text, "delivered");
        }
        assertThat(bob.page().getByText("No connection to your node")).isHidden();
        bob.send();
        alice.awaitShown("I am typing while my node is away");
        bob.awaitWords("I am typing while my node is away", "delivered");
        assertThat(bob.texts()).isEqualTo(alice.texts()).doesNotHaveDuplicates().containsSubsequence(missed);
        assertThat(bob.page().getByRole(AriaRole.MAIN).locator("img[src*='/data']")).hasCount(1);
    }

    @Test
    @Order(5)
    void aPageThatIsOpenedAnewShowsTheSame() {
        List<String> before = alice.texts();
        alice.page().reload();
        alice.awaitShown("Hello Bob");
        assertThat(alice.texts()).isEqualTo(before);
    }

    @Test
    @Order(6)
    void unreadMessagesAreCountedUntilTheyAreLookedAt() {
        bob.follow("Settings");
        alice.write("One more thing");
        alice.write("And another");
        Locator chat = bob.page().getByRole(AriaRole.LIST, new Page.GetByRoleOptions().setName("Conversations"));
        assertThat(chat).containsText("2 new", new LocatorAssertions.ContainsTextOptions().setTimeout(Person.PATIENCE_MILLIS));
        assertThat(bob.page()).hasTitle("(2) BytChat");
        bob.openConversation("Alice");
        bob.awaitShown("And another");
        assertThat(chat).not().containsText("new");
        assertThat(bob.page()).hasTitle("BytChat");
    }

    @Test
    @Order(7)
    void thePlaneIsSwitchedInSettingsAndTheTalkGoesOn() {
        for (Person person : List.of(alice, bob)) {
            person.follow("Settings");
            person.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Switch to Direct")).click();
            assertThat(person.page().getByText("Messages travel by: Direct")).isVisible(Person.visible());
        }
        alice.openConversation("Bob");
        bob.openConversation("Alice");
        alice.write("Straight to you");
        bob.awaitShown("Straight to you");
        bob.write("And straight back");
        alice.awaitShown("And straight back");
        alice.awaitWords("Straight to you", "delivered");
    }

    @Test
    @Order(8)
    void twoPeopleShareANode() {
        bob.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("You are Bob. Switch account")).click();
        bob.follow("New account");
        bob.page().getByLabel("Your name").fill("Carol");
        bob.button("Create account").click();
        Locator carol = bob.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("You are Carol. Switch account"));
        assertThat(carol).isVisible(Person.visible());
        assertThat(bob.page().getByText("Nobody here yet")).isVisible(Person.visible());
        bob.add(alice.link());
        bob.follow("My link");
        bob.page().getByText("Fingerprint, to compare in a call").click();
        String fingerprint = bob.page().locator("details .code").innerText();
        // before she accepts anybody, Alice can compare what both of them see
        alice.page().getByLabel("Carol wants to talk to you: details").click();
        assertThat(alice.page().getByText(fingerprint)).isVisible(Person.visible());
        assertThat(alice.page().getByRole(AriaRole.MAIN).getByText("Accept Carol")).isVisible();
        alice.openConversation("Bob");
        carol.click();
        bob.button("Bob").click();
        bob.openConversation("Alice");
        bob.awaitShown("Hello Bob");
    }

    @Test
    @Order(9)
    void aPictureIsPastedOrDroppedAndCanBeTakenAway() {
        for (String event : List.of("paste", "drop")) {
            bob.page().evaluate(GIVE_PICTURE, event);
            assertThat(bob.page().getByAltText("The picture to send")).isVisible(Person.visible());
            bob.button("Remove").click();
            assertThat(bob.page().getByAltText("The picture to send")).isHidden();
        }
    }

    @Test
    @Order(10)
    void aLongConversationComesPageByPage() throws Exception {
        for (int i = 1; i <= 55; i++) {
            Ctl.run(couple.nodes().alice(), "send", "Bob", "Line " + i);
        }
        alice.awaitShown("Line 55");
        alice.page().reload();
        alice.awaitShown("Line 55");
        assertThat(alice.message("Line 1")).hasCount(0);
        Locator earlier = alice.button("Show earlier messages");
        earlier.click();
        alice.awaitShown("Hello Bob");
        assertThat(earlier).isHidden();
        assertThat(alice.texts()).startsWith("Hello Bob").endsWith("Line 54", "Line 55").doesNotHaveDuplicates();
    }

    @Test
    @Order(11)
    void theBrowserHadNothingToComplainAbout() {
        assertThat(alice.complaints()).isEmpty();
        assertThat(bob.complaints()).isEmpty();
    }

    private static byte[] fetch(Person person, Locator image) {
        URI data = URI.create(person.page().url()).resolve(image.getAttribute("src"));
        return person.context().request().get(data.toString()).body();
    }
}
