package bytchat.itests.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import bytchat.itests.demo.Photograph;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Takes the manual's pictures, of real pages on real nodes. */
@EnabledIfSystemProperty(named = "bytchat.browser.pictures", matches = ".+")
@ExtendWith(Chromium.class)
class PicturesIT {
    private Path pictures;

    @Test
    void take(@TempDir Path directory) throws Exception {
        pictures = Files.createDirectories(Path.of(System.getProperty("bytchat.browser.pictures")));
        try (Couple couple = new Couple(directory)) {
            Person alice = couple.alice();
            Person bob = couple.bob();
            alice.open(Neighbourhood.page(couple.nodes().alice())).page().getByLabel("Your name").fill("Alice");
            picture(alice, "first-run");
            couple.meet();
            alice.follow("My link");
            alice.page().getByAltText("QR code of your contact link").waitFor();
            picture(alice, "my-link");
            alice.follow("Add contact");
            picture(alice, "add-contact");
            talk(alice, bob);
            askToTalk(alice, bob);

            Person stranger = new Person("Stranger", couple.browser());
            stranger.page().navigate(alice.page().url().replaceAll("/#.*", "/"));
            picture(stranger, "not-signed-in");
            stranger.close();

            bob.follow("Settings");
            couple.nodes().bob().stop();
            alice.write("If you are late, I shall wait at the clock.");
            alice.awaitWords("If you are late, I shall wait at the clock.", "stored at");
            alice.field().fill("And bring");
            picture(alice, "conversation");
            bob.page().getByText("No connection to your node").waitFor();
            bob.openConversation("Alice");
            picture(bob, "no-connection");

            inAnotherSize(couple, new Browser.NewContextOptions().setViewportSize(1200, 760).setColorScheme(ColorScheme.DARK), phone -> {
                phone.openConversation("Bob");
                phone.awaitShown("If you are late, I shall wait at the clock.");
                picture(phone, "conversation-dark");
                phone.follow("Settings");
                phone.page().setViewportSize(1200, 960);
                picture(phone, "settings-dark");
            });
            inAnotherSize(couple, new Browser.NewContextOptions().setViewportSize(360, 720), phone -> {
                picture(phone, "phone-list");
                phone.openConversation("Bob");
                phone.awaitShown("If you are late, I shall wait at the clock.");
                picture(phone, "phone-conversation");
            });
            alice.follow("Settings");
            alice.page().setViewportSize(1200, 960);
            picture(alice, "settings");
            alice.page().setViewportSize(1200, 760);
            alice.page().getByLabel("Jana wants to talk to you: details").click();
            alice.page().getByText("Their fingerprint").waitFor();
            picture(alice, "request");
            alice.openConversation("Dave");
            alice.write("Hello Dave, it is me, Alice from next door.");
            alice.awaitWords("Hello Dave, it is me, Alice from next door.", "waiting");
            alice.attach("hills.jpg", "image/jpeg", Photograph.jpeg(9));
            picture(alice, "waiting");
        }
    }

    private static void talk(Person alice, Person bob) throws Exception {
        alice.openConversation("Bob");
        bob.write("Look, this is what I see from here:");
        bob.attach("hills.jpg", "image/jpeg", Photograph.jpeg(7));
        bob.send();
        assertThat(alice.page().getByAltText("Picture from Bob")).isVisible(Person.visible());
        alice.write("How quiet. Where is that?");
        bob.awaitShown("How quiet. Where is that?");
        bob.write("Two hours by train. Come on Saturday!");
        alice.awaitShown("Two hours by train. Come on Saturday!");
        alice.write("I will. Nine o'clock, main station?");
        alice.awaitWords("I will. Nine o'clock, main station?", "delivered");
    }

    /** Jana, on Bob's node, asks Alice, and Alice asks Dave, neither of whom has accepted yet; then it is Bob's page again. */
    private static void askToTalk(Person alice, Person bob) {
        String link = alice.link();
        bob.follow("Settings");
        bob.page().getByRole(AriaRole.MAIN).getByText("New account").click();
        bob.page().getByLabel("Your name").fill("Jana");
        bob.button("Create account").click();
        bob.page().getByLabel("You are Jana. Switch account").waitFor();
        bob.add(link);
        alice.page().getByLabel("Accept Jana").waitFor();
        bob.follow("Settings");
        bob.page().getByRole(AriaRole.MAIN).getByText("New account").click();
        bob.page().getByLabel("Your name").fill("Dave");
        bob.button("Create account").click();
        bob.page().getByLabel("You are Dave. Switch account").waitFor();
        alice.add(bob.link());
        bob.page().getByLabel("Accept Alice").waitFor();
        bob.page().getByLabel("You are Dave. Switch account").click();
        bob.button("Bob").click();
        alice.openConversation("Bob");
    }

    private interface Scene {
        void play(Person person) throws Exception;
    }

    private static void inAnotherSize(Couple couple, Browser.NewContextOptions options, Scene scene) throws Exception {
        try (Person alice = new Person("Alice", couple.browser(), options)) {
            scene.play(alice.open(Neighbourhood.page(couple.nodes().alice())));
        }
    }

    private void picture(Person person, String name) {
        Page page = person.page();
        page.mouse().move(0, 0); // nothing looks as if it were pointed at
        page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
        page.evaluate("() => Promise.all([...document.images].map(image => image.decode()))");
        page.screenshot(new Page.ScreenshotOptions().setPath(pictures.resolve(name + ".png")));
    }
}
