package bytchat.itests.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The browser of this machine; a class is skipped where there is none, and the report says so. */
final class Chromium implements ExecutionCondition {
    private static final List<String> COMMANDS = List.of("chromium", "chromium-browser", "google-chrome");

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return executable().map(path -> ConditionEvaluationResult.enabled("there is " + path))
                .orElseGet(() -> ConditionEvaluationResult.disabled(
                        "there is no Chromium on this machine (Debian: apt-get install --no-install-recommends chromium)"));
    }

    static Browser launch(Playwright playwright) {
        // its sandbox refuses to run for root
        boolean root = "root".equals(System.getProperty("user.name"));
        return playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(executable().orElseThrow())
                .setArgs(root ? List.of("--no-sandbox") : List.of()));
    }

    private static Optional<Path> executable() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return COMMANDS.stream().flatMap(command -> Stream.of(path.split(File.pathSeparator)).map(directory -> Path.of(directory, command)))
                .filter(Files::isExecutable).findFirst();
    }
}
