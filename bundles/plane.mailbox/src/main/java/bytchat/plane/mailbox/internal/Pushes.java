package bytchat.plane.mailbox.internal;

import bytchat.api.account.Account;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.mailbox.Envelope;
import bytchat.api.plane.DeliveryPlane.Inbound;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcException;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.Tag;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Takes what holders push, once, and acknowledges it when it is on disk.
 *
 * <p>Threat: an acknowledgement names an envelope by its id, which leaves the signature out, and makes holders drop it. A holder that
 * pushes a forged copy, the same id under a bad signature, must neither get the true one acknowledged nor have it passed over as a
 * copy. Answer: copies are told apart by id and signature, and nothing is acknowledged that the inbox has not taken as genuine.
 */
final class Pushes {
    private static final int RETRY_AFTER_SECONDS = 60;

    private final Environment environment;
    private final Account account;
    private final Inbound inbound;
    private final Subscriptions subscriptions;
    private final MailboxPlaneSettings settings;
    private final Runnable changed;
    private final Set<BBytes> inFlight = new HashSet<>();
    private final Set<BBytes> done = new LinkedHashSet<>();
    private long received;
    private long repeated;
    private long notTaken;
    private long acknowledged;

    Pushes(Environment environment, Account account, Inbound inbound, Subscriptions subscriptions, MailboxPlaneSettings settings,
            Runnable changed) {
        this.environment = environment;
        this.account = account;
        this.inbound = inbound;
        this.subscriptions = subscriptions;
        this.settings = settings;
        this.changed = changed;
    }

    /** Answers at once, so that a slow disk here does not hold up a link; the acknowledgement follows. */
    CompletionStage<BDict> pushed(Peer holder, Envelope envelope) {
        byte[] id = Signed.id(envelope.dict());
        BBytes copy = BBytes.wrap(ByteBuffer.allocate(id.length + envelope.sig().length).put(id).put(envelope.sig()).array());
        if (done.contains(copy)) {
            repeated++;
            acknowledge(id, envelope, List.of(holder));
            return CompletableFuture.completedFuture(BDict.EMPTY);
        }
        if (inFlight.contains(copy)) {
            repeated++;
            return CompletableFuture.completedFuture(BDict.EMPTY);
        }
        if (inFlight.size() >= settings.pushesInFlightMax()) {
            notTaken++;
            subscriptions.notTaken();
            return CompletableFuture.failedFuture(RpcException.answered(RpcException.QUOTA,
                    "too many messages are being taken, push it again later",
                    BDict.builder().put("retry_after_s", RETRY_AFTER_SECONDS).build()));
        }
        received++;
        inFlight.add(copy);
        accept(envelope).whenComplete((nothing, failure) -> {
            inFlight.remove(copy);
            if (failure == null) {
                remember(copy);
                acknowledge(id, envelope, subscriptions.peers());
            } else {
                notTaken++;
                subscriptions.notTaken();
            }
            changed.run();
        });
        return CompletableFuture.completedFuture(BDict.EMPTY);
    }

    private CompletionStage<Void> accept(Envelope envelope) {
        try {
            return inbound.accept(envelope);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void remember(BBytes copy) {
        done.add(copy);
        if (done.size() > settings.pushesDoneMax()) {
            done.remove(done.iterator().next());
        }
    }

    /** A holder that misses it pushes the envelope again at the next subscription, and is answered then. */
    private void acknowledge(byte[] id, Envelope envelope, List<Peer> holders) {
        BDict unsigned = BDict.builder()
                .put("dev", account.deviceId())
                .put("id", id)
                .put("to", envelope.to())
                .put("ts", environment.clock().millis())
                .build();
        BDict arguments = BDict.builder()
                .put("ack", Signed.with(unsigned, account.signAsDevice(Signed.message(Tag.ACK, unsigned)))).build();
        for (Peer holder : holders) {
            holder.call("mailbox_ack", arguments).thenRun(() -> {
                acknowledged++;
                changed.run();
            });
        }
    }

    boolean idle() {
        return inFlight.isEmpty();
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

    long acknowledged() {
        return acknowledged;
    }
}
