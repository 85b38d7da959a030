package bytchat.itests.container;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.env.Environment;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.status.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceReference;

/** Nodes that live in two key spaces at once: 512 bits in which people talk, and 160 bits of plain BEP 5. */
class TwoKeySpacesIT {
    private static final String FEATURES = "core,hash-sha512,hash-sha1,routing,holder,mailbox-plane,shell";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void eachNodeIsInBothAndPeopleTalkInOneOfThem() throws Exception {
        try (TestNode a = start("a", "", ""); TestNode b = start("b", address(a, "default"), address(a, "open"));
                TestNode c = start("c", address(a, "default"), address(a, "open"))) {
            for (Map.Entry<String, Integer> space : Map.of("default", 512, "open", 160).entrySet()) {
                for (TestNode node : List.of(a, b, c)) {
                    LocalNode local = service(node, LocalNode.class, space.getKey());
                    assertThat(local.id().bits()).isEqualTo(space.getValue());
                    Await.until("both others in " + space.getKey(), PATIENCE, () -> lookup(node, space.getKey()).nearest().stream()
                            .map(Contact::id).filter(id -> id.bits() == space.getValue()).distinct().count() == 2);
                }
            }
            try (Talk talk = Talk.between(a, b)) {
                talk.begin(Duration.ofMillis(50));
                talk.awaitMore(20);
                talk.end();
                talk.assertNothingLostNorShownTwice();
            }
            assertThat(a.awaitReady().parts()).containsKeys("routing.kademlia~default", "routing.kademlia~open", "rpc~default", "rpc~open",
                    "mailbox~default").doesNotContainKeys("mailbox~open", "holders~open");
            assertThat(a.awaitReady().parts().get("routing.kademlia~open").state()).isEqualTo(State.READY);
        }
    }

    private TestNode start(String name, String bootstrap, String openBootstrap) throws Exception {
        TestNode node = TestNode.start(directory.resolve(name), FEATURES, """
                {"bytchat.keyspace~default": {"listen": "127.0.0.1:0", "bootstrap": "%s", "reachable": "yes"},
                 "bytchat.keyspace~open": {"listen": "127.0.0.1:0", "bootstrap": "%s", "hash": "sha-1", "network": "open"}}
                """.formatted(bootstrap, openBootstrap));
        node.awaitReady();
        return node;
    }

    private static String address(TestNode node, String keySpace) throws Exception {
        return "127.0.0.1:" + service(node, LocalNode.class, keySpace).listen().getPort();
    }

    private static LookupResult lookup(TestNode node, String keySpace) throws Exception {
        RoutingPlane routing = service(node, RoutingPlane.class, keySpace);
        Key target = service(node, LocalNode.class, keySpace).keySpace().keyOf("anything".getBytes());
        CompletableFuture<LookupResult> result = new CompletableFuture<>();
        node.service(Environment.class).loop().execute(() -> routing.lookup(target, 8).thenAccept(result::complete));
        return result.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static <T> T service(TestNode node, Class<T> type, String keySpace) throws Exception {
        return Await.value(type.getSimpleName() + " of " + keySpace, PATIENCE, () -> {
            // the highest ranked, which of the routing planes is the one in use
            return node.context().getServiceReferences(type, "(bytchat.keyspace=" + keySpace + ")").stream()
                    .max(ServiceReference::compareTo).map(node.context()::getService);
        });
    }
}
