package bytchat.itests.container;

import static bytchat.itests.container.Chatter.get;
import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.LocalNode;
import bytchat.api.messaging.Messenger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** Two nodes with a conversation restart in the key space of the other hash, by an operator's edit, and back. */
class KeySpaceRestartIT {
    private static final String FEATURES = "core,hash-sha512,hash-sha1,routing,holder,mailbox-plane";

    @TempDir
    Path directory;

    private int port;

    @Test
    void peopleKeepTheirConversationInTheOtherKeySpaceAndBack() throws Exception {
        String fingerprint;
        String uid;
        try (TestNode a = node("a")) {
            port = a.service(LocalNode.class).listen().getPort();
            Messenger alice = Chatter.person(a, "alice");
            fingerprint = alice.self().fingerprint();
            uid = alice.self().uid();
            try (TestNode b = node("b")) {
                Messenger bob = Chatter.person(b, "bob");
                Chatter.introduce(alice, bob);
                send(alice, "bob", "1 at first");
                Chatter.assertHeardOnce(bob, List.of("1 at first"));
                edit(b, "sha-1");
            }
            send(alice, "bob", "2 waits over the change");
            edit(a, "sha-1");
        }
        try (TestNode a = node("a"); TestNode b = node("b")) {
            Messenger alice = Chatter.messenger(a);
            Messenger bob = Chatter.messenger(b);
            assertThat(alice.self().fingerprint()).isEqualTo(fingerprint);
            assertThat(alice.self().uid()).hasSize(40).isNotEqualTo(uid);
            assertThat(a.service(LocalNode.class).keySpace().hash().name()).isEqualTo("sha-1");
            Chatter.assertHeardOnce(bob, List.of("1 at first", "2 waits over the change"));
            send(bob, "alice", "3 in the other");
            Chatter.assertHeardOnce(alice, List.of("3 in the other"));
            edit(b, "sha-512");
            b.close();
            send(alice, "bob", "4 waits over the way back");
            edit(a, "sha-512");
        }
        try (TestNode a = node("a"); TestNode b = node("b")) {
            Messenger alice = Chatter.messenger(a);
            Messenger bob = Chatter.messenger(b);
            assertThat(alice.self().uid()).isEqualTo(uid);
            Chatter.assertHeardOnce(bob, List.of("1 at first", "2 waits over the change", "4 waits over the way back"));
            send(alice, "bob", "5 back");
            Chatter.assertHeardOnce(bob, List.of("5 back"));
            assertThat(Chatter.heard(bob)).hasSize(4);
            assertThat(Chatter.heard(alice)).containsExactly("3 in the other");
            Await.until("everything delivered: " + Chatter.states(alice), Chatter.PATIENCE,
                    () -> Chatter.states(alice).equals("{delivered=4}"));
        }
    }

    /** Nobody stops: the change takes effect while the nodes run. */
    @Test
    void theHashIsChangedWhileTheNodesRun() throws Exception {
        try (TestNode a = node("a")) {
            port = a.service(LocalNode.class).listen().getPort();
            try (TestNode b = node("b")) {
                Messenger alice = Chatter.person(a, "alice");
                Messenger bob = Chatter.person(b, "bob");
                Chatter.introduce(alice, bob);
                send(alice, "bob", "before");
                Chatter.assertHeardOnce(bob, List.of("before"));
                edit(a, "sha-1");
                edit(b, "sha-1");
                Await.until("uid of 160 bits", Chatter.PATIENCE, () -> Chatter.messenger(a).self().uid().length() == 40
                        && Chatter.messenger(b).self().uid().length() == 40);
                send(Chatter.messenger(a), "bob", "after");
                Chatter.assertHeardOnce(Chatter.messenger(b), List.of("before", "after"));
            }
        }
    }

    private TestNode node(String name) throws Exception {
        Map<String, String> properties = new HashMap<>(Map.of("reachable", "yes"));
        if (port > 0 && !name.equals("a")) {
            properties.put("bootstrap", "127.0.0.1:" + port);
        }
        TestNode node = TestNode.start(directory.resolve(name), FEATURES, TestNode.keySpace(properties));
        node.awaitReady();
        return node;
    }

    private static void send(Messenger from, String to, String text) throws Exception {
        get(from.send(to, "text/plain", text.getBytes(StandardCharsets.UTF_8)));
    }

    /** As {@code config set bytchat.keyspace~default hash HASH} does it. */
    private static void edit(TestNode node, String hash) throws Exception {
        ServiceReference<ConfigurationAdmin> reference = node.context().getServiceReference(ConfigurationAdmin.class);
        Configuration configuration = node.context().getService(reference)
                .getFactoryConfiguration("bytchat.keyspace", "default", "?");
        Dictionary<String, Object> properties = configuration.getProperties();
        properties.put("hash", hash);
        configuration.update(properties);
    }
}
