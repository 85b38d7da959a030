package bytchat.itests.container;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.account.Accounts;
import bytchat.api.features.FeatureInfo;
import bytchat.api.features.FeatureManager;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.messaging.Messenger;
import bytchat.api.messaging.Messenger.ContactState;
import bytchat.api.messaging.Messenger.ContactView;
import bytchat.api.messaging.Messenger.MessageView;
import bytchat.api.status.NodeHealth;
import bytchat.api.status.State;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;

/** The assembled node, with every feature. */
class NodeIT {
    private static final String FEATURES = "core,hash-sha512,routing,holder,mailbox-plane,direct-plane,shell,web";
    private static final String FEATURES_SHA1 = FEATURES.replace("sha512", "sha1");
    private static final int SHUFFLES = 4;
    private static final Duration TRIP_PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = { "sha-512", "sha-1" })
    void reachesReadyWithEveryFeature(String hash) throws Exception {
        String features = hash.equals("sha-1") ? FEATURES_SHA1 : FEATURES;
        try (TestNode node = TestNode.start(directory, features, TestNode.keySpace(Map.of("hash", hash)))) {
            NodeHealth health = node.awaitReady();
            assertThat(health.parts()).isNotEmpty().allSatisfy((part, status) ->
                    assertThat(status.state()).as(part + " " + status.reason()).isIn(State.READY, State.WAITING));
            LocalNode local = node.service(LocalNode.class);
            assertThat(local.keySpace().hash().name()).isEqualTo(hash);
            assertThat(local.listen().getPort()).isPositive();
            List<FeatureInfo> installed = node.service(FeatureManager.class).list().stream()
                    .filter(FeatureInfo::installed).toList();
            assertThat(installed).extracting(FeatureInfo::name).containsExactlyInAnyOrder(features.split(","));
            assertThat(installed).allSatisfy(feature -> assertThat(feature.status().state())
                    .as(feature.name() + " " + feature.status().reason()).isIn(State.READY, State.WAITING));
        }
    }

    @Test
    void keepsItsIdentityAndPortOverARestart() throws Exception {
        String first;
        try (TestNode node = TestNode.start(directory, FEATURES, TestNode.keySpace(Map.of()))) {
            node.awaitReady();
            first = identity(node);
        }
        try (TestNode node = TestNode.start(directory, FEATURES, TestNode.keySpace(Map.of()))) {
            node.awaitReady();
            assertThat(identity(node)).isEqualTo(first);
        }
    }

    /** A part that is missing is named, and nothing that waits for it is called Ready. */
    @Test
    void withoutItsHashTheNodeSaysWhatItWaitsFor() throws Exception {
        try (TestNode node = TestNode.start(directory, FEATURES.replace("hash-sha512,", ""), TestNode.keySpace(Map.of()))) {
            NodeHealth health = node.service(NodeHealth.class);
            assertThat(health.overall().state()).isNotEqualTo(State.READY);
            assertThat(health.parts().values()).anySatisfy(status -> assertThat(status.reason()).contains("sha-512"));
        }
    }

    @Test
    void bundlesStartedInRandomOrderReachReady() throws Exception {
        Set<String> parts;
        try (TestNode node = TestNode.start(directory.resolve("ordered"), FEATURES, TestNode.keySpace(Map.of()))) {
            parts = node.awaitReady().parts().keySet();
        }
        long seed = Long.getLong("bytchat.test.seed", System.nanoTime());
        System.out.println("random start order: replay with -Dbytchat.test.seed=" + seed);
        Random random = new Random(seed);
        for (int shuffle = 0; shuffle < SHUFFLES; shuffle++) {
            // the framework stops below the features' start level: they are installed and configured, but do not run
            try (TestNode node = TestNode.start(directory.resolve("shuffled-" + shuffle), FEATURES,
                    TestNode.keySpace(Map.of()), Map.of(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, "5"))) {
                List<String> order = startShuffled(node.context(), random);
                NodeHealth health = node.service(NodeHealth.class);
                Await.until("Ready with seed " + seed + " in the order " + order + ": " + health.overall(),
                        TestNode.PATIENCE, () -> EnumSet.of(State.READY, State.WAITING).contains(health.overall().state())
                                && health.parts().keySet().equals(parts));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "sha-512", "sha-1" })
    void twoNodesInTwoFrameworksExchangeAMessage(String hash) throws Exception {
        String features = hash.equals("sha-1") ? FEATURES_SHA1 : FEATURES;
        try (TestNode a = TestNode.start(directory.resolve("a"), features, TestNode.keySpace(Map.of("hash", hash)))) {
            a.awaitReady();
            String bootstrap = "127.0.0.1:" + a.service(LocalNode.class).listen().getPort();
            try (TestNode b = TestNode.start(directory.resolve("b"), features,
                    TestNode.keySpace(Map.of("hash", hash, "bootstrap", bootstrap, "reachable", "yes")))) {
                b.awaitReady();
                Messenger alice = person(a, "alice");
                Messenger bob = person(b, "bob");
                get(alice.addContact(bob.self().link(), Optional.of("bob")));
                get(bob.addContact(alice.self().link(), Optional.of("alice")));
                awaitConnected(alice);
                awaitConnected(bob);

                get(alice.send("bob", "text/plain", "hello bob".getBytes(StandardCharsets.UTF_8)));
                assertThat(awaitMessage(bob, false, "hello bob").contactName()).isEqualTo("alice");
                get(bob.send("alice", "text/plain", "hello alice".getBytes(StandardCharsets.UTF_8)));
                awaitMessage(alice, false, "hello alice");
                Await.until("delivered receipt", TRIP_PATIENCE,
                        () -> awaitMessage(alice, true, "hello bob").state().equals("delivered"));
            }
        }
    }

    private static Messenger person(TestNode node, String name) throws Exception {
        get(node.service(Accounts.class).create(name));
        Messenger messenger = node.service(Messenger.class);
        Await.until("contact link of " + name, TRIP_PATIENCE, () -> messenger.self().link().startsWith("bytchat:"));
        return messenger;
    }

    private static void awaitConnected(Messenger messenger) throws Exception {
        Await.until("session of " + messenger.self().name() + ", contacts " + get(messenger.contacts()), TRIP_PATIENCE,
                () -> get(messenger.contacts()).stream().map(ContactView::state).toList()
                        .equals(List.of(ContactState.CONNECTED)));
    }

    private static MessageView awaitMessage(Messenger messenger, boolean outgoing, String text) throws Exception {
        List<MessageView> found = Await.value("message \"" + text + "\" at " + messenger.self().name(), TRIP_PATIENCE, () -> {
            List<MessageView> matching = get(messenger.messages(Optional.empty(), 100)).stream()
                    .filter(message -> message.outgoing() == outgoing)
                    .filter(message -> new String(message.data(), StandardCharsets.UTF_8).equals(text)).toList();
            return matching.isEmpty() ? Optional.empty() : Optional.of(matching);
        });
        assertThat(found).as("shown once").hasSize(1);
        return found.get(0);
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(TRIP_PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static String identity(TestNode node) throws InterruptedException {
        LocalNode local = node.service(LocalNode.class);
        return local.id() + " " + local.listen();
    }

    /** Starts the bundles of the features in an order of the random generator's choice. */
    private static List<String> startShuffled(BundleContext context, Random random) {
        int reached = context.getBundle(0).adapt(FrameworkStartLevel.class).getStartLevel();
        List<Bundle> bundles = new ArrayList<>(Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.adapt(BundleStartLevel.class).getStartLevel() > reached).toList());
        assertThat(bundles).hasSizeGreaterThan(20);
        Collections.shuffle(bundles, random);
        // the framework starts each as it comes within reach, one after the other
        bundles.forEach(bundle -> bundle.adapt(BundleStartLevel.class).setStartLevel(reached));
        return bundles.stream().map(Bundle::getSymbolicName).toList();
    }
}
