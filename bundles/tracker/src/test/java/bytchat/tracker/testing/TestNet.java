package bytchat.tracker.testing;

import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcException;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.rpc.internal.Rpc;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Verifier;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Simulated nodes with real links and RPC, for tests of what holders serve. */
public final class TestNet {
    public static final Duration PATIENCE = Duration.ofMinutes(1);
    /** The defence switched off: every signature is taken. */
    public static final SignatureCheck ACCEPT_ALL = new SignatureCheck() {
        @Override
        public boolean ed25519(byte[] key, byte[] message, byte[] sig) {
            return true;
        }

        @Override
        public boolean rsaPss(byte[] spkiDer, byte[] message, byte[] sig) {
            return true;
        }
    };

    public final SimulatedWorld world = new SimulatedWorld(7);
    public final KeySpace keySpace = SimulatedNode.keySpace(new Sha1(), Optional.of("bytchat"));

    public Node node(int number) {
        SimulatedHost host = world.host("10.0.0." + number, 4000);
        SimulatedNode local = new SimulatedNode(host, keySpace, List.of());
        Rpc rpc = new Rpc(host.environment(), local, host.datagrams(), host.links(local.nodeKey()));
        rpc.start();
        world.run(Duration.ofMillis(1));
        return new Node(host, local, rpc, new TestHolders(local, rpc), new TestChallenges(host.environment(), rpc));
    }

    /** Runs the task on the node's loop, and the world until its stage is done. */
    public <T> T on(Node node, Supplier<? extends CompletionStage<T>> task) {
        return world.await(node.host.call(task), PATIENCE);
    }

    /** Runs the task on the node's loop. */
    public void run(Node node, Runnable task) {
        on(node, () -> {
            task.run();
            return CompletableFuture.completedFuture(null);
        });
    }

    /** The shared link from one node to another. */
    public Peer link(Node from, Node to) {
        return from == to ? from.rpc.self() : on(from, () -> from.rpc.connect(to.contact()));
    }

    /** What the other node answers. */
    public BDict call(Node from, Node to, String method, BDict arguments) {
        Peer peer = link(from, to);
        return on(from, () -> peer.call(method, arguments));
    }

    /** How the other node refuses. */
    public RpcException refused(Node from, Node to, String method, BDict arguments) {
        Peer peer = link(from, to);
        return on(from, () -> peer.call(method, arguments).handle((answer, failure) -> {
            if (failure == null) {
                throw new AssertionError(method + " was not refused but answered " + answer);
            }
            return (RpcException) (failure instanceof CompletionException ? failure.getCause() : failure);
        }));
    }

    /** A nonce from the other node. */
    public byte[] challenge(Node from, Node to, Key target) {
        return call(from, to, "challenge", BDict.builder().put("target", target.unsafeArray()).build())
                .requireBytes("nonce");
    }

    /** A node. */
    public record Node(SimulatedHost host, SimulatedNode local, Rpc rpc, TestHolders holders,
            TestChallenges challenges) {
        public Contact contact() {
            return new Contact(local.id(), host.address());
        }

        public Environment environment() {
            return host.environment();
        }

        public byte[] key() {
            return local.nodeKey().publicKey();
        }

        public long now() {
            return environment().clock().millis();
        }

        public Verifier verifier() {
            return verifier(SignatureCheck.BOUNCY_CASTLE);
        }

        public Verifier verifier(SignatureCheck check) {
            return new Verifier(check, environment().clock());
        }
    }
}
