package bytchat.plane.direct.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Key;
import bytchat.api.plane.Sibling;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcException;
import bytchat.wire.Bencode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A sibling on the link that it has proven itself on. Used on the event loop. */
final class SiblingLink implements Sibling {
    private static final Duration ASK_TIMEOUT = Duration.ofSeconds(30);
    /** Questions of a sibling that are being answered at a time. */
    private static final int ANSWERING_MAX = 16;

    private final byte[] deviceId;
    private final Key uid;
    private final Peer peer;
    private final Registration hanging;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private Optional<Function<BDict, CompletionStage<BDict>>> handler = Optional.empty();
    private int answering;

    SiblingLink(byte[] deviceId, Key uid, Peer peer) {
        this.deviceId = deviceId.clone();
        this.uid = uid;
        this.peer = peer;
        this.hanging = peer.hang();
        peer.closed().thenRun(this::end);
    }

    Peer peer() {
        return peer;
    }

    @Override
    public byte[] deviceId() {
        return deviceId.clone();
    }

    @Override
    public CompletionStage<BDict> ask(BDict question) {
        if (closed.isDone()) {
            return failed(RpcException.failed(RpcException.Kind.CLOSED, "the link to this device has ended"));
        }
        if (tooBig(question)) {
            return failed(RpcException.answered(RpcException.TOO_BIG, "a question has at most " + BYTES_MAX + " bytes"));
        }
        return peer.call("direct_sync", BDict.builder().put("q", question).put("target", uid.unsafeArray()).build(), ASK_TIMEOUT)
                .thenCompose(answer -> answer.get("a").filter(BDict.class::isInstance).map(a -> done((BDict) a))
                        .orElseGet(() -> failed(RpcException.answered(RpcException.PROTOCOL, "'a' is missing"))));
    }

    @Override
    public void answer(Function<BDict, CompletionStage<BDict>> answering) {
        handler = Optional.of(answering);
    }

    @Override
    public CompletionStage<Void> closed() {
        return closed.minimalCompletionStage();
    }

    /** Serves {@code direct_sync}. */
    CompletionStage<BDict> asked(BDict question) {
        if (closed.isDone() || handler.isEmpty()) {
            return failed(RpcException.answered(RpcException.NOT_BOUND, "this device answers no questions yet"));
        }
        if (tooBig(question)) {
            return failed(RpcException.answered(RpcException.TOO_BIG, "a question has at most " + BYTES_MAX + " bytes"));
        }
        if (answering >= ANSWERING_MAX) {
            return failed(RpcException.answered(RpcException.QUOTA, "too many questions at once",
                    BDict.builder().put("retry_after_s", 1).build()));
        }
        answering++;
        CompletionStage<BDict> answer;
        try {
            answer = handler.get().apply(question);
        } catch (RuntimeException e) {
            answer = failed(e);
        }
        return answer.whenComplete((result, failure) -> answering--).thenCompose(result -> tooBig(result)
                ? failed(RpcException.answered(RpcException.TOO_BIG, "the answer has more than " + BYTES_MAX + " bytes"))
                : done(BDict.builder().put("a", result).build()));
    }

    /** The other device is no sibling on this link any more. */
    void end() {
        hanging.close();
        closed.complete(null);
    }

    private static boolean tooBig(BDict dict) {
        return Bencode.encodedBytes(dict) > BYTES_MAX;
    }

    private static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }

    private static <T> CompletionStage<T> failed(Throwable why) {
        return CompletableFuture.failedFuture(why);
    }
}
