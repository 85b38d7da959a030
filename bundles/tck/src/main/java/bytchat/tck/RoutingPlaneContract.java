package bytchat.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.LookupRequest;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.NetworkSize;
import bytchat.api.routing.Region;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.routing.RoutingPlane.TableEntry;
import bytchat.api.routing.Search;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcException;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.wire.CompactNodes;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rules of {@link RoutingPlane}, each at 160 and at 512 bits, in a network of {@value RoutingTestNetwork#NODES} nodes in virtual time. A
 * plane's author says in {@link #open} how one is made; the rest of the node is the production RPC on a simulated network.
 */
public abstract class RoutingPlaneContract {
    /** Nodes in an answer to {@code find_node} (BEP 5). */
    private static final int NODES_IN_ANSWER = 8;
    private static final int COUNT = 5;

    /**
     * Makes a plane and starts it.
     *
     * @param others addresses of nodes to join by, this one's may be among them; {@code local.bootstrap()} has the first of them
     */
    protected abstract Opened open(Environment environment, LocalNode local, RpcEndpoint rpc, List<InetSocketAddress> others);

    /**
     * A plane at work.
     *
     * @param stop ends it; called from outside the event loop
     */
    public record Opened(RoutingPlane plane, Runnable stop) {
    }

    static Stream<HashAlgorithm> hashes() {
        return Stream.of(new Sha1(), new Sha512());
    }

    private RoutingTestNetwork network(HashAlgorithm hash) {
        return new RoutingTestNetwork(hash, this::open).grow();
    }

    // ---- lookups

    @ParameterizedTest
    @MethodSource("hashes")
    void aLookupFindsTheNearestNodesThatLiveNearestFirstAndNotItself(HashAlgorithm hash) {
        RoutingTestNetwork network = network(hash);
        for (int i = 0; i < 2 * RoutingTestNetwork.NODES; i++) {
            RoutingTestNetwork.Router asker = network.router(i % RoutingTestNetwork.NODES);
            Key target = i == 0 ? asker.local().id() : network.key("target " + i);
            LookupResult found = network.lookup(asker, target, COUNT);
            assertThat(found).isInstanceOf(LookupResult.Converged.class);
            assertThat(found.target()).isEqualTo(target);
            assertThat(found.nearest()).containsExactlyElementsOf(network.nearest(target, COUNT, asker));
            assertThat(found.effort().answers()).isGreaterThanOrEqualTo(COUNT);
            assertThat(found.effort().queries()).isGreaterThanOrEqualTo(found.effort().answers());
            assertThat(found.effort().durationNanos()).isPositive();
        }
    }

    @ParameterizedTest
    @MethodSource("hashes")
    void theDeadAreNotFoundAndTheNextOnesTakeTheirPlaces(HashAlgorithm hash) {
        RoutingTestNetwork network = network(hash);
        for (int dead = 1; dead < RoutingTestNetwork.NODES; dead += 3) {
            network.router(dead).host().crash();
        }
        for (int i = 0; i < 5; i++) {
            Key target = network.key("after death " + i);
            assertThat(network.lookup(network.router(0), target, COUNT).nearest())
                    .containsExactlyElementsOf(network.nearest(target, COUNT, network.router(0)));
        }
    }

    @ParameterizedTest
    @MethodSource("hashes")
    void aLookupOnANodeAloneIsFailedWithAReasonAndNotAnException(HashAlgorithm hash) {
        RoutingTestNetwork network = new RoutingTestNetwork(hash, this::open);
        RoutingTestNetwork.Router alone = network.add(0);
        assertThat(network.lookup(alone, network.key("any"), COUNT)).isInstanceOfSatisfying(LookupResult.Failed.class,
                failed -> assertThat(failed.reason()).isNotBlank());
        assertThat(network.on(alone, () -> alone.plane().closest(network.key("any"), COUNT))).isEmpty();
        assertThat(network.on(alone, () -> alone.plane().networkSize())).isEmpty();
        assertThat(network.region(alone, network.key("any"), 0).nodes()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("hashes")
    void resultsComeOnTheEventLoop(HashAlgorithm hash) {
        RoutingTestNetwork network = network(hash);
        RoutingTestNetwork.Router asker = network.router(3);
        List<Boolean> onLoop = new ArrayList<>();
        network.on(asker, () -> {
            Runnable note = () -> onLoop.add(asker.host().environment().loop().inLoop());
            LookupRequest request = LookupRequest.nodes(network.key("loop"), COUNT).asking(LookupRequest.FIND_NODE, BDict.EMPTY,
                    (from, result) -> {
                        note.run();
                        return false;
                    });
            asker.plane().search(request).result().thenRun(note);
            asker.plane().region(network.key("loop"), 0).thenRun(note);
            return onLoop.size();
        });
        network.settle();
        assertThat(onLoop).hasSizeGreaterThanOrEqualTo(COUNT + 2).containsOnly(true);
    }

    @ParameterizedTest
    @MethodSource("hashes")
    void aLookupThatIsCancelledGivesTheBestSoFarAndWhy(HashAlgorithm hash) {
        RoutingTestNetwork network = network(hash);
        RoutingTestNetwork.Router asker = network.router(2);
        Search[] searches = new Search[2];
        network.on(asker, () -> {
            searches[0] = asker.plane().search(LookupRequest.nodes(network.key("cancelled at once"), COUNT));
            searches[0].cancel("no longer wanted");
            LookupRequest request = LookupRequest.nodes(network.key("cancelled later"), COUNT);
            searches[1] = asker.plane().search(request.asking(LookupRequest.FIND_NODE, BDict.EMPTY, (from, result) -> {
                // Not out of the watcher itself: that would end the lookup in the middle of its own work.
                asker.host().environment().loop().execute(() -> searches[1].cancel("the first was enough"));
                return false;
            }));
            return 0;
        });
        network.settle();
        assertThat(network.await(searches[0].result())).isInstanceOfSatisfying(LookupResult.Failed.class,
                failed -> assertThat(failed.reason()).isEqualTo("no longer wanted"));
        assertThat(network.await(searches[1].result())).isInstanceOfSatisfying(LookupResult.Partial.class, partial -> {
            assertThat(partial.reason()).isEqualTo("the first was enough");
            assertThat(partial.nearest()).isNotEmpty().isSubsetOf(network.contacts());
        });
        LookupResult ended = network.await(searches[1].result());
        network.on(asker, () -> {
            searches[1].cancel("once more");
            return 0;
        });
        assertThat(network.await(searches[1].result())).as("it had ended").isEqualTo(ended);
    }

    @ParameterizedTest
    @MethodSource("hashes")
    void theWatcherSeesAnswersAndEndsTheLookupWhenItHasEnough(HashAlgorithm hash) {
        RoutingTestNetwork network = network(hash);
        RoutingTestNetwork.Router asker = network.router(4);
        List<Contact> seen = new ArrayList<>();
        LookupResult found = network.await(network.onStage(asker, () -> asker.plane().search(
                LookupRequest.nodes(network.key("watched"), COUNT).asking(LookupRequest.FIND_NODE, BDict.EMPTY, (from, result) -> {
                    seen.add(from);
                    return seen.size() == 2;
                })).result()));
        assertThat(found).isInstanceOf(LookupResult.Satisfied.class);
        assertThat(found.nearest()).containsExactlyInAnyOrderElementsOf(seen);
        network.settle();
        assertThat(seen).as("nothing is shown after the end").hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("hashes")
    void nodesAreAskedWhateverTheRequestSays(HashAlgorithm hash) {
        RoutingTestNetwork network = network(hash);
        for (int i = 0; i < RoutingTestNetwork.NODES; i++) {
            String name = "node " + i;
            RoutingTestNetwork.Router router = network.router(i);
            router.rpc().handle("greet", Carrier.DATAGRAM, request -> CompletableFuture.completedFuture(BDict.builder()
                    .put("said", request.arguments().requireText("word") + " from " + name)
                    .put("nodes", CompactNodes.encode(router.plane().closest(network.key("greeted"), NODES_IN_ANSWER), false)).build()));
        }
        RoutingTestNetwork.Router asker = network.router(5);
        List<String> said = new ArrayList<>();
        LookupResult found = network.await(network.onStage(asker, () -> asker.plane().search(
                LookupRequest.nodes(network.key("greeted"), COUNT).asking("greet", BDict.builder().put("word", "hello").build(),
                        (from, result) -> {
                            said.add(result.text("said").orElse(""));
                            return false;
                        })).result()));
        assertThat(found.nearest()).containsExactlyElementsOf(network.nearest(network.key("greeted"), COUNT, asker));
        assertThat(said).hasSizeGreaterThanOrEqualTo(COUNT).allMatch(one -> one.startsWith("hello from node "))
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("hashes")
    void whenThePlaneStopsItsLookupsEndAndNewOnesFail(HashAlgorithm hash) {
        RoutingTestNetwork network = network(hash);
        RoutingTestNetwork.Router asker = network.router(6);
        Search search = network.on(asker, () -> asker.plane().search(LookupRequest.nodes(network.key("stopped"), COUNT)));
        asker.stop().run();
        assertThat(network.await(search.result())).isInstanceOfAny(LookupResult.Partial.class, LookupResult.Failed.class);
        assertThat(network.lookup(asker, network.key("stopped"), COUNT)).isInstanceOf(LookupResult.Failed.class);
        assertThat(network.errorOf(network.query(network.router(7), asker, LookupRequest.FIND_NODE,
                BDict.builder().put("target", network.key("any").unsafeArray()).build())).code())
                        .as("it answers nobody any more").isEqualTo(RpcException.METHOD_UNKNOWN);
    }

    // ---- what the node knows itself

    @ParameterizedTest
    @MethodSource("hashes")
    void whatItKnowsAreNodesThatLiveNearestFirstAndNoMoreThanAskedFor(HashAlgorithm hash) {
        RoutingTestNetwork network = network(hash);
        RoutingTestNetwork.Router asker = network.router(1);
        Key target = network.key("known");
        for (int count = 1; count <= COUNT; count++) {
            int wanted = count;
            List<Contact> known = network.on(asker, () -> asker.plane().closest(target, wanted));
            assertThat(known).hasSize(count).isSubsetOf(network.contacts()).doesNotContain(asker.contact())
                    .isSortedAccordingTo((a, b) -> target.compareDistance(a.id(), b.id()));
        }
        List<TableEntry> table = network.on(asker, () -> asker.plane().table());
        assertThat(table).extracting(TableEntry::contact).isSubsetOf(network.contacts()).doesNotHaveDuplicates();
        assertThat(table).allSatisfy(entry -> {
            assertThat(entry.bucket()).isEqualTo(entry.contact().id().commonPrefixBits(asker.local().id()));
            assertThat(entry.lastHeardNanos()).isNotNegative();
        });
    }

    @ParameterizedTest
    @MethodSource("hashes")
    void aSuggestionIsNotBelievedUntilItHasAnswered(HashAlgorithm hash) {
        RoutingTestNetwork network = network(hash);
        RoutingTestNetwork.Router asker = network.router(1);
        Contact ghost = new Contact(network.key("ghost"), new InetSocketAddress("10.0.9.9", 4_000));
        Contact impostor = new Contact(network.key("impostor"), network.router(2).host().address());
        network.on(asker, () -> {
            asker.plane().suggest(List.of(ghost, impostor));
            return 0;
        });
        for (int i = 0; i < 3; i++) {
            assertThat(network.on(asker, () -> asker.plane().closest(ghost.id(), LookupRequest.COUNT_MAX))).doesNotContain(ghost, impostor);
            assertThat(network.on(asker, () -> asker.plane().table())).extracting(TableEntry::contact).doesNotContain(ghost, impostor);
            assertThat(network.lookup(asker, ghost.id(), COUNT).nearest()).doesNotContain(ghost, impostor);
            network.settle();
        }
    }

    @ParameterizedTest
    @MethodSource("hashes")
    void aRejectedContactLeavesTableAndLookups(HashAlgorithm hash) {
        RoutingTestNetwork network = network(hash);
        RoutingTestNetwork.Router asker = network.router(1);
        Contact rejected = network.router(8).contact();
        assertThat(network.lookup(asker, rejected.id(), 1).nearest()).containsExactly(rejected);
        network.on(asker, () -> {
            asker.plane().reject(rejected);
            return 0;
        });
        assertThat(network.on(asker, () -> asker.plane().closest(rejected.id(), LookupRequest.COUNT_MAX))).isNotEmpty()
                .doesNotContain(rejected);
        assertThat(network.on(asker, () -> asker.plane().table())).extracting(TableEntry::contact).doesNotContain(rejected);
        assertThat(network.lookup(asker, rejected.id(), COUNT).nearest()).isNotEmpty().doesNotContain(rejected);
    }

    // ---- the whole network

    @ParameterizedTest
    @MethodSource("hashes")
    void aRegionHasAllNodesOfAPrefixInOrder(HashAlgorithm hash) {
        RoutingTestNetwork network = network(hash);
        RoutingTestNetwork.Router asker = network.router(0);
        for (int bits = 0; bits <= 2; bits++) {
            int shared = bits;
            Key prefix = network.key("region");
            Region region = network.region(asker, prefix, bits);
            assertThat(region.prefix()).isEqualTo(prefix);
            assertThat(region.bits()).isEqualTo(bits);
            assertThat(region.complete()).isTrue();
            assertThat(region.nodes()).containsExactlyElementsOf(network.contacts().stream()
                    .filter(contact -> !contact.equals(asker.contact()) && contact.id().commonPrefixBits(prefix) >= shared)
                    .sorted((a, b) -> a.id().compareTo(b.id())).toList());
        }
    }

    @ParameterizedTest
    @MethodSource("hashes")
    void theSizeOfTheNetworkIsHonest(HashAlgorithm hash) {
        RoutingTestNetwork network = network(hash);
        RoutingTestNetwork.Router asker = network.router(0);
        IntStream.range(0, 64).forEach(i -> network.lookup(asker, network.key("size " + i), COUNT));
        Optional<NetworkSize> size = network.on(asker, () -> asker.plane().networkSize());
        assertThat(size).hasValueSatisfying(estimate -> {
            assertThat(estimate.nodes()).isGreaterThanOrEqualTo(1).isBetween(estimate.low(), estimate.high())
                    .isCloseTo(RoutingTestNetwork.NODES, within(RoutingTestNetwork.NODES / 2.0));
            assertThat(estimate.samples()).isPositive();
        });
    }

    // ---- serving

    @ParameterizedTest
    @MethodSource("hashes")
    void whoAsksForNodesGetsTheNearestKnown(HashAlgorithm hash) {
        RoutingTestNetwork network = network(hash);
        RoutingTestNetwork.Router asked = network.router(2);
        RoutingTestNetwork.Router asker = network.router(9);
        Key target = network.key("served");
        BDict question = BDict.builder().put("target", target.unsafeArray()).build();
        List<Contact> nodes = CompactNodes.decode(network.await(network.query(asker, asked, LookupRequest.FIND_NODE, question)).result()
                .requireBytes("nodes"), hash.bits() / 8, false);
        List<Contact> known = network.on(asked, () -> asked.plane().closest(target, NODES_IN_ANSWER + 1));
        assertThat(nodes).hasSize(NODES_IN_ANSWER).containsExactlyElementsOf(
                known.stream().filter(contact -> !contact.equals(asker.contact())).limit(NODES_IN_ANSWER).toList());
        BDict wanting = question.with().put("want", List.of(BBytes.of("n4"), BBytes.of("n6"))).build();
        BDict both = network.await(network.query(asker, asked, LookupRequest.FIND_NODE, wanting)).result();
        assertThat(both.bytes("nodes")).isPresent();
        assertThat(both.bytes("nodes6")).as("BEP 32").isPresent();
    }

    @ParameterizedTest
    @MethodSource("hashes")
    void aKeyOfAnotherWidthIsAProtocolError(HashAlgorithm hash) {
        RoutingTestNetwork network = network(hash);
        byte[] target = new byte[hash.bits() / 8 - 1];
        RpcException refused = network.errorOf(network.query(network.router(1), network.router(2), LookupRequest.FIND_NODE,
                BDict.builder().put("target", target).build()));
        assertThat(refused.kind()).isEqualTo(RpcException.Kind.ANSWERED);
        assertThat(refused.code()).isEqualTo(RpcException.PROTOCOL);
    }

    @ParameterizedTest
    @MethodSource("hashes")
    void itHasANameThatCanBeConfigured(HashAlgorithm hash) {
        RoutingTestNetwork network = new RoutingTestNetwork(hash, this::open);
        assertThat(network.add(0).plane().name()).matches("[a-z][a-z0-9-]*").isNotEqualTo("active");
    }

    /** What a stage failed with. */
    static RpcException rpcFailure(Throwable failure) {
        return (RpcException) (failure instanceof CompletionException ? failure.getCause() : failure);
    }
}
