package bytchat.plane.direct.internal;

import bytchat.api.account.Account;
import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Key;
import bytchat.api.mailbox.Envelope;
import bytchat.api.mailbox.Permit;
import bytchat.api.plane.DeliveryPlane;
import bytchat.api.plane.Dispatch;
import bytchat.api.presence.Presence.Sighting;
import bytchat.api.rpc.Peer;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One account's use of the direct plane. Used on the event loop; {@link #status()} from any thread. */
final class DirectAttachment implements DeliveryPlane.Attachment {
    /** A device that has just been attached is being announced; only after this is it amiss that no tracker shows it. */
    private static final Duration ANNOUNCING = Duration.ofSeconds(5);

    private final Parts parts;
    private final Devices devices;
    private final Key uid;
    private final long attachedNanos;
    private final Deliveries deliveries;
    private final LookOut lookOut;
    private final Ties ties;
    private final Intake intake;
    private final Siblings siblings;
    private final Runnable ended;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private int sending;
    private boolean draining;
    private boolean closed;
    private volatile Status status = Status.of(State.JOINING, "asking the trackers for this device");

    DirectAttachment(Parts parts, Devices devices, Account account, DeliveryPlane.Inbound inbound, Runnable ended) {
        this.parts = parts;
        this.devices = devices;
        this.uid = parts.keySpace().uid(account.publicKey());
        this.ended = ended;
        this.attachedNanos = parts.nanos();
        this.deliveries = new Deliveries(parts, devices);
        this.lookOut = new LookOut(parts, devices, user -> {
            changed();
            inbound.retry(Optional.of(user));
        });
        this.ties = new Ties(parts, devices);
        this.intake = new Intake(parts, inbound, this::taken);
        this.siblings = new Siblings(parts, devices, account, uid, inbound, this::changed);
    }

    void start() {
        siblings.start();
    }

    Key uid() {
        return uid;
    }

    /** Serves {@code direct_message}; while draining too. */
    CompletionStage<BDict> received(Peer peer, Envelope envelope) {
        return intake.received(peer, envelope);
    }

    /** Serves {@code direct_sibling}. */
    CompletionStage<BDict> introduced(Peer peer, SiblingProof proof) {
        return siblings.introduced(peer, proof);
    }

    /** Serves {@code direct_sync}. */
    CompletionStage<BDict> asked(Peer peer, BDict question) {
        return siblings.asked(peer, question);
    }

    /** There is a link to a node that this user's device is on. */
    void sign(Key user) {
        lookOut.sign(user);
    }

    private void taken(Peer peer, Envelope envelope) {
        Key from = Key.of(envelope.from());
        if (devices.owner(peer).filter(from::equals).isPresent()) {
            devices.talked(peer);
        }
        lookOut.sign(from);
        changed();
    }

    @Override
    public Status status() {
        return status;
    }

    @Override
    public CompletionStage<Dispatch> send(Envelope envelope, Optional<Permit> permit) {
        if (closed || draining) {
            return CompletableFuture.completedFuture(new Dispatch.Waiting(0, 0, "the direct plane is being stopped"));
        }
        sending++;
        return deliveries.send(envelope).whenComplete((dispatch, failure) -> {
            sending--;
            if (dispatch instanceof Dispatch.Waiting && !closed) {
                lookOut.await(Key.of(envelope.to()));
            } else if (dispatch instanceof Dispatch.Handed) {
                lookOut.over(Key.of(envelope.to()));
                ties.tie(Key.of(envelope.to()));
            }
            changed();
        });
    }

    @Override
    public CompletionStage<Void> drain() {
        draining = true;
        changed();
        return drained;
    }

    /** Another attachment of this account receives from now on. */
    void superseded() {
        siblings.close();
        ties.close();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        lookOut.close();
        ties.close();
        siblings.close();
        ended.run();
        changed();
        drained.complete(null);
    }

    private void changed() {
        ties.needed(siblings.self().filter(Sighting::reachable).isEmpty());
        status = describe();
        if (draining && sending == 0) {
            drained.complete(null);
        }
    }

    private Status describe() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("own_devices_linked", siblings.count());
        facts.put("links_in_conversation", devices.talks());
        facts.put("handed", deliveries.handed());
        facts.put("recipients_awaited", lookOut.size());
        facts.put("received", intake.received());
        facts.put("received_again", intake.repeated());
        facts.put("received_not_taken", intake.notTaken());
        facts.put("received_refused", intake.refused());
        facts.put("sending", sending);
        if (!siblings.problem().isEmpty()) {
            facts.put("own_devices_problem", siblings.problem());
        }
        if (closed) {
            return new Status(State.OFF, "closed", facts);
        }
        if (draining) {
            return new Status(State.DRAINING, "finishing what is under way", facts);
        }
        Optional<Sighting> self = siblings.self();
        if (self.isPresent()) {
            facts.put("announced_at_trackers", self.get().trackers());
            facts.put("reachable", self.get().reachable());
            if (self.get().trackers() == 1
                    && Arrays.equals(self.get().binding().tracker(), parts.node().nodeKey().publicKey())) {
                return new Status(State.READY, "no other node shows this device: only those who ask this node itself find it", facts);
            }
            return new Status(State.READY, self.get().reachable() ? "" : "nobody can dial this node from outside: it exchanges mail only"
                    + " with devices that it can dial, over links that it has dialled", facts);
        }
        boolean alone = parts.rpc().peers().isEmpty();
        boolean announcing = parts.nanos() - attachedNanos < ANNOUNCING.toNanos() && !alone;
        return siblings.looked() && !announcing
                ? new Status(State.WAITING, "no tracker shows this device: nobody could send to it", facts)
                : new Status(State.JOINING, "asking the trackers for this device", facts);
    }
}
