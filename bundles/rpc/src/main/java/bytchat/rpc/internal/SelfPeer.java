package bytchat.rpc.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.Request;
import bytchat.api.rpc.RpcException;
import bytchat.api.rpc.RpcException.Kind;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** This node as its own peer: calls reach the same handlers, later on the loop, as if they had travelled. */
final class SelfPeer implements Peer {
    private final Environment environment;
    private final LocalNode local;
    private final Handlers handlers;
    private final Envelopes envelopes;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    SelfPeer(Environment environment, LocalNode local, Handlers handlers, Envelopes envelopes) {
        this.environment = environment;
        this.local = local;
        this.handlers = handlers;
        this.envelopes = envelopes;
    }

    @Override
    public byte[] nodeKey() {
        return local.nodeKey().publicKey();
    }

    @Override
    public Optional<Key> id() {
        return Optional.of(local.id());
    }

    @Override
    public InetSocketAddress address() {
        return local.endpoint();
    }

    @Override
    public boolean inbound() {
        return false;
    }

    @Override
    public boolean isSelf() {
        return true;
    }

    @Override
    public CompletionStage<BDict> call(String method, BDict arguments, Duration timeout) {
        CompletableFuture<BDict> answer = new CompletableFuture<>();
        Registration limit = environment.loop().schedule(timeout, () -> answer.completeExceptionally(
                RpcException.failed(Kind.TIMEOUT, "this node did not answer itself within " + timeout)));
        environment.loop().execute(() -> {
            Request request = new Request(
                    method, envelopes.withId(arguments), local.id(), address(), Optional.of(this), local.readOnly());
            handlers.serve(request, Carrier.LINK).whenComplete((result, failure) -> environment.loop().execute(() -> {
                limit.close();
                if (failure == null) {
                    answer.complete(envelopes.withId(result));
                } else {
                    answer.completeExceptionally(Handlers.answer(failure));
                }
            }));
        });
        return answer;
    }

    @Override
    public Registration hang() {
        return () -> { };
    }

    @Override
    public CompletionStage<Void> closed() {
        return closed.minimalCompletionStage();
    }

    @Override
    public boolean open() {
        return !closed.isDone();
    }

    /** Does nothing: a node cannot be cut off from itself. */
    @Override
    public void close() {
        // See the Javadoc.
    }

    /** When the endpoint stops. */
    void end() {
        closed.complete(null);
    }

    @Override
    public String toString() {
        return "this node";
    }
}
