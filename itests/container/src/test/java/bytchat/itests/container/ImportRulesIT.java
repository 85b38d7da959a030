package bytchat.itests.container;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of the house (docs/decisions), checked on every bundle that is built. */
class ImportRulesIT {
    private static final Path BUNDLES = Path.of("..", "..", "bundles");
    /** Lines of a file: 400 is the rule, the rest is for a change that is under way. */
    private static final int CLASS_LINES_MAX = 450;


    /** Bundles with protocol code, which must run unchanged in the seeded simulation. */
    private static final List<String> PROTOCOL = List.of("wire", "rpc", "routing", "routing.kademlia", "routing.fixed", "mainline", "holders", "tracker",
            "mailbox", "meta", "session.cbc", "presence", "planes", "plane.mailbox", "plane.direct", "messaging", "transport.memory");

    private static final JavaClasses CLASSES = new ClassFileImporter().importPaths(classDirectories());

    static List<String> bundles() {
        try (Stream<Path> folders = Files.list(BUNDLES)) {
            return folders.filter(folder -> Files.isDirectory(folder.resolve("target/classes/bytchat")))
                    .map(folder -> folder.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static List<String> providers() {
        return bundles().stream().filter(name -> !List.of("api", "wire", "records", "tck").contains(name)).toList();
    }

    @Test
    void theApiDependsOnJavaAndAnnotationsOnly() {
        check(classes().that().resideInAPackage("bytchat.api..").should().onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "bytchat.api..", "org.osgi.annotation.."));
    }

    @Test
    void theApiImportsNothingButJavaAndItself() throws IOException {
        assertThat(imports("api")).allMatch(name -> name.startsWith("java.") || name.startsWith("bytchat.api."));
    }

    @ParameterizedTest
    @MethodSource("providers")
    void noProviderDependsOnAnother(String bundle) throws IOException {
        String own = "bytchat." + bundle;
        check(noClasses().that().resideInAPackage(own + "..").should().dependOnClassesThat(
                resideInAPackage("bytchat..").and(not(resideInAnyPackage(own + "..", "bytchat.api..",
                        "bytchat.wire..", "bytchat.records..")))));
        assertThat(imports(bundle)).filteredOn(name -> name.startsWith("bytchat."))
                .allMatch(name -> name.matches("bytchat\\.(api|wire|records)(\\..*)?"));
    }

    /** The memory transport is what simulations build on, from outside any container. */
    static List<String> privateProviders() {
        return providers().stream().filter(name -> !name.equals("transport.memory")).toList();
    }

    @ParameterizedTest
    @MethodSource("privateProviders")
    void noProviderExportsAnything(String bundle) throws IOException {
        assertThat(attributes(bundle).getValue("Export-Package")).isNull();
    }

    @ParameterizedTest
    @MethodSource("bundles")
    void folderAndSymbolicNameAgree(String bundle) throws IOException {
        assertThat(attributes(bundle).getValue("Bundle-SymbolicName")).isEqualTo("bytchat." + bundle);
    }

    @Test
    void protocolCodeHasNoClockThreadSocketFileOrRandomOfItsOwn() {
        // classes named File are the disk behind an interface of the protocol's: given to it, as a store is
        check(noClasses().that(areProtocol()).and().haveSimpleNameNotEndingWith("File").should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould().callMethod(System.class, "nanoTime")
                .orShould().callMethod(java.time.Instant.class, "now")
                .orShould().callConstructor(java.util.Date.class)
                .orShould().callMethod(Math.class, "random")
                .orShould().callConstructor(Thread.class)
                .orShould().callConstructor(Thread.class, Runnable.class)
                .orShould().callConstructor(Thread.class, Runnable.class, String.class)
                .orShould().callMethod(Thread.class, "sleep", long.class)
                .orShould().callConstructor(java.util.Random.class)
                .orShould().callConstructor(java.util.Random.class, long.class)
                .orShould().callConstructor(java.security.SecureRandom.class)
                .orShould().callMethod(java.util.UUID.class, "randomUUID")
                .orShould().dependOnClassesThat().haveFullyQualifiedName(java.util.concurrent.Executors.class.getName())
                .orShould().dependOnClassesThat().haveFullyQualifiedName(java.util.concurrent.ForkJoinPool.class.getName())
                .orShould().dependOnClassesThat().haveFullyQualifiedName(java.util.concurrent.ThreadLocalRandom.class.getName())
                .orShould().dependOnClassesThat().haveFullyQualifiedName(java.util.Timer.class.getName())
                .orShould().dependOnClassesThat().haveFullyQualifiedName(java.net.Socket.class.getName())
                .orShould().dependOnClassesThat().haveFullyQualifiedName(java.net.ServerSocket.class.getName())
                .orShould().dependOnClassesThat().haveFullyQualifiedName(java.net.DatagramSocket.class.getName())
                .orShould().dependOnClassesThat().haveFullyQualifiedName(Files.class.getName())
                .orShould().dependOnClassesThat().haveFullyQualifiedName(java.io.File.class.getName())
                .orShould().dependOnClassesThat().resideInAnyPackage("java.nio.channels.."));
    }

    /** The twin: the rule does find a clock where there is one. */
    @Test
    void theRuleAgainstClocksFindsOne() {
        JavaClasses offender = new ClassFileImporter().importClasses(Await.class);
        assertThatThrownBy(() -> noClasses().should().callMethod(System.class, "nanoTime").check(offender))
                .isInstanceOf(AssertionError.class).hasMessageContaining("nanoTime");
    }

    @Test
    void onlyComponentsKnowOsgiInProtocolBundles() {
        check(noClasses().that(areProtocol()).and().haveSimpleNameNotEndingWith("Component")
                .and().haveSimpleNameNotEndingWith("Configuration").and().doNotHaveSimpleName("package-info")
                .should().dependOnClassesThat(resideInAPackage("org.osgi..")
                        .and(not(resideInAnyPackage("org.osgi.annotation..", "org.osgi.service.*.annotations")))));
    }

    @Test
    void kryoStaysBehindRecordsAndStores() {
        check(noClasses().that().resideOutsideOfPackages("bytchat.records..", "bytchat.store..")
                .should().dependOnClassesThat().resideInAPackage("com.esotericsoftware.."));
    }

    @Test
    void onlyItsBundleKnowsSha1() throws IOException {
        // no width or name of a hash outside the hash bundles; SHA-512 also makes fingerprints, SHA-1 is nothing else
        List<String> offenders = new ArrayList<>();
        for (String bundle : bundles()) {
            if (bundle.equals("hash.sha1") || bundle.equals("tck")) {
                continue;
            }
            try (Stream<Path> files = Files.walk(BUNDLES.resolve(bundle).resolve("target/classes"))) {
                for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
                    String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                    if (text.matches("(?is).*\\bsha-?1\\b.*") && !file.toString().endsWith("Configuration.class")) {
                        offenders.add(file.toString());
                    }
                }
            }
        }
        assertThat(offenders).isEmpty();
    }

    @Test
    void noClassIsLongerThanItsBound() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (String bundle : bundles()) {
            Path sources = BUNDLES.resolve(bundle).resolve("src/main/java");
            try (Stream<Path> files = Files.walk(sources)) {
                for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    long lines = Files.readAllLines(file).size();
                    if (lines > CLASS_LINES_MAX) {
                        tooLong.add(file + ": " + lines + " lines");
                    }
                }
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void everyBundleIsDescribed() {
        assertThat(bundles()).filteredOn(bundle -> Files.notExists(BUNDLES.resolve(bundle).resolve("README.md")))
                .as("bundles without a README.md").isEmpty();
    }

    private static DescribedPredicate<JavaClass> areProtocol() {
        return resideInAnyPackage(PROTOCOL.stream().map(name -> "bytchat." + name + "..").toArray(String[]::new))
                .as("are protocol classes");
    }

    private static void check(ArchRule rule) {
        EvaluationResult result = rule.allowEmptyShould(true).evaluate(CLASSES);
        assertThat(result.getFailureReport().getDetails()).as(rule.getDescription()).isEmpty();
    }

    private static List<Path> classDirectories() {
        return bundles().stream().map(name -> BUNDLES.resolve(name).resolve("target/classes")).toList();
    }

    private static List<String> imports(String bundle) throws IOException {
        String header = attributes(bundle).getValue("Import-Package");
        return header == null ? List.of()
                : new aQute.bnd.header.Parameters(header).keyList();
    }

    private static Attributes attributes(String bundle) throws IOException {
        try (Stream<Path> files = Files.list(BUNDLES.resolve(bundle).resolve("target"))) {
            Path jar = files.filter(path -> path.getFileName().toString().matches("bytchat\\..*SNAPSHOT\\.jar|bytchat\\..*[0-9]\\.jar"))
                    .findFirst().orElseThrow(() -> new IllegalStateException(bundle + " has not been packaged"));
            return TestBundles.manifest(jar).getMainAttributes();
        }
    }
}
