package bytchat.itests.container;

import static bytchat.itests.container.FeaturesLiveIT.features;
import static bytchat.itests.container.FeaturesLiveIT.get;
import static bytchat.itests.container.HashUpdateIT.listen;
import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.LocalNode;
import bytchat.api.plane.Planes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Features come and go while two nodes talk: nothing is lost, nothing is shown twice, nothing of them stays. */
class FeaturesUnderTrafficIT {
    private static final String FEATURES = "core,hash-sha512,routing,holder,mailbox-plane,direct-plane,shell";

    @TempDir
    Path directory;

    @Test
    void aHashThatNobodyUsesComesAndGoes() throws Exception {
        try (TestNode a = start("a", Map.of()); TestNode b = start("b", joining(a)); Talk talk = Talk.between(a, b)) {
            talk.begin(Duration.ofMillis(40));
            Loaders loaders = null;
            for (int i = 0; i < 5; i++) {
                get(features(a).install("hash-sha1"));
                loaders = Loaders.of(a, List.of("bytchat.hash.sha1"));
                listen(talk);
                get(features(a).remove("hash-sha1", false));
            }
            endWell(talk);
            assertThat(talk.refused()).isZero();
            loaders.awaitCollected();
        }
    }

    @Test
    void thePlaneThatIsNotActiveComesAndGoes() throws Exception {
        try (TestNode a = start("a", Map.of()); TestNode b = start("b", joining(a)); Talk talk = Talk.between(a, b)) {
            a.service(Planes.class).switchTo("direct").toCompletableFuture().get(60, TimeUnit.SECONDS);
            talk.begin(Duration.ofMillis(50));
            Loaders loaders = null;
            for (int i = 0; i < 3; i++) {
                listen(talk);
                loaders = Loaders.of(a, List.of("bytchat.plane.mailbox"));
                assertThat(loaders.size()).isOne();
                get(features(a).remove("mailbox-plane", false));
                listen(talk);
                get(features(a).install("mailbox-plane"));
            }
            endWell(talk);
            assertThat(talk.refused()).as("the messenger is the other plane's feature's too").isZero();
            loaders.awaitCollected();
        }
    }

    /** The one node holds the other's mail, and does not for a while: holding is forced away and comes back. */
    @Test
    void holdingComesAndGoes() throws Exception {
        try (TestNode a = start("a", Map.of()); TestNode b = start("b", joining(a)); Talk talk = Talk.between(a, b)) {
            talk.begin(Duration.ofMillis(50));
            Loaders loaders = null;
            for (int i = 0; i < 3; i++) {
                listen(talk);
                loaders = Loaders.of(a, List.of("bytchat.mailbox", "bytchat.tracker"));
                assertThat(loaders.size()).isEqualTo(2);
                get(features(a).remove("holder", true));
                listen(talk);
                get(features(a).install("holder"));
            }
            endWell(talk);
            assertThat(talk.refused()).isZero();
            loaders.awaitCollected();
        }
    }

    /** All of a user's own parts go and come back: what was accepted before is delivered after. */
    @Test
    void messagingItselfComesAndGoes() throws Exception {
        try (TestNode a = start("a", Map.of()); TestNode b = start("b", joining(a)); Talk talk = Talk.between(a, b)) {
            talk.begin(Duration.ofMillis(100));
            listen(talk);
            Loaders loaders = Loaders.of(a, List.of("bytchat.messaging", "bytchat.accounts", "bytchat.planes", "bytchat.presence", "bytchat.plane.direct", "bytchat.plane.mailbox"));
            assertThat(loaders.size()).isEqualTo(6);
            get(features(a).remove("mailbox-plane", true));
            get(features(a).remove("direct-plane", true));
            get(features(a).install("direct-plane"));
            get(features(a).install("mailbox-plane"));
            listen(talk);
            endWell(talk);
            loaders.awaitCollected();
        }
    }

    private static void endWell(Talk talk) throws Exception {
        talk.end();
        talk.assertNothingLostNorShownTwice();
    }

    private TestNode start(String name, Map<String, String> keySpace) throws Exception {
        return TestNode.start(directory.resolve(name), FEATURES, TestNode.keySpace(keySpace));
    }

    private static Map<String, String> joining(TestNode other) throws Exception {
        other.awaitReady();
        return Map.of("bootstrap", "127.0.0.1:" + other.service(LocalNode.class).listen().getPort(), "reachable", "yes");
    }
}
