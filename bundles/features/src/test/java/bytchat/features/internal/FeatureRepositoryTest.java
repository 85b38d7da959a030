package bytchat.features.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.features.internal.FeatureRepository.Imported;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.felix.feature.impl.FeatureServiceImpl;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureRepositoryTest {
    @TempDir
    Path directory;
    private Path offered;
    private FeatureRepository repository;

    @BeforeEach
    void make() throws IOException {
        offered = Files.createDirectories(directory.resolve("offered"));
        Files.createDirectories(directory.resolve("home/features"));
        repository = new FeatureRepository(new FeatureServiceImpl(), directory.resolve("home"), directory.resolve("data"));
    }

    @Test
    void findsBundlesBesideTheFileOrInARepositoryBesideIt() throws Exception {
        bundle(offered.resolve("a-1.jar"), "a");
        bundle(offered.resolve("b.jar"), "b");
        bundle(offered.resolve("repo/g/c/1/c-1.jar"), "c");
        bundle(directory.resolve("home/repo/g/d/1/d-1.jar"), "d");
        Imported imported = repository.importFile(file("tea", "g:a:1", "g:b:1", "g:c:1", "g:d:1"));
        assertThat(imported.entry().name()).isEqualTo("tea");
        assertThat(imported.copied()).as("the program's own is not copied").hasSize(3).allMatch(Files::exists);
        assertThat(repository.missing(imported.entry().feature())).isEmpty();
        assertThat(repository.isProgramsOwn(imported.entry())).isFalse();

        repository.keep(imported.entry());
        assertThat(repository.readCopy("tea").feature().getID()).isEqualTo(imported.entry().feature().getID());
        repository.prune(List.of(repository.readCopy("tea")));
        assertThat(copies()).hasSize(4);
        repository.prune(List.of());
        assertThat(copies()).isEmpty();
    }

    @Test
    void namesEveryBundleThatIsMissingAndCopiesNone() throws Exception {
        bundle(offered.resolve("a-1.jar"), "a");
        assertThatThrownBy(() -> repository.importFile(file("tea", "g:a:1", "g:b:1", "g:c:2"))).isInstanceOf(UnreadableException.class)
                .hasMessageContaining("g:b:1, g:c:2").hasMessageContaining("put their jars beside it");
        assertThat(copies()).isEmpty();
    }

    @Test
    void refusesAJarThatIsNoBundle() throws Exception {
        bundle(offered.resolve("a-1.jar"), "a");
        Files.writeString(offered.resolve("b-1.jar"), "no jar");
        assertThatThrownBy(() -> repository.importFile(file("tea", "g:a:1", "g:b:1"))).hasMessageContaining("b-1.jar is no bundle");
        assertThat(copies()).isEmpty();
    }

    @Test
    void refusesAnotherBuildUnderTheSameCoordinates() throws Exception {
        bundle(directory.resolve("home/repo/g/a/1/a-1.jar"), "a");
        bundle(offered.resolve("a-1.jar"), "another");
        assertThatThrownBy(() -> repository.importFile(file("tea", "g:a:1"))).hasMessageContaining("give another build another version");
    }

    @Test
    void refusesWhatIsNoFeatureFile() throws Exception {
        assertThatThrownBy(() -> repository.importFile(offered.resolve("none.json"))).hasMessageContaining("does not exist");
        assertThatThrownBy(() -> repository.importFile(Files.writeString(offered.resolve("Tea Pot.json"), "{}"))).hasMessageContaining("small letters");
        assertThatThrownBy(() -> repository.importFile(Files.writeString(offered.resolve("broken.json"), "{"))).hasMessageContaining("cannot read the feature");
    }

    /** The jar is where the coordinates lead to, from the file's directory as from the node's: both are outside. */
    @Test
    void refusesCoordinatesThatLeadOutOfTheRepository() throws Exception {
        bundle(directory.resolve("outside-1.jar"), "outside");
        for (String id : List.of("g:../outside:1", "..:outside:1", "/tmp:outside:1", "g:outside:../1", "g:a:jar:../x:1", "g:a:../../x:1:1")) {
            assertThatThrownBy(() -> repository.importFile(file("tea", id))).as(id).isInstanceOf(UnreadableException.class);
        }
        assertThatThrownBy(() -> repository.importFile(file("tea", "g:../outside:1"))).hasMessageContaining("coordinates");
        assertThat(copies()).isEmpty();
    }

    /** Its copy would lie where the node keeps what was chosen. */
    @Test
    void refusesAFeatureWithTheNameOfTheListOfChoices() throws Exception {
        Choices choices = Choices.NONE.install("tea", "now");
        repository.write(choices);
        Path file = file("chosen");
        assertThat(file.getFileName()).hasToString(Choices.FILE);
        assertThatThrownBy(() -> repository.importFile(file)).isInstanceOf(UnreadableException.class).hasMessageContaining("another name");
        assertThat(repository.choices()).isEqualTo(choices);
    }

    /** The disk was full in the middle of it: what was written must not stand in the way of the next attempt. */
    @Test
    void aCopyThatWasCutOffLeavesNothing() throws Exception {
        bundle(offered.resolve("a-1.jar"), "a");
        bundle(offered.resolve("b-1.jar"), "b");
        // stands where the second copy is written: that fails after it has begun
        Path inTheWay = Files.createDirectories(directory.resolve("data/repo/g/b/1/b-1.jar.new/x"));
        Path tea = file("tea", "g:a:1", "g:b:1");
        assertThatThrownBy(() -> repository.importFile(tea)).hasMessageContaining("make room");
        assertThat(copies()).isEmpty();
        Files.delete(inTheWay);
        assertThat(repository.importFile(tea).copied()).hasSize(2).allMatch(Files::isRegularFile);
    }

    /** The bounds of a file that somebody else wrote. */
    @Test
    void refusesWhatIsTooLarge() throws Exception {
        Path many = file("many", IntStream.rangeClosed(0, FeatureRepository.BUNDLES_MAX).mapToObj(i -> "g:a" + i + ":1").toArray(String[]::new));
        assertThatThrownBy(() -> repository.importFile(many)).hasMessageContaining("at most " + FeatureRepository.BUNDLES_MAX);
        Path longFile = Files.writeString(offered.resolve("long.json"), " ".repeat((int) FeatureRepository.FILE_BYTES_MAX + 1));
        assertThatThrownBy(() -> repository.importFile(longFile)).hasMessageContaining("is longer than " + FeatureRepository.FILE_BYTES_MAX);
        try (var jar = new java.io.RandomAccessFile(offered.resolve("big-1.jar").toFile(), "rw")) {
            jar.setLength(FeatureRepository.BUNDLE_BYTES_MAX + 1);
        }
        assertThatThrownBy(() -> repository.importFile(file("tea", "g:big:1"))).hasMessageContaining("is longer than " + FeatureRepository.BUNDLE_BYTES_MAX);
    }

    @Test
    void remembersChoicesAndSaysWhichFileIsDamaged() throws Exception {
        assertThat(repository.choices()).isEqualTo(Choices.NONE);
        Choices choices = Choices.NONE.install("tea", "now");
        repository.write(choices);
        assertThat(repository.choices()).isEqualTo(choices);
        Files.writeString(directory.resolve("data").resolve(Choices.FILE), "{\"installed\":[]}");
        assertThatThrownBy(() -> repository.choices()).isInstanceOf(UnreadableException.class).hasMessageContaining(Choices.FILE)
                .hasMessageContaining("move it away");
    }

    private Path file(String name, String... bundles) throws IOException {
        return Files.writeString(offered.resolve(name + ".json"), "{\"feature-resource-version\":\"1.0\",\"id\":\"g:" + name + ":1\",\"bundles\":["
                + Stream.of(bundles).map(id -> "{\"id\":\"" + id + "\"}").collect(Collectors.joining(",")) + "]}");
    }

    private static void bundle(Path jar, String symbolicName) throws IOException {
        Files.createDirectories(jar.getParent());
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", symbolicName);
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    }

    private List<Path> copies() throws IOException {
        if (!Files.exists(directory.resolve("data"))) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory.resolve("data"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
