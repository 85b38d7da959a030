package bytchat.plane.direct.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Failures;
import bytchat.api.env.Registration;
import bytchat.api.mailbox.Envelope;
import bytchat.api.plane.DeliveryPlane.Inbound;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/**
 * Takes the envelopes that other nodes bring for one account, and answers when they are on disk. Used on the event loop.
 *
 * <p>Threat: anybody can link to this node and send. A flood, or envelopes that cannot be judged yet, must not keep others' mail out;
 * and a forged copy, the same id under a bad signature, must not have the true one passed over. Answer: few envelopes of one node are
 * taken at a time, and few in a second, some places are kept for the handshakes that what waits may need, and copies are told apart by id
 * and signature. Who sent it, the inbox verifies.
 */
final class Intake {
    private static final int RETRY_AFTER_SECONDS = 5;
    /** Handshakes that a node may send beyond its bound: what it sent before may wait for one. */
    private static final int HANDSHAKES_BEYOND = 4;
    private static final int NODES_MAX = 512;

    private final Parts parts;
    private final Inbound inbound;
    private final BiConsumer<Peer, Envelope> taken;
    private final Map<BBytes, CompletionStage<Void>> underWay = new HashMap<>();
    private final Map<BBytes, Boolean> done;
    private final Map<BBytes, Integer> answering = new HashMap<>();
    private final Map<BBytes, Bucket> buckets = new Recent<>(NODES_MAX);
    private long received;
    private long repeated;
    private long notTaken;
    private long refused;

    /** Tokens for a second's worth of envelopes. */
    private final class Bucket {
        private double tokens = parts.settings().peerPerSecondMax();
        private long atNanos = parts.nanos();

        private boolean take() {
            long now = parts.nanos();
            double perSecond = parts.settings().peerPerSecondMax();
            tokens = Math.min(perSecond, tokens + (now - atNanos) * perSecond / 1e9);
            atNanos = now;
            if (tokens < 1) {
                return false;
            }
            tokens--;
            return true;
        }
    }

    /** @param taken hears of each envelope that the inbox has taken, and who brought it */
    Intake(Parts parts, Inbound inbound, BiConsumer<Peer, Envelope> taken) {
        this.parts = parts;
        this.inbound = inbound;
        this.taken = taken;
        this.done = new Recent<>(parts.settings().takenMax());
    }

    /** Serves {@code direct_message}. */
    CompletionStage<BDict> received(Peer peer, Envelope envelope) {
        BBytes node = BBytes.of(peer.nodeKey());
        if (tooMuch(node, envelope)) {
            refused++;
            return later("too many messages of yours are being taken");
        }
        BBytes copy = Copies.name(envelope);
        if (done.get(copy) != null) {
            repeated++;
            return CompletableFuture.completedFuture(BDict.EMPTY);
        }
        CompletionStage<Void> taking = underWay.get(copy);
        if (taking != null) {
            repeated++;
        } else if (underWay.size() >= parts.settings().inFlightMax()) {
            refused++;
            return later("too many messages are being taken");
        } else {
            received++;
            taking = take(copy, peer, envelope);
        }
        return answer(node, taking);
    }

    private boolean tooMuch(BBytes node, Envelope envelope) {
        if (!parts.defends(Defence.FLOOD)) {
            return false;
        }
        int max = parts.settings().peerInFlightMax()
                + (envelope.kind() == Envelope.Kind.HANDSHAKE ? HANDSHAKES_BEYOND : 0);
        return answering.getOrDefault(node, 0) >= max || !buckets.computeIfAbsent(node, n -> new Bucket()).take();
    }

    private CompletionStage<Void> take(BBytes copy, Peer peer, Envelope envelope) {
        CompletableFuture<Void> taking = new CompletableFuture<>();
        underWay.put(copy, taking);
        accept(envelope).whenComplete((nothing, failure) -> {
            underWay.remove(copy);
            if (failure == null) {
                done.put(copy, true);
                taking.complete(null);
                taken.accept(peer, envelope);
            } else {
                notTaken++;
                taking.completeExceptionally(Failures.cause(failure));
            }
        });
        return taking;
    }

    private CompletionStage<Void> accept(Envelope envelope) {
        try {
            return inbound.accept(envelope);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Answers when it is taken; says "later", whatever the reason, if it is not, or not soon. */
    private CompletionStage<BDict> answer(BBytes node, CompletionStage<Void> taking) {
        CompletableFuture<BDict> answer = new CompletableFuture<>();
        answering.merge(node, 1, Integer::sum);
        Registration limit = parts.environment().loop().schedule(parts.settings().answerMax(),
                () -> answer.completeExceptionally(laterFailure("it is not taken yet")));
        taking.whenComplete((nothing, failure) -> {
            if (failure == null) {
                answer.complete(BDict.EMPTY);
            } else {
                answer.completeExceptionally(laterFailure("it cannot be taken now"));
            }
        });
        answer.whenComplete((result, failure) -> {
            limit.close();
            answering.computeIfPresent(node, (n, count) -> count == 1 ? null : count - 1);
        });
        return answer;
    }

    private static CompletionStage<BDict> later(String why) {
        return CompletableFuture.failedFuture(laterFailure(why));
    }

    private static RpcException laterFailure(String why) {
        return RpcException.answered(RpcException.QUOTA, why + ", send it again later",
                BDict.builder().put("retry_after_s", RETRY_AFTER_SECONDS).build());
    }

    long received() {
        return received;
    }

    long repeated() {
        return repeated;
    }

    long notTaken() {
        return notTaken;
    }

    long refused() {
        return refused;
    }
}
