package bytchat.tck;

import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.Region;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcEndpoint.Answer;
import bytchat.api.rpc.RpcException;
import bytchat.rpc.internal.Rpc;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Some nodes with a plane each, on a simulated network: the same run every time. */
final class RoutingTestNetwork {
    static final int NODES = 12;
    private static final int PORT = 4_000;
    private static final long SEED = 44;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration JOINING = Duration.ofSeconds(60);

    /** Makes a plane. */
    interface Opener {
        RoutingPlaneContract.Opened open(Environment environment, LocalNode local, RpcEndpoint rpc, List<InetSocketAddress> others);
    }

    /** A node. */
    record Router(SimulatedHost host, LocalNode local, Rpc rpc, RoutingPlane plane, Runnable stop) {
        Contact contact() {
            return new Contact(local.id(), host.address());
        }
    }

    private final SimulatedWorld world = new SimulatedWorld(SEED);
    private final HashAlgorithm hash;
    private final Opener opener;
    private final List<Router> routers = new ArrayList<>();

    RoutingTestNetwork(HashAlgorithm hash, Opener opener) {
        this.hash = hash;
        this.opener = opener;
    }

    /** All nodes, and the time they need to know each other. */
    RoutingTestNetwork grow() {
        IntStream.range(0, NODES).forEach(this::add);
        world.run(JOINING);
        return this;
    }

    private static InetSocketAddress address(int number) {
        return new InetSocketAddress("10.0." + number + ".1", PORT);
    }

    Router add(int number) {
        InetSocketAddress address = address(number);
        SimulatedHost host = world.host(address.getHostString(), PORT);
        LocalNode local = new SimulatedNode(host, SimulatedNode.keySpace(hash, Optional.of("contract")),
                number == 0 ? List.of() : List.of(address(0)));
        Rpc rpc = new Rpc(host.environment(), local, host.datagrams(), host.links(local.nodeKey()));
        rpc.start();
        RoutingPlaneContract.Opened opened = opener.open(host.environment(), local, rpc,
                IntStream.range(0, NODES).mapToObj(RoutingTestNetwork::address).toList());
        Router router = new Router(host, local, rpc, opened.plane(), opened.stop());
        routers.add(router);
        return router;
    }

    Router router(int number) {
        return routers.get(number);
    }

    List<Contact> contacts() {
        return routers.stream().map(Router::contact).toList();
    }

    /** The truth: the living nodes nearest the key, without the asker. */
    List<Contact> nearest(Key key, int count, Router asker) {
        return routers.stream().filter(router -> router != asker && router.host().alive()).map(Router::contact)
                .sorted((a, b) -> key.compareDistance(a.id(), b.id())).limit(count).toList();
    }

    Key key(String text) {
        return Key.of(hash.digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    LookupResult lookup(Router from, Key target, int count) {
        return await(onStage(from, () -> from.plane().lookup(target, count)));
    }

    Region region(Router from, Key prefix, int bits) {
        return await(onStage(from, () -> from.plane().region(prefix, bits)));
    }

    CompletionStage<Answer> query(Router from, Router to, String method, BDict arguments) {
        return onStage(from, () -> from.rpc().query(to.contact(), method, arguments));
    }

    RpcException errorOf(CompletionStage<Answer> query) {
        return await(query.handle((answer, failure) -> RoutingPlaneContract.rpcFailure(failure)));
    }

    /** What the task gives, on the node's loop. */
    <T> T on(Router router, Supplier<T> task) {
        return await(router.host().call(() -> CompletableFuture.completedFuture(task.get())));
    }

    <T> CompletionStage<T> onStage(Router router, Supplier<? extends CompletionStage<T>> task) {
        return router.host().call(task);
    }

    <T> T await(CompletionStage<T> stage) {
        return world.await(stage, PATIENCE);
    }

    /** Some time in which whatever is under way comes to its end. */
    void settle() {
        world.run(Duration.ofSeconds(20));
    }
}
