package bytchat.itests.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Playwright;
import java.nio.file.Path;

/** Alice and Bob at their pages, with accounts made there, who have met by a link. */
final class Couple implements AutoCloseable {
    private final Neighbourhood nodes;
    private final Playwright playwright;
    private final Browser browser;
    private final Person alice;
    private final Person bob;

    Couple(Path directory) throws Exception {
        nodes = new Neighbourhood(directory).start();
        playwright = Playwright.create();
        browser = Chromium.launch(playwright);
        alice = new Person("Alice", browser);
        bob = new Person("Bob", browser);
    }

    /** Both make an account on their page; Alice adds Bob by his link, Bob accepts her request. */
    Couple meet() throws Exception {
        alice.open(Neighbourhood.page(nodes.alice())).createAccount();
        bob.open(Neighbourhood.page(nodes.bob())).createAccount();
        alice.add(bob.link());
        bob.accept("Alice");
        alice.awaitConnected();
        bob.awaitConnected();
        return this;
    }

    Neighbourhood nodes() {
        return nodes;
    }

    Browser browser() {
        return browser;
    }

    Person alice() {
        return alice;
    }

    Person bob() {
        return bob;
    }

    @Override
    public void close() throws Exception {
        playwright.close();
        nodes.close();
    }
}
