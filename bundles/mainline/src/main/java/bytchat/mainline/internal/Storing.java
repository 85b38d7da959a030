package bytchat.mainline.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.api.env.Failures;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.mainline.Stored;
import bytchat.api.mainline.Stored.Refusal;
import bytchat.api.routing.LookupRequest;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Writes to the nodes nearest a key: one lookup that collects a token from each, then all the writes at once. */
final class Storing {
    /** Bytes of a token that is taken from others and given back to them. */
    private static final int TOKEN_BYTES_MAX = 64;

    /** Writes here what is written to others; refuses as they do. */
    @FunctionalInterface
    interface Here {
        void store() throws RpcException;
    }

    /**
     * What is to be written.
     *
     * @param question  the method that brings tokens, and its arguments
     * @param write     the method that writes, and its arguments without token
     */
    record Order(Key target, String question, BDict asked, String write, BDict written, Here here) {
    }

    private final LocalNode local;
    private final RpcEndpoint rpc;
    private final Supplier<RoutingPlane> routing;
    private final int copies;

    Storing(LocalNode local, RpcEndpoint rpc, Supplier<RoutingPlane> routing, int copies) {
        this.local = local;
        this.rpc = rpc;
        this.routing = routing;
        this.copies = copies;
    }

    CompletionStage<Stored> store(Order order) {
        Map<Contact, byte[]> tokens = new HashMap<>();
        LookupRequest request = LookupRequest.nodes(order.target, copies)
                .asking(order.question, order.asked, (from, result) -> {
                    token(result, from, tokens);
                    return false;
                });
        return routing.get().search(request).result().thenCompose(found -> write(order, found, tokens));
    }

    private static void token(BDict result, Contact from, Map<Contact, byte[]> tokens) {
        try {
            tokens.put(from, result.requireBytesUpTo("token", TOKEN_BYTES_MAX));
        } catch (BencodeException e) {
            tokens.remove(from); // one that gives no token lets nobody write
        }
    }

    private CompletionStage<Stored> write(Order order, LookupResult found, Map<Contact, byte[]> tokens) {
        List<Contact> stored = new ArrayList<>();
        List<Refusal> refusals = new ArrayList<>();
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        found.nearest().stream().filter(node -> !tokens.containsKey(node)).forEach(node -> refusals.add(
                new Refusal(node, RpcException.answered(RpcException.METHOD_UNKNOWN, "it gave no token"))));
        List<Contact> writable = tokens.keySet().stream()
                .sorted((a, b) -> order.target.compareDistance(a.id(), b.id()))
                .limit(copies)
                .toList();
        for (Contact node : writable) {
            BDict arguments = order.written.with().put("token", tokens.get(node)).build();
            writes.add(write(node, order.write, arguments).handle((answer, failure) -> {
                if (failure == null) {
                    stored.add(node);
                } else {
                    refusals.add(new Refusal(node, refusal(failure)));
                }
                return null;
            }));
        }
        boolean here = storeHere(order, writable, refusals);
        return CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new))
                .thenApply(done -> new Stored(order.target, stored, here, refusals, found));
    }

    /** Once more where no answer came: a datagram may be lost, and writing twice does no harm. */
    private CompletableFuture<RpcEndpoint.Answer> write(Contact node, String method, BDict arguments) {
        return rpc.query(node, method, arguments).exceptionallyCompose(failure ->
                Failures.cause(failure) instanceof RpcException why && why.kind() == RpcException.Kind.TIMEOUT
                        ? rpc.query(node, method, arguments)
                        : CompletableFuture.failedFuture(failure)).toCompletableFuture();
    }

    /** This node is one of the nearest as well, if it serves at all. */
    private boolean storeHere(Order order, List<Contact> nearest, List<Refusal> refusals) {
        if (local.readOnly() || nearest.size() >= copies
                && order.target.compareDistance(local.id(), nearest.get(nearest.size() - 1).id()) > 0) {
            return false;
        }
        try {
            order.here.store();
            return true;
        } catch (RpcException e) {
            refusals.add(new Refusal(new Contact(local.id(), local.endpoint()), e));
            return false;
        }
    }

    private static RpcException refusal(Throwable failure) {
        if (Failures.cause(failure) instanceof RpcException why) {
            return why;
        }
        throw new IllegalStateException("a query failed with something else than RpcException", failure);
    }
}
