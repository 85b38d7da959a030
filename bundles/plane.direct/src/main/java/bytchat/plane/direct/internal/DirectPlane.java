package bytchat.plane.direct.internal;

import bytchat.api.account.Account;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.holder.Challenges;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.mailbox.Envelope;
import bytchat.api.plane.DeliveryPlane;
import bytchat.api.presence.Presence;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.Request;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcException;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Verifier;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The direct plane of one key space: the DHT only says where devices are, envelopes go over links from device to device, and what cannot
 * go waits on its sender's disk. Made, started and closed on the event loop.
 */
public final class DirectPlane implements DeliveryPlane, StatusSource {
    public static final String NAME = "direct";

    private final Parts parts;
    private final Devices devices;
    private final List<Registration> registrations = new ArrayList<>();
    /** By UID; written on the loop, read by {@link #status()} from anywhere. */
    private final Map<Key, DirectAttachment> attachments = new ConcurrentHashMap<>();

    public DirectPlane(Environment environment, LocalNode node, RpcEndpoint rpc, Presence presence, Challenges challenges,
            DirectPlaneSettings settings) {
        this(environment, node, rpc, presence, challenges, settings, EnumSet.allOf(Defence.class));
    }

    /** For tests that show what a defence is for. */
    DirectPlane(Environment environment, LocalNode node, RpcEndpoint rpc, Presence presence, Challenges challenges,
            DirectPlaneSettings settings, Set<Defence> defences) {
        SignatureCheck check = SignatureCheck.BOUNCY_CASTLE;
        this.parts = new Parts(environment, node, rpc, presence, challenges, new Verifier(check, environment.clock()), check,
                settings, defences);
        this.devices = new Devices(parts);
    }

    /** Begins to take messages. */
    public void start() {
        devices.start();
        registrations.add(parts.rpc().handle("direct_message", Carrier.LINK, this::message));
        registrations.add(parts.rpc().handle("direct_sibling", Carrier.LINK, this::sibling));
        registrations.add(parts.rpc().handle("direct_sync", Carrier.LINK, this::sync));
        registrations.add(parts.rpc().onPeer(this::linked));
    }

    /** Ends every attachment at once; draining comes before, by whoever attached. */
    public void close() {
        registrations.forEach(Registration::close);
        registrations.clear();
        List.copyOf(attachments.values()).forEach(DirectAttachment::close);
        devices.close();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public KeySpace keySpace() {
        return parts.keySpace();
    }

    /** Attaching an account again takes what comes for it from the earlier attachment, which can still send. */
    @Override
    public Attachment attach(Account account, Inbound inbound) {
        DirectAttachment[] self = new DirectAttachment[1];
        DirectAttachment attachment = new DirectAttachment(parts, devices, account, inbound,
                () -> attachments.remove(self[0].uid(), self[0]));
        self[0] = attachment;
        DirectAttachment earlier = attachments.put(attachment.uid(), attachment);
        if (earlier != null) {
            earlier.superseded();
        }
        attachment.start();
        return attachment;
    }

    private void linked(Peer peer) {
        devices.owner(peer).ifPresent(user -> attachments.values().forEach(attachment -> attachment.sign(user)));
    }

    // ---- serving

    private CompletionStage<BDict> message(Request request) {
        Envelope envelope = new Envelope(request.arguments().requireDict("env"));
        Optional<DirectAttachment> recipient = attached(envelope.to());
        if (recipient.isEmpty() && !parts.defends(Defence.RECIPIENT)) {
            recipient = attachments.values().stream().findFirst();
        }
        return recipient.map(attachment -> attachment.received(request.link(), envelope)).orElseGet(DirectPlane::nobody);
    }

    private CompletionStage<BDict> sibling(Request request) {
        SiblingProof proof = new SiblingProof(request.arguments().requireDict("proof"));
        return attached(proof.target()).map(attachment -> attachment.introduced(request.link(), proof))
                .orElseGet(DirectPlane::nobody);
    }

    private CompletionStage<BDict> sync(Request request) {
        BDict question = request.arguments().requireDict("q");
        return attached(request.arguments().requireBytesUpTo("target", 64))
                .map(attachment -> attachment.asked(request.link(), question)).orElseGet(DirectPlane::nobody);
    }

    private Optional<DirectAttachment> attached(byte[] uid) {
        return uid.length * 8 == keySpace().bits() ? Optional.ofNullable(attachments.get(Key.of(uid))) : Optional.empty();
    }

    private static CompletionStage<BDict> nobody() {
        return CompletableFuture.failedFuture(RpcException.answered(RpcException.NOT_BOUND, "that user has no device here"));
    }

    // ---- status

    @Override
    public String part() {
        return "plane.direct~" + keySpace().name();
    }

    /** One account that can deliver makes the plane READY; so does having none to deliver for. */
    @Override
    public Status status() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("accounts", attachments.size());
        List<Status> all = attachments.values().stream().map(DirectAttachment::status).toList();
        for (Status one : all) {
            one.facts().forEach((name, value) -> facts.merge(name, value,
                    (a, b) -> a instanceof Number x && b instanceof Number y ? x.longValue() + y.longValue() : b));
        }
        Optional<Status> ready = all.stream().filter(one -> one.state() == State.READY).findFirst();
        if (all.isEmpty() || ready.isPresent()) {
            return new Status(State.READY, ready.map(Status::reason).orElse(""), facts);
        }
        return new Status(all.get(0).state(), all.get(0).reason(), facts);
    }
}
