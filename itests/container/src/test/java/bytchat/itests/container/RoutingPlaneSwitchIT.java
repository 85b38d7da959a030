package bytchat.itests.container;

import static bytchat.itests.container.FeaturesLiveIT.features;
import static bytchat.itests.container.FeaturesLiveIT.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import bytchat.api.env.Environment;
import bytchat.api.features.FeatureException;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.messaging.Messenger;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.routing.RoutingPlanes;
import bytchat.api.routing.RoutingPlanes.PlaneInfo;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.itests.container.ownplane.OwnPlaneComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** Three nodes with real sockets, two of them with people who talk, while the way they find each other is exchanged. */
class RoutingPlaneSwitchIT {
    private static final String FEATURES = "core,hash-sha512,routing,holder,mailbox-plane,shell";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SAID_MEANWHILE = 8;

    @TempDir
    Path directory;

    @Test
    void theRoutingPlaneIsExchangedAndBackWhileBothTalk() throws Exception {
        try (TestNode a = start("a", FEATURES, Map.of()); TestNode b = start("b", FEATURES, joining(a));
                TestNode c = start("c", FEATURES, joining(a)); Talk talk = Talk.between(a, b)) {
            Messenger messenger = a.service(Messenger.class);
            talk.begin(Duration.ofMillis(50));
            for (TestNode node : List.of(a, b, c)) {
                get(features(node).install("routing-fixed"));
                assertThat(active(node)).as("installing reroutes nothing").isEqualTo("kademlia");
                configure(node, "bytchat.routing.fixed", "nodes", new String[] {address(a), address(b), address(c)});
            }
            Loaders fixed = Loaders.of(a, List.of("bytchat.routing.fixed"));
            for (String plane : List.of("fixed", "kademlia", "fixed", "kademlia")) {
                for (TestNode node : List.of(a, b, c)) {
                    talk.awaitMore(SAID_MEANWHILE);
                    switchTo(node, plane);
                }
                talk.awaitMore(SAID_MEANWHILE);
                assertThat(part(a, "routing." + plane + "~default").state()).isEqualTo(State.READY);
            }
            assertThat(features(a).details("routing").feature().installed()).isTrue();
            assertThat(((FeatureException) catchThrowable(() -> get(features(a).remove("routing", false))).getCause()).cutOff())
                    .anyMatch(why -> why.startsWith("kademlia is the routing plane of the key space default: switch to another one first"));
            for (TestNode node : List.of(a, b, c)) {
                get(features(node).remove("routing-fixed", false));
            }
            talk.awaitMore(SAID_MEANWHILE);
            talk.end();
            talk.assertNothingLostNorShownTwice();
            assertThat(talk.refused()).isZero();
            assertThat(a.service(Messenger.class)).as("whoever uses routing did not notice").isSameAs(messenger);
            fixed.awaitCollected();
            System.out.println("routing planes switched 4 times on each of 3 nodes under " + talk.accepted() + " messages");
        }
    }

    @Test
    void theChoiceIsConfigurationAndOutlivesARestart() throws Exception {
        String features = FEATURES + ",routing-fixed";
        try (TestNode a = start("a", features, Map.of())) {
            try (TestNode b = start("b", features, joining(a))) {
                configure(b, "bytchat.routing", "active", "fixed"); // its list: the addresses to join by
                Await.until("the fixed list", PATIENCE, () -> active(b).equals("fixed"));
            }
            try (TestNode b = start("b", features, joining(a))) {
                assertThat(active(b)).isEqualTo("fixed");
                assertThat(b.awaitReady().parts()).containsKey("routing.fixed~default").doesNotContainKey("routing.kademlia~default");
                try (Talk talk = Talk.between(a, b)) {
                    talk.begin(Duration.ofMillis(50));
                    talk.awaitMore(SAID_MEANWHILE);
                    talk.end();
                    talk.assertNothingLostNorShownTwice();
                }
            }
        }
    }

    @Test
    void aPlaneThatFindsNobodyOrIsNotThereLeavesAllAsItIs() throws Exception {
        try (TestNode a = start("a", FEATURES, Map.of()); TestNode b = start("b", FEATURES, joining(a))) {
            assertThat(cause(catchThrowable(() -> switchTo(b, "fixed")))).isEqualTo(
                    "the routing plane fixed is not installed: feature install routing-fixed (installed: kademlia)");
            get(features(b).install("routing-fixed"));
            configure(b, "bytchat.routing.fixed", "nodes", new String[] {"127.0.0.1:1"});
            configure(b, "bytchat.routing", "ready.seconds", 2);
            Await.until("somebody known", PATIENCE, () -> part(b, "routing.kademlia~default").facts().get("contacts").equals(1));
            Await.until("the other plane", PATIENCE, () -> installed(b, "fixed"));
            assertThat(cause(catchThrowable(() -> switchTo(b, "fixed")))).startsWith("the routing plane fixed is not ready: ")
                    .endsWith("(waited 2 s); kademlia goes on");
            assertThat(active(b)).isEqualTo("kademlia");
            configure(b, "bytchat.routing", "active", "pigeon");
            Await.until("the reason", PATIENCE, () -> part(b, "routing~default").state() == State.WAITING);
            assertThat(part(b, "routing~default").reason()).contains("feature install routing-pigeon").endsWith("kademlia goes on");
        }
    }

    /** A bundle from outside, with a feature file beside it, is chosen by configuration. */
    @Test
    void aPlaneOfOnesOwnIsInstalledChosenAndRemoved() throws Exception {
        Path offered = Files.createDirectories(directory.resolve("offered"));
        Files.move(TestBundles.build(offered, "test.mine", OwnPlaneComponent.class.getPackage()), offered.resolve("test.mine-1.0.0.jar"));
        Path file = FeatureFiles.write(offered, "routing-mine", "{}", "test:test.mine:1.0.0");
        try (TestNode a = start("a", FEATURES, Map.of())) {
            get(features(a).install(file));
            assertThat(active(a)).isEqualTo("kademlia");
            configure(a, "bytchat.routing", "active", "mine");
            Await.until("a plane of one's own", PATIENCE, () -> active(a).equals("mine"));
            RoutingPlane routing = a.service(RoutingPlane.class);
            assertThat(routing.name()).as("consumers have it").isEqualTo("mine");
            CompletableFuture<LookupResult> found = new CompletableFuture<>();
            a.service(Environment.class).loop().execute(() -> routing.lookup(Key.of(new byte[64]), 1).thenAccept(found::complete));
            assertThat(found.get(10, TimeUnit.SECONDS)).isInstanceOfSatisfying(LookupResult.Failed.class,
                    failed -> assertThat(failed.reason()).isEqualTo("nobody is known in default"));
            switchTo(a, "kademlia");
            Loaders mine = Loaders.of(a, List.of("test.mine"));
            get(features(a).remove("routing-mine", false));
            mine.awaitCollected();
        }
    }

    private TestNode start(String name, String features, Map<String, String> more) throws Exception {
        TestNode node = TestNode.start(directory.resolve(name), features, TestNode.keySpace(more));
        node.awaitReady();
        return node;
    }

    private static Map<String, String> joining(TestNode first) throws Exception {
        return Map.of("bootstrap", address(first), "reachable", "yes");
    }

    private static String address(TestNode node) throws Exception {
        return "127.0.0.1:" + node.service(LocalNode.class).listen().getPort();
    }

    private static void switchTo(TestNode node, String plane) throws Exception {
        node.service(RoutingPlanes.class).switchTo(plane).toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(active(node)).isEqualTo(plane);
    }

    private static boolean installed(TestNode node, String plane) throws Exception {
        return node.service(RoutingPlanes.class).list().stream().anyMatch(info -> info.installed() && info.name().equals(plane));
    }

    private static String active(TestNode node) throws Exception {
        return node.service(RoutingPlanes.class).list().stream().filter(PlaneInfo::active).map(PlaneInfo::name).findFirst().orElse("");
    }

    private static Status part(TestNode node, String part) throws Exception {
        return Await.value(part, PATIENCE, () -> java.util.Optional.ofNullable(node.awaitReady().parts().get(part)));
    }

    private static String cause(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof CompletionException && cause.getCause() == null)) {
            cause = cause.getCause();
        }
        return cause.getMessage();
    }

    /** As {@code config set} does it. */
    private static void configure(TestNode node, String factory, String property, Object value) throws Exception {
        Configuration configuration = node.service(ConfigurationAdmin.class).getFactoryConfiguration(factory, "default", "?");
        Dictionary<String, Object> properties = configuration.getProperties() == null ? new Hashtable<>() : configuration.getProperties();
        properties.put(property, value);
        configuration.update(properties);
    }
}
