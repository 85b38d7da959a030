package bytchat.itests.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import bytchat.api.features.FeatureException;
import bytchat.api.features.FeatureInfo;
import bytchat.api.features.FeatureManager;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.status.NodeHealth;
import bytchat.api.status.State;
import bytchat.itests.container.bringing.BroughtComponent;
import bytchat.itests.container.breaking.BreakingComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;

/** Features come and go while a node runs. */
class FeaturesLiveIT {
    private static final String FEATURES = "core,hash-sha512,routing,holder,mailbox-plane,shell";

    @TempDir
    Path directory;

    @Test
    void whatIsInstalledAndRemovedStaysSoOverRestarts() throws Exception {
        try (TestNode node = start(Map.of())) {
            assertThat(get(features(node).install("hash-sha1")).status().state()).isEqualTo(State.READY);
            assertThat(node.context().getServiceReferences(HashAlgorithm.class, "(bytchat.hash=sha-1)")).hasSize(1);
            assertThat(get(features(node).remove("mailbox-plane", true)).installed()).isFalse();
            assertThat(features(node).details("hash-sha1").asked()).startsWith("installed while the node ran, on 20");
        }
        for (int restart = 0; restart < 2; restart++) {
            try (TestNode node = start(Map.of())) {
                assertThat(installed(node)).contains("hash-sha1", "holder").doesNotContain("mailbox-plane");
                assertThat(features(node).details("mailbox-plane").asked()).startsWith("removed while the node ran, on 20");
                assertThat(features(node).details("holder").asked()).isEqualTo("one of the features that a node has by default");
            }
        }
        try (TestNode node = start(Map.of("bytchat.features.run", "true"))) {
            assertThat(installed(node)).as("--features hold for this run").containsExactlyInAnyOrder(FEATURES.split(","));
            assertThat(features(node).details("mailbox-plane").asked()).isEqualTo("asked for by --features, for this run only");
            assertThat(features(node).details("hash-sha1").asked()).contains("but not among --features");
        }
        try (TestNode node = start(Map.of())) {
            get(features(node).remove("hash-sha1", false));
            get(features(node).install("mailbox-plane"));
        }
        try (TestNode node = start(Map.of())) {
            assertThat(installed(node)).containsExactlyInAnyOrder(FEATURES.split(","));
        }
    }

    @Test
    void whatIsInUseStaysUnlessForced() throws Exception {
        try (TestNode node = start(Map.of())) {
            node.awaitReady();
            List<String> before = bundles(node);
            assertThat(refusal(features(node).remove("hash-sha512", false)).cutOff()).anyMatch(why -> why.contains("the key space default is made with sha-512"));
            assertThat(refusal(features(node).remove("routing", false)).cutOff())
                    .anyMatch(why -> why.startsWith("the feature holder would stop working: holders~default needs RoutingPlane"));
            assertThat(refusal(features(node).remove("shell", false)).cutOff()).anyMatch(why -> why.contains("no command reaches this node"));
            assertThat(refusal(features(node).remove("core", false)).cutOff()).anyMatch(why -> why.contains("the feature routing would stop working"));
            assertThat(bundles(node)).as("nothing was done").isEqualTo(before);

            get(features(node).remove("routing", true));
            assertThat(features(node).list()).filteredOn(one -> one.name().equals("holder")).singleElement()
                    .satisfies(one -> assertThat(one.status().reason()).contains("RoutingPlane"));
            assertThat(refusal(features(node).remove("routing", true))).hasMessageContaining("not installed");
            get(features(node).install("routing"));
            Await.until("ready again", TestNode.PATIENCE, () -> features(node).details("holder").feature().status().state() == State.READY);
            assertThat(bundles(node)).containsExactlyInAnyOrderElementsOf(before);
        }
    }

    /** The bundles holders and meta are named by both. */
    @Test
    void aSharedBundleGoesWithTheLastFeatureThatNamesIt() throws Exception {
        try (TestNode node = start(Map.of())) {
            assertThat(features(node).details("holder").bundles()).filteredOn(one -> one.symbolicName().equals("bytchat.meta")).singleElement()
                    .satisfies(one -> assertThat(one.sharedWith()).contains("mailbox-plane"));
            get(features(node).remove("holder", true));
            assertThat(bundles(node)).contains("bytchat.meta", "bytchat.holders").doesNotContain("bytchat.tracker", "bytchat.mailbox");
            get(features(node).remove("mailbox-plane", true));
            assertThat(bundles(node)).doesNotContain("bytchat.meta", "bytchat.holders");
        }
    }

    @Test
    void aFeatureFromAFileBringsItsBundlesAndSurvivesTheFile() throws Exception {
        Path offered = Files.createDirectories(directory.resolve("offered"));
        Files.move(TestBundles.build(offered, "test.brought", BroughtComponent.class.getPackage()), offered.resolve("test.brought-1.0.0.jar"));
        Path file = FeatureFiles.write(offered, "brought", "{\"test.brought\":{\"greeting\":\"hello\"}}", "test:test.brought:1.0.0");
        try (TestNode node = start(Map.of())) {
            FeatureInfo installed = get(features(node).install(file));
            assertThat(installed.name()).isEqualTo("brought");
            assertThat(installed.status().state()).as("it waits, and says for what").isEqualTo(State.WAITING);
            assertThat(installed.status().reason()).isEqualTo("test.brought: says hello");
        }
        TestBundles.delete(offered);
        try (TestNode node = start(Map.of())) {
            Await.until("the part of the feature", TestNode.PATIENCE, () -> node.service(NodeHealth.class).parts().containsKey("test.brought"));
            assertThat(features(node).details("brought").asked()).contains(file.toString());
        }
        Path copy = directory.resolve("node/features/repo/test/test.brought/1.0.0/test.brought-1.0.0.jar");
        byte[] jar = Files.readAllBytes(copy);
        Files.write(copy, Arrays.copyOf(jar, jar.length / 2));
        try (TestNode node = start(Map.of())) {
            assertThat(features(node).list()).filteredOn(one -> one.name().equals("brought")).singleElement().satisfies(one -> {
                assertThat(one.status().state()).isEqualTo(State.FAILED);
                assertThat(one.status().reason()).contains("test.brought-1.0.0.jar is no bundle");
            });
            assertThat(installed(node)).as("without it").containsExactlyInAnyOrder(FEATURES.split(","));
        }
        Files.write(copy, jar);
        try (TestNode node = start(Map.of())) {
            get(features(node).remove("brought", false));
            assertThat(bundles(node)).doesNotContain("test.brought");
            assertThat(copies()).as("the copies go with it").isEmpty();
            assertThat(node.service(org.osgi.service.cm.ConfigurationAdmin.class).listConfigurations("(service.pid=test.brought)")).isNull();
        }
    }

    /** Whatever is wrong with a feature, it is said, and the node is as it was. */
    @Test
    void anInstallThatCannotSucceedLeavesNothing() throws Exception {
        Path offered = Files.createDirectories(directory.resolve("offered"));
        Files.move(TestBundles.build(offered, "test.failing", BreakingComponent.class.getPackage()), offered.resolve("test.failing-1.0.0.jar"));
        Files.writeString(offered.resolve("test.corrupt-1.0.0.jar"), "this is no jar");
        try (var jar = new java.util.jar.JarOutputStream(Files.newOutputStream(offered.resolve("test.importing-1.0.0.jar")), manifest("test.importing",
                "Import-Package", "no.such.thing;version=\"[1.2,2)\""))) {
            jar.finish();
        }
        try (var jar = new java.util.jar.JarOutputStream(Files.newOutputStream(offered.resolve("test.needing-1.0.0.jar")), manifest("test.needing",
                "Require-Capability", "osgi.service;filter:=\"(objectClass=no.such.Teapot)\";effective:=active"))) {
            jar.finish();
        }
        String good = "org.bytchat:bytchat.hash.sha1:" + version();
        try (TestNode node = start(Map.of())) {
            node.awaitReady();
            List<String> before = bundles(node);
            Map<String, String> said = Map.of("corrupt", "test.corrupt-1.0.0.jar is no bundle", "absent", "test:test.absent:1.0.0",
                    "importing", "needs the package no.such.thing from 1.2.0 below 2.0.0, which nothing here offers", "needing",
                    "needs a Teapot, which nothing here offers", "failing", "test.failing: could not start");
            for (Map.Entry<String, String> one : said.entrySet()) {
                Path file = FeatureFiles.write(offered, one.getKey(), "{\"test.conf\":{}}", good, "test:test." + one.getKey() + ":1.0.0");
                assertThat(refusal(features(node).install(file))).as(one.getKey()).hasMessageContaining(one.getValue());
                assertThat(bundles(node)).as("bundles after " + one.getKey()).isEqualTo(before);
                assertThat(copies()).as("files after " + one.getKey()).isEmpty();
                assertThat(installed(node)).doesNotContain(one.getKey(), "hash-sha1");
                assertThat(node.service(org.osgi.service.cm.ConfigurationAdmin.class).listConfigurations("(service.pid=test.conf)")).isNull();
            }
            assertThat(refusal(features(node).install(Path.of("/no/such/file.json")))).hasMessageContaining("does not exist");
            assertThat(refusal(features(node).install("teapot"))).hasMessageContaining("there is no feature teapot; this node knows core");
            for (String feature : List.of("mailbox-plane", "holder", "routing")) {
                get(features(node).remove(feature, true));
            }
            assertThat(refusal(features(node).install("holder"))).hasMessageContaining("needs a RoutingPlane, which nothing here offers: install the feature routing");
        }
    }

    @Test
    void nothingOfARemovedBundleStays() throws Exception {
        try (TestNode node = start(Map.of())) {
            node.awaitReady();
            get(features(node).install("hash-sha1"));
            Loaders loaders = Loaders.of(node, List.of("bytchat.hash.sha1", "bytchat.holders", "bytchat.tracker", "bytchat.mailbox", "bytchat.meta",
                    "bytchat.plane.mailbox", "bytchat.messaging", "bytchat.presence", "bytchat.session.cbc", "bytchat.accounts", "bytchat.planes", "bytchat.ui.shell",
                    "bytchat.routing.kademlia"));
            assertThat(loaders.size()).isGreaterThan(11);
            for (String feature : List.of("hash-sha1", "mailbox-plane", "holder", "shell", "routing")) {
                get(features(node).remove(feature, true));
            }
            loaders.awaitCollected();
        }
    }

    private TestNode start(Map<String, String> more) throws Exception {
        return TestNode.start(directory.resolve("node"), FEATURES, TestNode.keySpace(Map.of()), more);
    }

    static FeatureManager features(TestNode node) throws InterruptedException {
        return node.service(FeatureManager.class);
    }

    static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(TestNode.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    static FeatureException refusal(CompletionStage<?> stage) {
        Throwable failure = catchThrowable(() -> get(stage));
        assertThat(failure).isInstanceOf(ExecutionException.class).cause().isInstanceOf(FeatureException.class);
        return (FeatureException) failure.getCause();
    }

    private static List<String> installed(TestNode node) throws InterruptedException {
        return features(node).list().stream().filter(FeatureInfo::installed).map(FeatureInfo::name).toList();
    }

    private static List<String> bundles(TestNode node) {
        return Arrays.stream(node.context().getBundles()).map(Bundle::getSymbolicName).sorted().toList();
    }

    /** What was copied for features from files. */
    private List<Path> copies() throws Exception {
        Path copies = directory.resolve("node/features");
        if (!Files.exists(copies)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(copies)) {
            return files.filter(Files::isRegularFile).filter(file -> !file.endsWith("chosen.json")).toList();
        }
    }

    private static String version() throws Exception {
        return FeatureFiles.original("bytchat.hash.sha1").getParent().getFileName().toString();
    }

    private static java.util.jar.Manifest manifest(String symbolicName, String header, String value) {
        var manifest = new java.util.jar.Manifest();
        var attributes = manifest.getMainAttributes();
        attributes.putValue("Manifest-Version", "1.0");
        attributes.putValue("Bundle-ManifestVersion", "2");
        attributes.putValue("Bundle-SymbolicName", symbolicName);
        attributes.putValue("Bundle-Version", "1.0.0");
        attributes.putValue(header, value);
        return manifest;
    }
}
