package bytchat.itests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BDict;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.holder.Replies;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.LookupResult;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.keyspace.internal.NodeIdentity;
import bytchat.routing.kademlia.internal.KnownContacts;
import bytchat.runtime.internal.NodeRuntime;
import bytchat.transport.tls.internal.TlsSettings;
import bytchat.transport.tls.internal.TlsTransport;
import bytchat.transport.udp.internal.UdpTransport;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same ten nodes over real UDP and TLS on the loopback interface, each on its own event loop. */
class LoopbackTest {
    private static final int NODES = 10;
    private static final int BIND_ATTEMPTS = 20;
    private static final long PATIENCE_SECONDS = 60;
    private static final TlsSettings TLS = new TlsSettings(64, 64, 8 * 1024, Duration.ofSeconds(5), 16, 64,
            Duration.ofSeconds(3), Duration.ofSeconds(5), 1 << 20, 64, Duration.ofHours(1));

    private final List<RealNode> nodes = new ArrayList<>();

    private record RealNode(NodeRuntime runtime, UdpTransport udp, TlsTransport tls, NodeParts parts) {
        void close() {
            parts.stop();
            runtime.loop().execute(() -> {
                udp.close();
                tls.close();
                runtime.close();
            });
        }
    }

    static Stream<HashAlgorithm> hashes() {
        return Stream.of(new Sha1(), new Sha512());
    }

    @AfterEach
    void close() {
        nodes.forEach(RealNode::close);
    }

    @ParameterizedTest
    @MethodSource("hashes")
    void tenNodesLookEachOtherUpAndFindTheSameHolders(HashAlgorithm hash) throws Exception {
        for (int i = 0; i < NODES; i++) {
            nodes.add(start(hash, i == 0 ? List.of() : List.of(nodes.get(0).udp().local())));
        }
        until(() -> nodes.stream().noneMatch(node -> node.parts().local().readOnly()));
        until(() -> nodes.stream().allMatch(node -> knowsMost(node)));
        for (RealNode from : nodes) {
            for (RealNode to : nodes) {
                if (from != to) {
                    Contact wanted = to.parts().contact();
                    assertThat(lookup(from, wanted.id(), 1).nearest()).containsExactly(wanted);
                }
            }
        }
        Key key = Key.of(hash.digest("key".getBytes(StandardCharsets.UTF_8)));
        List<Key> truth = nodes.stream().map(node -> node.parts().contact().id())
                .sorted(key::compareDistance).limit(5).toList();
        for (RealNode from : nodes) {
            Replies<BDict> replies = on(from, () -> from.parts().holders()
                    .ask(key, peer -> peer.call("ping", BDict.EMPTY)));
            assertThat(replies.replies()).extracting(reply -> reply.peer().id().orElseThrow())
                    .containsExactlyInAnyOrderElementsOf(truth);
        }
    }

    /** Lookups find the others. */
    private boolean knowsMost(RealNode node) {
        return ((Number) node.parts().plane().status().status().facts().get("contacts")).intValue() > NODES / 2;
    }

    private static LookupResult lookup(RealNode from, Key key, int count) throws Exception {
        return on(from, () -> from.parts().routing().lookup(key, count));
    }

    private static RealNode start(HashAlgorithm hash, List<InetSocketAddress> bootstrap) throws IOException {
        NodeRuntime runtime = new NodeRuntime(1, 1_024);
        NodeIdentity key = NodeIdentity.generate(runtime.random());
        for (int attempt = 1; ; attempt++) {
            InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            UdpTransport udp = new UdpTransport(any, runtime.eventLoopGroup(), 2_048, 1 << 18);
            try {
                TlsTransport tls = new TlsTransport(udp.local(), key, runtime, runtime.eventLoopGroup(), TLS);
                NodeParts parts = NodeParts.start(
                        runtime, hash, key, udp, tls, bootstrap, KnownContacts.NONE);
                return new RealNode(runtime, udp, tls, parts);
            } catch (BindException e) {
                // The port is free for UDP and taken for TCP: another one, then.
                udp.close();
                if (attempt == BIND_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static <T> T on(RealNode node, Supplier<? extends CompletionStage<T>> task) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        node.runtime().loop().execute(() -> task.get().whenComplete((value, failure) -> {
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(failure);
            }
        }));
        return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Looks every 50 ms, on the first node's loop. */
    private void until(BooleanSupplier condition) throws Exception {
        CompletableFuture<Void> holds = new CompletableFuture<>();
        var looking = nodes.get(0).runtime().loop().every(Duration.ofMillis(50), () -> {
            if (condition.getAsBoolean()) {
                holds.complete(null);
            }
        });
        try {
            holds.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } finally {
            looking.close();
        }
    }
}
