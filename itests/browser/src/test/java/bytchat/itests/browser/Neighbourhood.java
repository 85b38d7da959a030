package bytchat.itests.browser;

import bytchat.itests.demo.Ctl;
import bytchat.itests.demo.DemoNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A small network: Alice's node and Bob's, each with its page, and neighbours enough to hold mail for who is away. */
final class Neighbourhood implements AutoCloseable {
    /** Holders of Bob's mail while his node is down; Alice's may be one of the five nearest, but a sender's own copy does not count. */
    private static final int NEIGHBOURS = 5;

    private final List<DemoNode> neighbours = new ArrayList<>();
    private final DemoNode alice;
    private final DemoNode bob;

    Neighbourhood(Path directory) {
        for (int i = 1; i <= NEIGHBOURS; i++) {
            neighbours.add(node("neighbour" + i, directory, "core,hash-sha512,routing,holder,shell"));
        }
        alice = node("alice", directory, "core,hash-sha512,routing,holder,mailbox-plane,direct-plane,shell,web");
        bob = node("bob", directory, "core,hash-sha512,routing,holder,mailbox-plane,direct-plane,shell,web");
    }

    private static DemoNode node(String name, Path directory, String features) {
        return new DemoNode(name, directory.resolve(name), System.getProperty("bytchat.script"), List.of("--features", features),
                Optional.of(Path.of(System.getProperty("bytchat.home"))));
    }

    Neighbourhood start() throws Exception {
        DemoNode first = neighbours.get(0);
        first.start();
        first.awaitReady();
        List<DemoNode> others = new ArrayList<>(neighbours.subList(1, NEIGHBOURS));
        others.addAll(List.of(alice, bob));
        // all at once would only make each of them slow
        for (int i = 0; i < others.size(); i += 3) {
            List<DemoNode> batch = others.subList(i, Math.min(others.size(), i + 3));
            for (DemoNode node : batch) {
                node.joinBy(first.address());
                node.start();
            }
            for (DemoNode node : batch) {
                node.awaitReady();
            }
        }
        return this;
    }

    DemoNode alice() {
        return alice;
    }

    DemoNode bob() {
        return bob;
    }

    /** The address that signs a browser in. */
    static String page(DemoNode node) throws Exception {
        return Ctl.run(node, "page").asJsonObject().getString("address");
    }

    @Override
    public void close() throws Exception {
        alice.kill();
        bob.kill();
        for (DemoNode node : neighbours) {
            node.kill();
        }
    }
}
