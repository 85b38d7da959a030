package bytchat.itests.container;

import static bytchat.itests.container.FeaturesLiveIT.features;
import static bytchat.itests.container.FeaturesLiveIT.get;
import static bytchat.itests.container.FeaturesLiveIT.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.features.FeatureDetails.BundleInfo;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.status.State;
import bytchat.itests.container.wronghash.WrongSha512;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceEvent;

/** Another build of the hash in use takes over while two nodes talk. */
class HashUpdateIT {
    private static final String FEATURES = "core,hash-sha512,routing,holder,mailbox-plane,shell";
    private static final String HASH_BUNDLE = "bytchat.hash.sha512";

    /** Messages between two changes. */
    private static final int MORE = 5;

    @TempDir
    Path directory;

    @Test
    void anotherBuildTakesOverWhileBothTalk() throws Exception {
        try (TestNode a = start("a", Map.of()); TestNode b = start("b", joining(a)); Talk talk = Talk.between(a, b)) {
            AtomicInteger unregistered = new AtomicInteger();
            a.context().addServiceListener(event -> unregistered.addAndGet(event.getType() == ServiceEvent.UNREGISTERING ? 1 : 0),
                    "(|(objectClass=" + KeySpace.class.getName() + ")(objectClass=" + LocalNode.class.getName() + "))");
            Object links = links(a);
            Loaders original = Loaders.of(a, List.of(HASH_BUNDLE));
            talk.begin(Duration.ofMillis(40));
            Loaders last = original;
            for (String version : List.of("1.0.1", "1.0.2", "1.0.3")) {
                listen(talk);
                last = Loaders.of(a, List.of(HASH_BUNDLE));
                get(features(a).install(update(version)));
                assertThat(features(a).details("hash-sha512").bundles()).extracting(BundleInfo::version).containsExactly(version);
            }
            // the gap: for a while there is none, and what runs goes on
            get(features(a).remove("hash-sha512", true));
            assertThat(a.awaitReady().parts().get("keyspace~default").reason()).contains("the hash sha-512 was removed");
            listen(talk);
            get(features(a).install("hash-sha512"));
            assertThat(a.awaitReady().parts().get("keyspace~default").reason()).doesNotContain("removed");
            listen(talk);
            talk.end();
            talk.assertNothingLostNorShownTwice();
            assertThat(talk.refused()).isZero();
            assertThat(unregistered).as("key spaces that were unregistered").hasValue(0);
            assertThat(links(a)).as("links that were opened, and none was dropped").isEqualTo(links);
            original.awaitCollected();
            last.awaitCollected();
        }
    }

    @Test
    void aBuildThatAnswersOtherwiseIsRefusedAndTheOldOneKept() throws Exception {
        Path offered = Files.createDirectories(directory.resolve("offered"));
        Path jar = TestBundles.build(offered, HASH_BUNDLE, WrongSha512.class.getPackage());
        FeatureFiles.rewrite(jar, HASH_BUNDLE, "1.0.9", offered);
        Path file = FeatureFiles.write(offered, "hash-sha512", "{}", "org.bytchat:" + HASH_BUNDLE + ":1.0.9");
        String id;
        try (TestNode node = start("a", Map.of())) {
            node.awaitReady();
            id = node.service(LocalNode.class).id().hex();
            String version = features(node).details("hash-sha512").bundles().get(0).version();
            assertThat(refusal(features(node).install(file))).hasMessageContaining("the installed sha-512 is not the one used so far: it answers otherwise");
            assertThat(features(node).details("hash-sha512").bundles()).extracting(BundleInfo::version).containsExactly(version);
            assertThat(node.context().getServiceReferences(HashAlgorithm.class, null)).hasSize(1);
            assertThat(node.service(LocalNode.class).id().hex()).isEqualTo(id);
            assertThat(node.awaitReady().overall().state()).isIn(State.READY, State.WAITING);
        }
        try (TestNode node = start("a", Map.of())) {
            node.awaitReady();
            assertThat(node.service(LocalNode.class).id().hex()).isEqualTo(id);
        }
    }

    /** Waits until more has been said. */
    static void listen(Talk talk) throws InterruptedException {
        int before = talk.accepted();
        Await.until("more talk", TestNode.PATIENCE, () -> talk.accepted() >= before + MORE);
    }

    private Path update(String version) throws Exception {
        Path offered = directory.resolve("offered-" + version);
        FeatureFiles.rebuild(HASH_BUNDLE, version, offered);
        return FeatureFiles.write(offered, "hash-sha512", "{}", "org.bytchat:" + HASH_BUNDLE + ":" + version);
    }

    private static Object links(TestNode node) throws Exception {
        Map<String, Object> facts = node.awaitReady().parts().get("transport.tls~default").facts();
        return List.of(facts.get("links"), facts.get("links_accepted"), facts.get("links_dialled"));
    }

    private TestNode start(String name, Map<String, String> keySpace) throws Exception {
        return TestNode.start(directory.resolve(name), FEATURES, TestNode.keySpace(keySpace));
    }

    private static Map<String, String> joining(TestNode other) throws Exception {
        other.awaitReady();
        return Map.of("bootstrap", "127.0.0.1:" + other.service(LocalNode.class).listen().getPort(), "reachable", "yes");
    }
}
