package bytchat.plane.mailbox.internal;

import bytchat.api.account.Account;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.holder.Holders;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.mailbox.Envelope;
import bytchat.api.plane.DeliveryPlane;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.Request;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcException;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Verifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The mailbox plane of one key space: envelopes lie at the holders of the recipient's chat key until every device of theirs has them.
 * Made, started and closed on the event loop.
 */
public final class MailboxPlane implements DeliveryPlane, StatusSource {
    public static final String NAME = "mailbox";

    private final Environment environment;
    private final KeySpace keySpace;
    private final RpcEndpoint rpc;
    private final Holders holders;
    private final MailboxPlaneSettings settings;
    private final Puts puts;
    private final List<Registration> registrations = new ArrayList<>();
    /** By UID; written on the loop, read by {@link #status()} from anywhere. */
    private final Map<Key, MailboxAttachment> attachments = new ConcurrentHashMap<>();

    public MailboxPlane(Environment environment, KeySpace keySpace, RpcEndpoint rpc, Holders holders, MailboxPlaneSettings settings) {
        this(environment, keySpace, rpc, holders, settings, SignatureCheck.BOUNCY_CASTLE);
    }

    /** For tests that show what a check is for. */
    MailboxPlane(Environment environment, KeySpace keySpace, RpcEndpoint rpc, Holders holders, MailboxPlaneSettings settings,
            SignatureCheck check) {
        this.environment = environment;
        this.keySpace = keySpace;
        this.rpc = rpc;
        this.holders = holders;
        this.settings = settings;
        this.puts = new Puts(environment, keySpace, holders, new Verifier(check, environment.clock()), this::nobody);
    }

    /** Begins to take pushes. */
    public void start() {
        registrations.add(rpc.handle("mailbox_push", Carrier.LINK, this::pushed));
        registrations.add(rpc.onContact((contact, answered, readOnly) -> {
            if (answered && !readOnly) {
                attachments.values().forEach(MailboxAttachment::nodeSeen);
            }
        }));
    }

    /** Ends every attachment at once; draining comes before, by whoever attached. */
    public void close() {
        registrations.forEach(Registration::close);
        registrations.clear();
        List.copyOf(attachments.values()).forEach(MailboxAttachment::close);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public KeySpace keySpace() {
        return keySpace;
    }

    /** Attaching an account again takes its pushes from the earlier attachment, which can still send. */
    @Override
    public Attachment attach(Account account, Inbound inbound) {
        MailboxAttachment[] self = new MailboxAttachment[1];
        MailboxAttachment attachment = new MailboxAttachment(environment, keySpace, holders, puts, settings, account, inbound,
                this::nobody, () -> attachments.remove(self[0].uid(), self[0]));
        self[0] = attachment;
        attachments.put(attachment.uid(), attachment);
        attachment.start();
        return attachment;
    }

    /** There is no other holder; a node that only uses the network is none. */
    private String nobody() {
        return rpc.peers().isEmpty() ? "no other node is known" : "no other node that holds mail is known";
    }

    private CompletionStage<BDict> pushed(Request request) {
        Envelope envelope = new Envelope(request.arguments().requireDict("env"));
        byte[] to = envelope.to();
        MailboxAttachment attachment = to.length * 8 == keySpace.bits() ? attachments.get(Key.of(to)) : null;
        if (attachment == null) {
            return CompletableFuture.failedFuture(RpcException.answered(RpcException.NOT_BOUND, "that user has no device here"));
        }
        return attachment.pushed(request.link(), envelope);
    }

    @Override
    public String part() {
        return "plane.mailbox~" + keySpace.name();
    }

    /** One account that can deliver makes the plane READY; so does having none to deliver for. */
    @Override
    public Status status() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("accounts", attachments.size());
        List<Status> parts = attachments.values().stream().map(MailboxAttachment::status).toList();
        for (Status part : parts) {
            part.facts().forEach((name, value) -> facts.merge(name, value,
                    (a, b) -> a instanceof Number x && b instanceof Number y ? x.longValue() + y.longValue() : b));
        }
        if (parts.isEmpty() || parts.stream().anyMatch(part -> part.state() == State.READY)) {
            return Status.ready(facts);
        }
        return new Status(parts.get(0).state(), parts.get(0).reason(), facts);
    }
}
