package bytchat.itests.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All nodes of the demo. The first is the one the others join by; the second and third are Alice's and Bob's. */
final class Network implements AutoCloseable {
    /** Starting JVMs all at once only makes each of them slow. */
    private static final int STARTED_AT_ONCE = 3;

    private final List<DemoNode> nodes = new ArrayList<>();

    /**
     * @param options  what every node gets besides its own place and the address to join by
     * @param features what every node runs; the two people's nodes have the direct plane, too
     */
    Network(int count, Path directory, String script, List<String> options, String features, Optional<Path> home) {
        for (int i = 1; i <= count; i++) {
            String name = switch (i) {
                case 2 -> "alice";
                case 3 -> "bob";
                default -> "node" + i;
            };
            List<String> own = new ArrayList<>(options);
            own.addAll(List.of("--features", name.startsWith("node") ? features : features + ",direct-plane"));
            nodes.add(new DemoNode(name, directory.resolve(name), script, own, home));
        }
    }

    void start() throws IOException, DemoFailure, InterruptedException {
        first().start();
        first().awaitReady();
        for (int i = 1; i < nodes.size(); i += STARTED_AT_ONCE) {
            List<DemoNode> batch = nodes.subList(i, Math.min(nodes.size(), i + STARTED_AT_ONCE));
            for (DemoNode node : batch) {
                node.joinBy(first().address());
                node.start();
            }
            for (DemoNode node : batch) {
                node.awaitReady();
            }
        }
    }

    List<DemoNode> all() {
        return List.copyOf(nodes);
    }

    List<DemoNode> running() {
        return nodes.stream().filter(DemoNode::running).toList();
    }

    DemoNode first() {
        return nodes.get(0);
    }

    DemoNode alice() {
        return nodes.get(1);
    }

    DemoNode bob() {
        return nodes.get(2);
    }

    /** A node of neither of the two people. */
    DemoNode bystander() {
        return nodes.get(nodes.size() - 1);
    }

    Optional<DemoNode> byId(String nodeId) {
        return nodes.stream().filter(node -> node.nodeId().equals(nodeId)).findFirst();
    }

    /** Peak resident memory of all nodes that run now, in mebibytes, as the kernel counted it for each. */
    long peakMebibytes() {
        return running().stream().mapToLong(node -> node.residentKilobytes("VmHWM")).sum() / 1024;
    }

    /** Kills every node for good; from any thread. */
    @Override
    public void close() {
        for (DemoNode node : nodes) {
            try {
                node.end();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
