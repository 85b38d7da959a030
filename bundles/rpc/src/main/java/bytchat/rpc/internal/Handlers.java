package bytchat.rpc.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.api.env.Failures;
import bytchat.api.env.Registration;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.DirectHandler;
import bytchat.api.rpc.Request;
import bytchat.api.rpc.RequestHandler;
import bytchat.api.rpc.RpcException;
import bytchat.rpc.internal.RpcStatistics.Count;
import bytchat.wire.KrpcView;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who serves which method. Registering is safe from any thread: components come and go on threads of their own. */
final class Handlers {
    private static final Logger LOG = LoggerFactory.getLogger(Handlers.class);

    private final Map<String, List<RequestHandler>> byMethod = new ConcurrentHashMap<>();
    /** A handful at most, the last registered first. */
    private final List<Direct> directs = new CopyOnWriteArrayList<>();
    private final Map<String, Boolean> complainedAbout = new ConcurrentHashMap<>();
    private final RpcStatistics statistics;

    Handlers(RpcStatistics statistics) {
        this.statistics = statistics;
    }

    Registration add(String method, Carrier carrier, RequestHandler handler) {
        List<RequestHandler> stack = byMethod.computeIfAbsent(key(method, carrier), k -> new CopyOnWriteArrayList<>());
        // A wrapper of its own for each registration, so that closing one never removes another of the same handler.
        RequestHandler entry = handler::handle;
        stack.add(entry);
        return () -> stack.remove(entry);
    }

    Registration add(String method, DirectHandler handler) {
        Direct entry = new Direct(BBytes.of(method), handler);
        directs.add(0, entry);
        return () -> directs.removeIf(other -> other == entry);
    }

    /** Who serves the query that the view shows without detour; null if nobody does. */
    DirectHandler direct(KrpcView query) {
        for (Direct direct : directs) {
            if (query.isMethod(direct.method)) {
                return direct.handler;
            }
        }
        return null;
    }

    /** Completes with the result, or fails with the {@link RpcException} to answer; nothing else comes out. */
    CompletionStage<BDict> serve(Request request, Carrier carrier) {
        RequestHandler handler = last(byMethod.get(key(request.method(), carrier)));
        if (handler == null) {
            return CompletableFuture.failedFuture(
                    RpcException.answered(RpcException.METHOD_UNKNOWN, "method unknown"));
        }
        CompletionStage<BDict> stage;
        try {
            stage = handler.handle(request);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(answerTo(request.method(), e));
        }
        return stage.handle((result, failure) -> {
            if (failure != null) {
                throw new CompletionException(answerTo(request.method(), failure));
            }
            return result;
        });
    }

    /** What {@link #serve} fails with, unwrapped. */
    static RpcException answer(Throwable failure) {
        return Failures.cause(failure) instanceof RpcException rpc
                ? rpc
                : RpcException.answered(RpcException.SERVER, "server error");
    }

    /** What to tell the caller of a method whose handler failed so. */
    RpcException answerTo(String method, Throwable failure) {
        Throwable cause = Failures.cause(failure);
        if (cause instanceof RpcException rpc && rpc.kind() == RpcException.Kind.ANSWERED) {
            return rpc;
        }
        if (cause instanceof BencodeException) {
            return RpcException.answered(RpcException.PROTOCOL, cause.getMessage());
        }
        statistics.add(Count.HANDLER_FAILURES);
        // Once for each method: whoever can trigger it must not be able to fill the log.
        if (complainedAbout.putIfAbsent(method, true) == null) {
            LOG.warn("The handler of {} failed, and its caller was told 202: {}", method, cause.toString());
        }
        return RpcException.answered(RpcException.SERVER, "server error");
    }

    private static RequestHandler last(List<RequestHandler> stack) {
        if (stack == null) {
            return null;
        }
        Object[] entries = stack.toArray();
        return entries.length == 0 ? null : (RequestHandler) entries[entries.length - 1];
    }

    private static String key(String method, Carrier carrier) {
        return carrier == Carrier.LINK ? "link " + method : "datagram " + method;
    }

    private record Direct(BBytes method, DirectHandler handler) {
    }
}
