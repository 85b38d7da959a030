package bytchat.plane.mailbox.internal;

import bytchat.api.account.Account;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.holder.Holders;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.mailbox.Envelope;
import bytchat.api.mailbox.Permit;
import bytchat.api.plane.DeliveryPlane;
import bytchat.api.plane.Dispatch;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcException;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** One account's use of the mailbox plane. */
final class MailboxAttachment implements DeliveryPlane.Attachment {
    private final Account account;
    private final Key uid;
    private final Subscriptions subscriptions;
    private final Pushes pushes;
    private final Puts puts;
    private final Runnable ended;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private int sending;
    private boolean draining;
    private boolean closed;
    private volatile Status status = Status.of(State.JOINING, "looking for the holders of the mailbox");

    MailboxAttachment(Environment environment, KeySpace keySpace, Holders holders, Puts puts, MailboxPlaneSettings settings,
            Account account, DeliveryPlane.Inbound inbound, Supplier<String> nobody, Runnable ended) {
        this.account = account;
        this.uid = keySpace.uid(account.publicKey());
        this.puts = puts;
        this.ended = ended;
        this.subscriptions =
                new Subscriptions(environment, account, uid, keySpace.chatKey(uid), holders, settings, nobody, this::changed);
        this.pushes = new Pushes(environment, account, inbound, subscriptions, settings, this::changed);
    }

    void start() {
        subscriptions.start();
    }

    Key uid() {
        return uid;
    }

    void nodeSeen() {
        subscriptions.nodeSeen();
    }

    /** Serves {@code mailbox_push} of one holder. */
    CompletionStage<BDict> pushed(Peer holder, Envelope envelope) {
        if (closed || !subscriptions.includes(holder)) {
            return CompletableFuture.failedFuture(
                    RpcException.answered(RpcException.NOT_BOUND, "this device is not subscribed at this holder"));
        }
        return pushes.pushed(holder, envelope);
    }

    @Override
    public Status status() {
        return status;
    }

    @Override
    public CompletionStage<Dispatch> send(Envelope envelope, Optional<Permit> permit) {
        if (closed || draining) {
            return CompletableFuture.completedFuture(new Dispatch.Waiting(0, 0, "the mailbox plane is being stopped"));
        }
        sending++;
        return puts.put(account, envelope, permit).whenComplete((dispatch, failure) -> {
            sending--;
            changed();
        });
    }

    @Override
    public CompletionStage<Void> drain() {
        draining = true;
        changed();
        return drained;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        subscriptions.close();
        ended.run();
        changed();
        drained.complete(null);
    }

    private void changed() {
        status = describe();
        if (draining && sending == 0 && pushes.idle()) {
            drained.complete(null);
        }
    }

    private Status describe() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("holders_subscribed", subscriptions.standing());
        facts.put("pushes", pushes.received());
        facts.put("pushes_repeated", pushes.repeated());
        facts.put("pushes_not_taken", pushes.notTaken());
        facts.put("acknowledgements", pushes.acknowledged());
        facts.put("sending", sending);
        if (closed) {
            return new Status(State.OFF, "closed", facts);
        }
        if (draining) {
            return new Status(State.DRAINING, "finishing what is under way", facts);
        }
        if (subscriptions.standing() > 0) {
            return Status.ready(facts);
        }
        return new Status(subscriptions.rounded() ? State.WAITING : State.JOINING, subscriptions.reason(), facts);
    }
}
