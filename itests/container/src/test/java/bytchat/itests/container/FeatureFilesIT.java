package bytchat.itests.container;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.launcher.Distribution;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The feature files and the repository that they name bundles of. */
class FeatureFilesIT {
    private static final Pattern BUNDLE = Pattern.compile("\\{ *\"id\": *\"([^:\"]+):([^:\"]+):([^:\"]+)\" *}");

    private final Distribution distribution = ContainerExtension.distribution();

    @Test
    void everyFeatureOfTheHouseIsThere() throws Exception {
        assertThat(names(distribution.features())).contains("core.json", "routing.json", "holder.json", "hash-sha1.json",
                "hash-sha512.json", "mailbox-plane.json", "direct-plane.json", "shell.json");
    }

    @Test
    void theRepositoryHoldsWhatFeaturesNameAndNothingElse() throws Exception {
        Set<String> named = new TreeSet<>();
        for (String feature : names(distribution.features())) {
            Matcher bundles = BUNDLE.matcher(Files.readString(distribution.features().resolve(feature)));
            while (bundles.find()) {
                named.add(bundles.group(1).replace('.', '/') + "/" + bundles.group(2) + "/" + bundles.group(3) + "/"
                        + bundles.group(2) + "-" + bundles.group(3) + ".jar");
            }
        }
        assertThat(jars()).containsExactlyElementsOf(named);
    }

    @Test
    void everyJarIsABundle() throws Exception {
        for (String jar : jars()) {
            assertThat(TestBundles.manifest(distribution.repository().resolve(jar)).getMainAttributes()
                    .getValue("Bundle-SymbolicName")).as(jar).isNotBlank();
        }
    }

    private Set<String> jars() throws Exception {
        Path repository = distribution.repository();
        try (Stream<Path> files = Files.walk(repository)) {
            return new TreeSet<>(files.filter(file -> file.toString().endsWith(".jar"))
                    .map(file -> repository.relativize(file).toString()).toList());
        }
    }

    private static List<String> names(Path directory) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
