package bytchat.itests.interop;

import bytchat.itests.demo.DemoNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A network of our nodes as anybody's: plain BEP 5, each a process of its own on an address 127.0.N.1. */
final class OpenNetwork implements AutoCloseable {
    private static final int STARTED_AT_ONCE = 4;

    private final List<DemoNode> nodes = new ArrayList<>();

    /**
     * Starts them; all but the first join through the first.
     *
     * @param hash as our option names it
     */
    OpenNetwork(String hash, int count, Path directory) throws Exception {
        for (int i = 1; i <= count; i++) {
            nodes.add(new DemoNode("node" + i, directory.resolve("node" + i), System.getProperty("bytchat.script"),
                    List.of("--hash", hash, "--network", "open",
                            "--features", "core,hash-" + hash.replace("-", "") + ",routing,mainline,shell",
                            "--listen", "127.0." + i + ".1:0"),
                    Optional.of(Path.of(System.getProperty("bytchat.home")))));
        }
        DemoNode first = nodes.get(0);
        first.start();
        first.awaitReady();
        for (int i = 1; i < count; i += STARTED_AT_ONCE) {
            List<DemoNode> batch = nodes.subList(i, Math.min(count, i + STARTED_AT_ONCE));
            for (DemoNode node : batch) {
                node.joinBy(first.address());
                node.start();
            }
            for (DemoNode node : batch) {
                node.awaitReady();
            }
        }
    }

    List<DemoNode> nodes() {
        return nodes;
    }

    DemoNode first() {
        return nodes.get(0);
    }

    DemoNode last() {
        return nodes.get(nodes.size() - 1);
    }

    /** The nodes' addresses by their ids. */
    Map<String, String> addresses() {
        return nodes.stream().collect(Collectors.toMap(DemoNode::nodeId, DemoNode::address));
    }

    @Override
    public void close() throws InterruptedException {
        for (DemoNode node : nodes) {
            node.kill();
        }
    }
}
