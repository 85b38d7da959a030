package bytchat.routing.fixed.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.NodeKey;
import bytchat.api.routing.RoutingPlane.TableEntry;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.status.State;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.rpc.internal.Rpc;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedNodeKey;
import bytchat.transport.memory.SimulatedWorld;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What the fixed list does beyond the contract of routing planes. */
class FixedRoutingTest {
    private static final int PORT = 4_000;

    private final SimulatedWorld world = new SimulatedWorld(3);

    @Test
    void whoIsNotListedStaysAStrangerWhateverItDoes() {
        Router a = router("10.0.0.1", "10.0.0.2:4000");
        Router b = router("10.0.0.2", "10.0.0.1:4000");
        Router stranger = router("10.0.0.3", "10.0.0.1:4000");
        world.run(Duration.ofSeconds(30));
        on(a, () -> {
            a.routing.suggest(List.of(stranger.contact()));
            return 0;
        });
        world.run(Duration.ofMinutes(5));
        assertThat(known(stranger)).containsExactly(a.contact());
        assertThat(known(a)).containsExactly(b.contact());
    }

    @Test
    void aNodeThatComesBackAsAnotherIsKnownAsTheOther() {
        Router a = router("10.0.0.1", "10.0.0.2:4000");
        Router before = router("10.0.0.2", "10.0.0.1:4000");
        world.run(Duration.ofSeconds(30));
        assertThat(known(a)).containsExactly(before.contact());
        before.host.crash();
        world.run(Duration.ofMinutes(3));
        assertThat(known(a)).isEmpty();
        assertThat(a.routing.status().state()).isEqualTo(State.JOINING);
        assertThat(a.routing.status().reason()).isEqualTo("none of the 1 listed nodes answers");
        Router after = router("10.0.0.2", "10.0.0.1:4000");
        world.run(Duration.ofSeconds(30));
        assertThat(after.contact()).isNotEqualTo(before.contact());
        assertThat(known(a)).containsExactly(after.contact());
        assertThat(a.routing.status().state()).isEqualTo(State.READY);
    }

    @Test
    void theWholeListMayBeTheSameEverywhere() {
        String all = "10.0.0.1:4000,10.0.0.2:4000";
        Router a = router("10.0.0.1", all);
        Router b = router("10.0.0.2", all);
        world.run(Duration.ofSeconds(30));
        assertThat(known(a)).containsExactly(b.contact());
        assertThat(on(a, () -> a.routing.networkSize()).orElseThrow().nodes()).isEqualTo(2);
        assertThat(a.region()).as("this node's own place on the list is no gap").isTrue();
    }

    @Test
    void oneNodeAtTwoAddressesCountsOnce() {
        NodeKey key = new SimulatedNodeKey(world.host("10.9.9.9", PORT).environment().random());
        Router one = router(world.host("10.0.0.2", PORT), key, "10.0.0.1:4000");
        router(world.host("10.0.0.3", PORT), key, "10.0.0.1:4000");
        Router a = router("10.0.0.1", "10.0.0.2:4000,10.0.0.3:4000");
        world.run(Duration.ofMinutes(5));
        assertThat(known(a)).extracting(Contact::id).containsExactly(one.node.id());
    }

    @Test
    void whoWasRejectedIsAskedAgainAfterAMinute() {
        Router a = router("10.0.0.1", "10.0.0.2:4000");
        Router b = router("10.0.0.2", "10.0.0.1:4000");
        world.run(Duration.ofSeconds(30));
        on(a, () -> {
            a.routing.reject(b.contact());
            return 0;
        });
        world.run(Duration.ofSeconds(55));
        assertThat(known(a)).isEmpty();
        world.run(Duration.ofSeconds(20));
        assertThat(known(a)).containsExactly(b.contact());
    }

    @Test
    void withoutAListItSaysWhatToDo() {
        Router a = router("10.0.0.1", "");
        world.run(Duration.ofSeconds(1));
        assertThat(a.routing.status().state()).isEqualTo(State.WAITING);
        assertThat(a.routing.status().reason()).contains("config set bytchat.routing.fixed~default nodes HOST:PORT");
    }

    @Test
    void aListIsHostsWithPortsAndShort() {
        assertThat(FixedSettings.address("a.example:1")).isEqualTo(InetSocketAddress.createUnresolved("a.example", 1));
        assertThat(FixedSettings.address("[2001:db8::1]:65535").getHostString()).isEqualTo("2001:db8::1");
        for (String wrong : List.of("", "a", ":1", "a:", "a:0", "a:65536", "a:x")) {
            assertThatIllegalArgumentException().isThrownBy(() -> FixedSettings.address(wrong))
                    .withMessage("nodes: '" + wrong + "' is not HOST:PORT");
        }
        List<InetSocketAddress> tooMany = Collections.nCopies(FixedSettings.NODES_MAX + 1, new InetSocketAddress("10.0.0.1", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> FixedSettings.of(tooMany)).withMessageContaining("at most 256");
    }

    private List<Contact> known(Router router) {
        return on(router, () -> router.routing.table().stream().map(TableEntry::contact).toList());
    }

    private <T> T on(Router router, Supplier<T> task) {
        return world.await(router.host.call(() -> CompletableFuture.completedFuture(task.get())), Duration.ofMinutes(1));
    }

    private Router router(String ip, String nodes) {
        SimulatedHost host = world.host(ip, PORT);
        return router(host, new SimulatedNodeKey(host.environment().random()), nodes);
    }

    private Router router(SimulatedHost host, NodeKey key, String nodes) {
        SimulatedNode node = new SimulatedNode(host, SimulatedNode.keySpace(new Sha512(), Optional.of("lab")), key, List.of());
        Rpc rpc = new Rpc(host.environment(), node, host.datagrams(), host.links(key));
        rpc.start();
        FixedRouting routing = new FixedRouting(host.environment(), node, (RpcEndpoint) rpc, FixedSettings.of(
                Arrays.stream(nodes.split(",")).filter(one -> !one.isBlank()).map(FixedSettings::address).toList()));
        routing.start();
        return new Router(host, node, routing);
    }

    private final class Router {
        private final SimulatedHost host;
        private final SimulatedNode node;
        private final FixedRouting routing;

        Router(SimulatedHost host, SimulatedNode node, FixedRouting routing) {
            this.host = host;
            this.node = node;
            this.routing = routing;
        }

        Contact contact() {
            return new Contact(node.id(), host.address());
        }

        boolean region() {
            return world.await(host.call(() -> routing.region(node.id(), 0)), Duration.ofMinutes(1)).complete();
        }
    }
}
