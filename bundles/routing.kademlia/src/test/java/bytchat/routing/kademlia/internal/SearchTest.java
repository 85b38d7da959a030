package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.LookupRequest;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.Search;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.RpcException;
import bytchat.routing.kademlia.internal.KademliaTestNet.Router;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Searches that ask something else, are watched, or are called off. */
class SearchTest {
    private static final int K = TableSettings.BUCKET_SIZE;

    private final KademliaTestNet net = new KademliaTestNet(5).grow(40);
    private final Router from = net.routers.get(3);
    private final Key target = net.key("target");
    private final BDict arguments = BDict.builder().put("target", target.unsafeArray()).build();

    private LookupResult search(LookupRequest request) {
        return net.world.await(
                from.host().call(() -> from.kademlia().search(request).result()), Duration.ofMinutes(1));
    }

    /** Serves a method beside the routing, at every second node. */
    private void serve(String method, BDict answer) {
        IntStream.range(0, net.routers.size()).filter(i -> i % 2 == 0).forEach(i -> net.routers.get(i).rpc().handle(
                method, Carrier.DATAGRAM, request -> CompletableFuture.completedFuture(answer)));
    }

    @Test
    void aFoundValueEndsItAtOnce() {
        serve("get", BDict.builder().put("v", "value").build());
        List<Contact> seen = new ArrayList<>();
        LookupResult result = search(LookupRequest.nodes(target, K).asking("get", arguments, (contact, answer) -> {
            seen.add(contact);
            return answer.text("v").isPresent();
        }));
        assertThat(result).isInstanceOf(LookupResult.Satisfied.class);
        assertThat(seen).hasSize(1);
        assertThat(result.nearest()).contains(seen.get(0));
        assertThat(result.effort().queries()).isLessThanOrEqualTo(8);
    }

    @Test
    void nodesThatDoNotServeTheMethodAreCrossedAndStayInTheTable() {
        serve("get", BDict.EMPTY);
        int known = from.kademlia().table().size();
        List<Contact> seen = new ArrayList<>();
        LookupResult result = search(LookupRequest.nodes(target, K).asking("get", arguments, (contact, answer) -> {
            seen.add(contact);
            return false;
        }));
        assertThat(result).isInstanceOf(LookupResult.Converged.class);
        assertThat(result.nearest()).isEqualTo(net.nearest(target, K, from));
        assertThat(seen).as("only who serves it is shown").isNotEmpty().allMatch(contact ->
                net.routers.stream().filter(router -> router.contact().equals(contact))
                        .allMatch(router -> net.routers.indexOf(router) % 2 == 0));
        assertThat(from.kademlia().table()).hasSizeGreaterThanOrEqualTo(known);
    }

    @Test
    void aHandlerThatRefusesIsCrossedToo() {
        net.routers.forEach(router -> router.rpc().handle("get", Carrier.DATAGRAM, request ->
                CompletableFuture.failedFuture(RpcException.answered(RpcException.REFUSED, "no"))));
        LookupResult result = search(LookupRequest.nodes(target, K).asking("get", arguments, (contact, answer) -> true));
        assertThat(result).isInstanceOf(LookupResult.Converged.class);
        assertThat(result.nearest()).isEqualTo(net.nearest(target, K, from));
    }

    @Test
    void calledOffItGivesTheBestSoFarAndSaysWhy() {
        Search search = begin();
        net.world.run(Duration.ofMillis(60));
        net.run(from, () -> search.cancel("the user left"));
        LookupResult result = search.result().toCompletableFuture().join();
        assertThat(result).isInstanceOfSatisfying(LookupResult.Partial.class, partial ->
                assertThat(partial.reason()).isEqualTo("the user left"));
        assertThat(result.nearest()).isNotEmpty();
        net.run(from, () -> search.cancel("once more"));
        net.world.run(Duration.ofSeconds(10));
    }

    @Test
    void calledOffBeforeAnybodyAnsweredItHasFailed() {
        Search search = begin();
        net.run(from, () -> search.cancel("at once"));
        assertThat(search.result().toCompletableFuture().join())
                .isInstanceOfSatisfying(LookupResult.Failed.class, failed ->
                        assertThat(failed.reason()).isEqualTo("at once"));
    }

    @Test
    void oneThatWaitsForItsTurnCanBeCalledOff() {
        List<Search> searches = new ArrayList<>();
        net.run(from, () -> {
            for (int i = 0; i <= LookupSettings.UNDER_WAY_MAX; i++) {
                searches.add(from.kademlia().search(LookupRequest.nodes(net.key("x" + i), K)));
            }
            searches.get(LookupSettings.UNDER_WAY_MAX).cancel("not needed");
        });
        assertThat(searches.get(LookupSettings.UNDER_WAY_MAX).result().toCompletableFuture().join())
                .isInstanceOf(LookupResult.Failed.class);
        net.world.run(Duration.ofMinutes(1));
        assertThat(searches.subList(0, LookupSettings.UNDER_WAY_MAX)).allSatisfy(search ->
                assertThat(search.result().toCompletableFuture().join()).isInstanceOf(LookupResult.Converged.class));
    }

    private Search begin() {
        Search[] search = new Search[1];
        net.run(from, () -> search[0] = from.kademlia().search(LookupRequest.nodes(target, K)));
        return search[0];
    }

    @Test
    void everyNumberOfPathsFindsThem() {
        for (int paths = 1; paths <= LookupRequest.PATHS_MAX; paths++) {
            assertThat(search(LookupRequest.nodes(target, K).withPaths(paths)).nearest())
                    .isEqualTo(net.nearest(target, K, from));
        }
    }

    @Test
    void moreThanKAreFoundWhenMoreAreWanted() {
        assertThat(search(LookupRequest.nodes(target, 20)).nearest()).isEqualTo(net.nearest(target, 20, from));
    }

    @Test
    void theSizeOfTheNetworkIsEstimated() {
        IntStream.range(0, 60).forEach(i -> net.lookup(from, net.key("size" + i), K));
        assertThat(from.kademlia().networkSize()).hasValueSatisfying(size ->
                assertThat(size.nodes()).isBetween(30.0, 55.0));
        assertThat(from.kademlia().status().facts()).containsKey("network_size");
    }
}
