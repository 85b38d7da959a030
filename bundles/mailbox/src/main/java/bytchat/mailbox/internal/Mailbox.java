package bytchat.mailbox.internal;

import bytchat.api.account.DeviceList;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.holder.Challenges;
import bytchat.api.holder.Holders;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.mailbox.Acknowledgement;
import bytchat.api.mailbox.Subscription;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.Request;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcException;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.api.store.MailboxStore;
import bytchat.api.store.MailboxStore.AckOutcome;
import bytchat.wire.Bencode;
import bytchat.wire.crypto.Digests;
import bytchat.wire.holder.HolderGate;
import bytchat.wire.holder.KeyedSequence;
import bytchat.wire.sign.Verifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;

/**
 * Holds messages for users who are away: {@code mailbox_put}, {@code mailbox_subscribe} with pushes, {@code
 * mailbox_ack} (protocol, section 8), at the holders of a chat key.
 *
 * <p>Threats: somebody reads or buries another's mail. Answers: a subscription is signed by the device for one holder,
 * nonce and time ({@link MailboxCheck}); an acknowledgement counts only if that very device has signed it and hangs on
 * that very link, and an envelope goes only when every device that the account's newest list allows has acknowledged.
 *
 * <p>Used on the event loop; {@link #status()} from any thread.
 */
public final class Mailbox implements StatusSource {
    /** A subscription of an RSA-4096 account with 32 devices and as many revoked ones has some 5 KiB. */
    static final int SUBSCRIPTION_BYTES_MAX = 6 * 1024;
    static final int ACKNOWLEDGEMENT_BYTES_MAX = 1024;
    /** The answer to a subscription counts so many waiting envelopes at most. */
    static final int WAITING_COUNTED_MAX = 64;
    static final Duration SWEEP_PERIOD = Duration.ofMinutes(1);
    /** Envelopes and tombstones swept at once. */
    static final int SWEEP_BATCH = 256;
    static final Duration RETRY_NO_ROOM = Duration.ofMinutes(15);

    private final Environment environment;
    private final KeySpace keySpace;
    private final LocalNode node;
    private final Challenges challenges;
    private final MailboxStore store;
    private final Verifier verifier;
    private final Set<MailboxCheck> checks;
    private final HolderGate gate;
    private final Deposits deposits;
    private final Subscriptions subscriptions;
    private final KeyedSequence<Key> users = new KeyedSequence<>();
    private final Subscriber.Counters counters = new Subscriber.Counters();
    private final LongAdder buried = new LongAdder();
    private final List<Registration> registrations = new ArrayList<>();
    private volatile State state = State.STARTING;

    public Mailbox(MailboxSettings settings, Environment environment, LocalNode node, RpcEndpoint endpoint,
            Holders holders, Challenges challenges, MailboxStore store, Verifier verifier) {
        this(settings, environment, node, endpoint, holders, challenges, store, verifier,
                EnumSet.allOf(MailboxCheck.class));
    }

    Mailbox(MailboxSettings settings, Environment environment, LocalNode node, RpcEndpoint endpoint, Holders holders,
            Challenges challenges, MailboxStore store, Verifier verifier, Set<MailboxCheck> checks) {
        this.environment = environment;
        this.keySpace = node.keySpace();
        this.node = node;
        this.challenges = challenges;
        this.store = store;
        this.verifier = verifier;
        this.checks = checks;
        this.gate = new HolderGate(environment, keySpace, endpoint, holders);
        this.subscriptions = new Subscriptions(settings.subscribersMax());
        this.deposits = new Deposits(environment, node, store, verifier,
                new AdmissionPolicy(settings, store, environment.clock()), gate, checks, subscriptions::arrived);
    }

    public void start() {
        registrations.add(gate.serve("mailbox_put", deposits::put));
        registrations.add(gate.serve("mailbox_subscribe", this::subscribe));
        registrations.add(gate.serve("mailbox_ack", this::acknowledge));
        registrations.add(environment.loop().every(SWEEP_PERIOD, this::sweep));
        state = State.READY;
    }

    /** Serves no longer; what is held stays in the store. */
    public void close() {
        registrations.forEach(Registration::close);
        registrations.clear();
        subscriptions.close();
        state = State.OFF;
    }

    private CompletionStage<BDict> subscribe(Request request) throws RpcException {
        Peer peer = request.link();
        BDict dict = request.arguments().requireDict("sub");
        if (Bencode.encodedBytes(dict) > SUBSCRIPTION_BYTES_MAX) {
            throw RpcException.answered(
                    RpcException.TOO_BIG, "a subscription has at most " + SUBSCRIPTION_BYTES_MAX + " bytes");
        }
        Subscription subscription = new Subscription(dict);
        Key uid = gate.key(subscription.target());
        gate.requireHolder(keySpace.chatKey(uid));
        require(MailboxCheck.HOLDER, Arrays.equals(subscription.holder(), node.nodeKey().publicKey()),
                RpcException.REFUSED, "the subscription was made for another holder");
        if (checks.contains(MailboxCheck.CLOCK)) {
            gate.requireNow(subscription.timestampMillis());
        }
        // Last of the cheap checks and before the dear ones: each nonce buys at most one verification.
        require(MailboxCheck.NONCE, challenges.redeem(peer, uid, subscription.nonce()),
                RpcException.BAD_NONCE, "the nonce is not, or no longer, good on this link");
        byte[] deviceKey = subscription.credentials().certificate().deviceKey();
        BBytes device = BBytes.wrap(Digests.sha512_256(deviceKey));
        Subscriber subscriber =
                new Subscriber(peer, uid, device, deviceKey, keySpace.name(), store, environment.clock(), counters);
        // One after the other for each user: a list that becomes known meanwhile must not be undone by an older one.
        return gate.verify(() -> verifier.subscription(subscription, keySpace))
                .thenCompose(verified -> users.run(uid, () ->
                        newest(uid, device, subscription.credentials().devices()).thenCompose(devices ->
                                store.waiting(keySpace.name(), uid, device, 0, WAITING_COUNTED_MAX)
                                        .thenCompose(waiting -> hang(subscriber, devices, waiting.size())))));
    }

    private void require(MailboxCheck check, boolean holds, int code, String text) throws RpcException {
        if (!holds && checks.contains(check)) {
            throw RpcException.answered(code, text);
        }
    }

    /** Keeps the list if it is newer than the one held, and gives the newest; a lower number is refused. */
    private CompletionStage<DeviceList> newest(Key uid, BBytes device, DeviceList shown) {
        return store.devices(keySpace.name(), uid).thenCompose(bytes -> {
            Optional<DeviceList> held =
                    bytes.map(canonical -> new DeviceList(Bencode.decodeDict(canonical, SUBSCRIPTION_BYTES_MAX)));
            if (held.isEmpty() || shown.number() > held.get().number()) {
                return store.putDevices(keySpace.name(), uid, Bencode.encode(shown.dict())).thenApply(kept -> {
                    subscriptions.allowOnly(uid, shown);
                    return shown;
                });
            }
            boolean stands = shown.number() == held.get().number() && held.get().allows(device.unsafeArray());
            if (!stands && checks.contains(MailboxCheck.LIST_NUMBER)) {
                return CompletableFuture.failedFuture(
                        RpcException.answered(RpcException.STALE,
                                "another device list, at least as new, is known here"));
            }
            return CompletableFuture.completedFuture(held.get());
        });
    }

    private CompletionStage<BDict> hang(Subscriber subscriber, DeviceList devices, int waiting) {
        if (state != State.READY || !subscriber.peer().open()) {
            return CompletableFuture.failedFuture(
                    RpcException.answered(RpcException.SERVER, "the link or this mailbox has closed"));
        }
        if (!subscriptions.hasRoom(subscriber.peer(), subscriber.uid(), subscriber.device())) {
            return CompletableFuture.failedFuture(HolderGate.quota("no more devices may hang here", RETRY_NO_ROOM));
        }
        subscriptions.add(subscriber, devices);
        // After the answer, so that the other end knows what the pushes are.
        environment.loop().execute(subscriber::pump);
        return CompletableFuture.completedFuture(
                BDict.builder().put("ts", environment.clock().millis()).put("waiting", waiting).build());
    }

    private CompletionStage<BDict> acknowledge(Request request) throws RpcException {
        BDict dict = request.arguments().requireDict("ack");
        if (Bencode.encodedBytes(dict) > ACKNOWLEDGEMENT_BYTES_MAX) {
            throw RpcException.answered(
                    RpcException.TOO_BIG, "an acknowledgement has at most " + ACKNOWLEDGEMENT_BYTES_MAX + " bytes");
        }
        Acknowledgement acknowledgement = new Acknowledgement(dict);
        Key to = gate.key(acknowledgement.to());
        BBytes device = BBytes.of(acknowledgement.device());
        Subscriber subscriber = subscriptions.find(to, device)
                .filter(found -> found.peer() == request.link() || !checks.contains(MailboxCheck.SUBSCRIBED))
                .orElseThrow(() -> notSubscribed());
        BBytes id = BBytes.of(acknowledgement.envelopeId());
        return gate.verify(() -> verifier.acknowledgement(acknowledgement, subscriber.deviceKey()))
                .thenCompose(verified -> bury(to, id, device, dict))
                .thenApply(outcome -> {
                    subscriber.acknowledged(id);
                    if (outcome == AckOutcome.BURIED) {
                        buried.increment();
                    }
                    return BDict.builder().put("buried", outcome == AckOutcome.BURIED ? 1 : 0).build();
                });
    }

    private CompletionStage<AckOutcome> bury(Key to, BBytes id, BBytes device, BDict acknowledgement) {
        Set<BBytes> required = subscriptions.required(to);
        return required.contains(device)
                ? store.acknowledge(keySpace.name(), to, id, device, Bencode.encode(acknowledgement), required)
                : CompletableFuture.failedFuture(notSubscribed());
    }

    private static RpcException notSubscribed() {
        return RpcException.answered(RpcException.NOT_BOUND, "that device has not subscribed on this link");
    }

    private void sweep() {
        subscriptions.forEach(Subscriber::tick);
        expire();
    }

    private void expire() {
        store.expire(environment.clock().millis(), SWEEP_BATCH).whenComplete((removed, failure) -> {
            if (failure != null) {
                counters.storeFailures().increment();
            } else if (removed == SWEEP_BATCH && state == State.READY) {
                expire();
            }
        });
    }

    @Override
    public String part() {
        return "mailbox~" + keySpace.name();
    }

    @Override
    public Status status() {
        MailboxStore.Stats stats = store.stats();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("envelopes", stats.envelopes());
        facts.put("stored_bytes", stats.bytes());
        facts.put("tombstones", stats.tombstones());
        facts.put("subscribers", subscriptions.size());
        facts.put("pushes", counters.pushes().sum());
        facts.put("push_failures", counters.pushFailures().sum());
        facts.put("buried", buried.sum());
        facts.put("store_failures", counters.storeFailures().sum());
        facts.putAll(gate.facts());
        return switch (state) {
            case READY -> Status.ready(facts);
            case OFF -> new Status(State.OFF, "stopped", facts);
            default -> new Status(state, "not started yet", facts);
        };
    }
}
