package bytchat.itests.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import bytchat.api.features.InUse;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.plane.PlaneException;
import bytchat.api.plane.Planes;
import bytchat.api.plane.Planes.PlaneInfo;
import bytchat.api.plane.Planes.Role;
import bytchat.api.status.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** Two nodes with real sockets talk while their planes are switched, replaced and taken away. */
class PlaneSwitchIT {
    private static final String ONE_PLANE = "core,hash-sha512,routing,holder,mailbox-plane,shell";
    private static final String BOTH_PLANES = ONE_PLANE + ",direct-plane";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Messages between two events, so that each plane carries some. */
    private static final int SAID_MEANWHILE = 10;

    @TempDir
    Path directory;

    @Test
    void switchesBackAndForthWhileBothTalk() throws Exception {
        try (TestNode a = start("a", BOTH_PLANES, Map.of()); TestNode b = start("b", BOTH_PLANES, joining(a));
                Talk talk = Talk.between(a, b)) {
            talk.begin(Duration.ofMillis(40));
            for (String plane : List.of("direct", "mailbox", "direct", "mailbox", "direct")) {
                switchTo(a, plane);
                talk.awaitMore(SAID_MEANWHILE);
                switchTo(b, plane);
                talk.awaitMore(SAID_MEANWHILE);
            }
            talk.end();
            talk.assertNothingLostNorShownTwice();
            assertThat(talk.refused()).isZero();
            Map<String, Object> facts = a.awaitReady().parts().get("planes").facts();
            assertThat(facts).containsEntry("switches", 5L).containsEntry("switches_failed", 0L).containsEntry("active", "direct");
            System.out.println("planes switched 5 times on each of 2 nodes under " + talk.accepted() + " messages; longest pause of sends "
                    + facts.get("pause_longest_ms") + " ms");
        }
    }

    /** The bundle of the active plane is stopped and started, as a live update does. */
    @Test
    void theActivePlaneIsReplacedWhileBothTalk() throws Exception {
        try (TestNode a = start("a", BOTH_PLANES, Map.of()); TestNode b = start("b", BOTH_PLANES, joining(a));
                Talk talk = Talk.between(a, b)) {
            talk.begin(Duration.ofMillis(50));
            for (int i = 0; i < 3; i++) {
                talk.awaitMore(SAID_MEANWHILE);
                Bundle plane = bundle(a, "bytchat.plane.mailbox");
                plane.stop();
                assertThat(a.service(Planes.class).list()).extracting(PlaneInfo::name).contains("mailbox");
                plane.start();
            }
            talk.awaitMore(SAID_MEANWHILE);
            talk.end();
            talk.assertNothingLostNorShownTwice();
            assertThat(talk.refused()).isZero();
        }
    }

    /** The choice is configuration: it outlives a restart, and editing it switches. */
    @Test
    void theChoiceIsConfiguration() throws Exception {
        try (TestNode a = start("a", BOTH_PLANES, Map.of()); TestNode b = start("b", BOTH_PLANES, joining(a))) {
            Talk.between(a, b).close();
            switchTo(b, "direct");
            assertThat(configuration(b).getProperties().get("active")).isEqualTo("direct");
        }
        try (TestNode a = start("a", BOTH_PLANES, Map.of()); TestNode b = start("b", BOTH_PLANES, joining(a))) {
            awaitActive(b, "direct");
            Configuration configuration = configuration(b);
            configuration.update(new Hashtable<>(Map.of("active", "mailbox")));
            awaitActive(b, "mailbox");
        }
    }

    @Test
    void aPlaneThatCannotBeHadLeavesAllAsItIs() throws Exception {
        try (TestNode a = start("a", ONE_PLANE, Map.of()); TestNode b = start("b", ONE_PLANE, joining(a));
                Talk talk = Talk.between(a, b)) {
            Throwable failure = catchThrowable(() -> switchTo(a, "direct"));
            assertThat(failure).hasRootCauseInstanceOf(PlaneException.class).rootCause().hasMessage(
                    "the plane direct is not installed: feature install direct-plane (installed: mailbox)");
            configuration(a).update(new Hashtable<>(Map.of("active", "direct")));
            Await.until("the reason", PATIENCE, () -> a.awaitReady().parts().get("planes").state() == State.WAITING);
            assertThat(a.awaitReady().parts().get("planes").reason()).contains("feature install direct-plane")
                    .endsWith("the mailbox plane still sends");
            talk.begin(Duration.ofMillis(50));
            talk.awaitMore(SAID_MEANWHILE);
            talk.end();
            talk.assertNothingLostNorShownTwice();
            assertThat(inUse(a, Set.of("bytchat.plane.mailbox"))).anySatisfy(sentence -> assertThat(sentence)
                    .startsWith("the mailbox plane is active for 1 account").contains("install one first"));
        }
    }

    private TestNode start(String name, String features, Map<String, String> more) throws Exception {
        TestNode node = TestNode.start(directory.resolve(name), features, TestNode.keySpace(more));
        node.awaitReady();
        return node;
    }

    private static Map<String, String> joining(TestNode first) throws Exception {
        return Map.of("bootstrap", "127.0.0.1:" + first.service(LocalNode.class).listen().getPort(), "reachable", "yes");
    }

    private static void switchTo(TestNode node, String plane) throws Exception {
        node.service(Planes.class).switchTo(plane).toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        awaitActive(node, plane);
    }

    private static void awaitActive(TestNode node, String plane) throws Exception {
        Planes planes = node.service(Planes.class);
        Await.until(plane + " being active", PATIENCE, () -> planes.list().stream()
                .anyMatch(p -> p.name().equals(plane) && p.role() == Role.ACTIVE));
    }

    private static Configuration configuration(TestNode node) throws Exception {
        return node.service(ConfigurationAdmin.class).getConfiguration("bytchat.planes", "?");
    }

    private static Bundle bundle(TestNode node, String symbolicName) {
        for (Bundle bundle : node.context().getBundles()) {
            if (bundle.getSymbolicName().equals(symbolicName)) {
                return bundle;
            }
        }
        throw new AssertionError("no bundle " + symbolicName);
    }

    private static List<String> inUse(TestNode node, Set<String> bundles) throws Exception {
        Collection<ServiceReference<InUse>> references = node.context().getServiceReferences(InUse.class, null);
        return references.stream().map(node.context()::getService).flatMap(part -> part.cutOffBy(bundles).stream()).toList();
    }
}
