package bytchat.tracker.internal;

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
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.Request;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcException;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.api.store.TrackerStore;
import bytchat.api.store.TrackerStore.StoredBinding;
import bytchat.api.tracker.Binding;
import bytchat.wire.Bencode;
import bytchat.wire.CompactNodes;
import bytchat.wire.crypto.Digests;
import bytchat.wire.holder.HolderGate;
import bytchat.wire.holder.KeyedSequence;
import bytchat.wire.sign.Verifier;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;

/**
 * Lists where users' devices are: {@code bind_tracker} and {@code find_user} at the holders of a UID (protocol, section
 * 6).
 *
 * <p>Threats: somebody lists a device where it is not, to eclipse its user; somebody uses a tracker to dial at
 * strangers. Answers: a binding is signed by the device for one tracker, node, nonce and time, and each of these is
 * checked ({@link BindCheck}); the tracker dials once, and only to the address the binding came from.
 *
 * <p>Used on the event loop; {@link #status()} from any thread.
 */
public final class Tracker implements StatusSource {
    /**
     * A binding of an RSA-4096 account with 32 devices and as many revoked ones has some 5 KiB; 32 bindings fit a
     * frame.
     */
    static final int BINDING_BYTES_MAX = 6 * 1024;
    /** Devices listed for one user. */
    static final int DEVICES_PER_USER_MAX = DeviceList.DEVICES_MAX;
    /** Dial-backs under way; fewer than a gate's requests, so that who only asks is still answered. */
    static final int DIALS_MAX = 64;
    /** Dial-backs under way for those on one link: a node's accounts bind one after the other if they are more. */
    static final int DIALS_PER_LINK_MAX = 8;
    static final Duration STALE = Duration.ofMinutes(Binding.STALE_MINUTES);
    static final Duration REFRESH = Duration.ofMinutes(Binding.RENEW_MINUTES);
    static final Duration SWEEP_PERIOD = Duration.ofMinutes(1);
    /** Bindings swept or refreshed at once. */
    static final int SWEEP_BATCH = 256;

    private final TrackerSettings settings;
    private final Environment environment;
    private final LocalNode node;
    private final KeySpace keySpace;
    private final RpcEndpoint endpoint;
    private final Challenges challenges;
    private final TrackerStore store;
    private final Verifier verifier;
    private final Set<BindCheck> checks;
    private final HolderGate gate;
    private final KeyedSequence<Key> users = new KeyedSequence<>();
    private final Attendance attendance = new Attendance(this::seenNow);
    private final List<Registration> registrations = new ArrayList<>();
    private final Map<Peer, Integer> dialsByLink = new HashMap<>();
    private final LongAdder storeFailures = new LongAdder();
    private int dials;
    private volatile State state = State.STARTING;

    public Tracker(TrackerSettings settings, Environment environment, LocalNode node, RpcEndpoint endpoint,
            Holders holders, Challenges challenges, TrackerStore store, Verifier verifier) {
        this(settings, environment, node, endpoint, holders, challenges, store, verifier,
                EnumSet.allOf(BindCheck.class));
    }

    Tracker(TrackerSettings settings, Environment environment, LocalNode node, RpcEndpoint endpoint, Holders holders,
            Challenges challenges, TrackerStore store, Verifier verifier, Set<BindCheck> checks) {
        this.settings = settings;
        this.environment = environment;
        this.node = node;
        this.keySpace = node.keySpace();
        this.endpoint = endpoint;
        this.challenges = challenges;
        this.store = store;
        this.verifier = verifier;
        this.checks = checks;
        this.gate = new HolderGate(environment, keySpace, endpoint, holders);
    }

    public void start() {
        registrations.add(gate.serve("bind_tracker", this::bind));
        registrations.add(gate.serve("find_user", this::findUser));
        registrations.add(environment.loop().every(SWEEP_PERIOD, this::sweep));
        state = State.READY;
    }

    /** Serves no longer; the bindings stay in the store until they are stale. */
    public void close() {
        registrations.forEach(Registration::close);
        registrations.clear();
        attendance.close();
        state = State.OFF;
    }

    private CompletionStage<BDict> bind(Request request) throws RpcException {
        Peer peer = request.link();
        BDict dict = request.arguments().requireDict("bind");
        if (Bencode.encodedBytes(dict) > BINDING_BYTES_MAX) {
            throw RpcException.answered(RpcException.TOO_BIG, "a binding has at most " + BINDING_BYTES_MAX + " bytes");
        }
        Binding binding = new Binding(dict);
        Key uid = gate.key(binding.target());
        gate.requireHolder(uid);
        require(BindCheck.TRACKER, Arrays.equals(binding.tracker(), node.nodeKey().publicKey()),
                RpcException.REFUSED, "the binding was made for another tracker");
        require(BindCheck.NODE, Arrays.equals(binding.node(), peer.nodeKey()),
                RpcException.REFUSED, "the binding names another node than the one at this link");
        if (checks.contains(BindCheck.CLOCK)) {
            gate.requireNow(binding.timestampMillis());
        }
        // Last of the cheap checks and before the dear ones: each nonce buys at most one verification and one dial.
        require(BindCheck.NONCE, challenges.redeem(peer, uid, binding.nonce()),
                RpcException.BAD_NONCE, "the nonce is not, or no longer, good on this link");
        return gate.verify(() -> verifier.binding(binding, keySpace))
                .thenCompose(verified -> dialBack(request, binding))
                .thenApply(reachable -> observed(request, binding, reachable))
                .thenCompose(observed -> users.run(uid, () -> list(peer, binding, observed)))
                .thenApply(listed -> BDict.builder()
                        .put("ts", environment.clock().millis()).put("reach", listed.reachable() ? 1 : 0).build());
    }

    private void require(BindCheck check, boolean holds, int code, String text) throws RpcException {
        if (!holds && checks.contains(check)) {
            throw RpcException.answered(code, text);
        }
    }

    private CompletionStage<Boolean> dialBack(Request request, Binding binding) {
        Peer peer = request.link();
        if (peer.isSelf()) {
            return CompletableFuture.completedFuture(!node.readOnly());
        }
        if (dials == DIALS_MAX || dialsByLink.getOrDefault(peer, 0) == DIALS_PER_LINK_MAX) {
            return refuse(HolderGate.quota("too many devices bind at once", HolderGate.RETRY_BUSY));
        }
        dials++;
        dialsByLink.merge(peer, 1, Integer::sum);
        return endpoint.dial(endpointOf(request, binding)).handle((found, failure) -> {
            dials--;
            dialsByLink.computeIfPresent(peer, (link, count) -> count == 1 ? null : count - 1);
            if (failure != null) {
                return false;
            }
            found.close();
            return Arrays.equals(found.nodeKey(), binding.node());
        });
    }

    private InetSocketAddress endpointOf(Request request, Binding binding) {
        return request.link().isSelf()
                ? node.endpoint()
                : new InetSocketAddress(request.from().getAddress(), binding.port());
    }

    private StoredBinding observed(Request request, Binding binding, boolean reachable) {
        BBytes device = BBytes.wrap(Digests.sha512_256(binding.credentials().certificate().deviceKey()));
        return new StoredBinding(keySpace.name(), Key.of(binding.target()), device, endpointOf(request, binding),
                reachable, environment.clock().millis(), Bencode.encode(binding.dict()));
    }

    /**
     * Keeps the binding if the user's devices have room for it, and drops those that its device list no longer allows.
     */
    private CompletionStage<StoredBinding> list(Peer peer, Binding binding, StoredBinding observed) {
        return store.find(keySpace.name(), observed.uid()).thenCompose(listed -> {
            DeviceList devices = binding.credentials().devices();
            List<StoredBinding> others =
                    listed.stream().filter(other -> !other.device().equals(observed.device())).toList();
            if (checks.contains(BindCheck.LIST_NUMBER) && devices.number() < newestList(listed)) {
                return refuse(RpcException.answered(RpcException.STALE, "a newer device list is known here"));
            }
            List<StoredBinding> revoked =
                    others.stream().filter(other -> !devices.allows(other.device().unsafeArray())).toList();
            boolean isNew = others.size() == listed.size();
            if (others.size() - revoked.size() >= DEVICES_PER_USER_MAX
                    || !attendance.hasRoom(peer, observed.uid(), observed.device())
                    || isNew && store.stats().bindings() >= settings.bindingsMax()) {
                return refuse(HolderGate.quota("no more bindings are taken here", STALE));
            }
            CompletionStage<Void> cleared = CompletableFuture.completedFuture(null);
            for (StoredBinding other : revoked) {
                attendance.leave(new Attendance.Device(other.uid(), other.device()));
                cleared = cleared.thenCompose(x -> store.remove(other.keySpace(), other.uid(), other.device()));
            }
            return cleared.thenCompose(x -> store.put(observed)).thenApply(stored -> {
                if (state == State.READY && peer.open()) {
                    attendance.arrived(peer, observed);
                }
                return observed;
            });
        });
    }

    private static <T> CompletionStage<T> refuse(RpcException refusal) {
        return CompletableFuture.failedFuture(refusal);
    }

    private static long newestList(List<StoredBinding> listed) {
        return listed.stream().mapToLong(stored -> decode(stored).credentials().devices().number()).max()
                .orElse(Long.MIN_VALUE);
    }

    private static Binding decode(StoredBinding stored) {
        return new Binding(Bencode.decodeDict(stored.bytes(), BINDING_BYTES_MAX));
    }

    private CompletionStage<BDict> findUser(Request request) throws RpcException {
        Key uid = gate.key(request.arguments().requireBytes("target"));
        gate.requireHolder(uid);
        return store.find(keySpace.name(), uid).thenApply(listed -> {
            long now = environment.clock().millis();
            List<BDict> bindings = new ArrayList<>();
            for (StoredBinding stored : listed) {
                long seen = attendance.find(uid, stored.device()).isPresent() ? now : stored.seenMillis();
                if (seen >= now - STALE.toMillis()) {
                    bindings.add(BDict.builder()
                            .put("addr", CompactNodes.address(stored.endpoint()))
                            .put("bind", decode(stored).dict())
                            .put("reach", stored.reachable() ? 1 : 0)
                            .put("seen", seen).build());
                }
            }
            return BDict.builder().put("bindings", bindings).build();
        });
    }

    /**
     * Stores that a device was there until now. In turn with what else happens to the user, and to what is listed by
     * then: a binding that has been replaced or dropped meanwhile must not come back.
     */
    private void seenNow(StoredBinding binding) {
        Key uid = binding.uid();
        users.run(uid, () -> store.find(keySpace.name(), uid).thenCompose(listed -> listed.stream()
                .filter(one -> one.device().equals(binding.device())).findFirst()
                .or(() -> attendance.find(uid, binding.device()))
                .map(this::touch)
                .orElse(CompletableFuture.completedFuture(null)))).whenComplete(this::countFailure);
    }

    private CompletionStage<Void> touch(StoredBinding b) {
        StoredBinding seen = new StoredBinding(b.keySpace(), b.uid(), b.device(), b.endpoint(), b.reachable(),
                environment.clock().millis(), b.bytes());
        return store.put(seen).thenRun(() -> attendance.refreshed(seen));
    }

    private void sweep() {
        long now = environment.clock().millis();
        for (StoredBinding present : attendance.storedBefore(now - REFRESH.toMillis(), SWEEP_BATCH)) {
            seenNow(present);
        }
        expire(now - STALE.toMillis());
    }

    private void expire(long seenBeforeMillis) {
        store.expire(seenBeforeMillis, SWEEP_BATCH).whenComplete((removed, failure) -> {
            countFailure(removed, failure);
            if (failure == null && removed == SWEEP_BATCH && state == State.READY) {
                expire(seenBeforeMillis);
            }
        });
    }

    private void countFailure(Object result, Throwable failure) {
        if (failure != null) {
            storeFailures.increment();
        }
    }

    @Override
    public String part() {
        return "tracker~" + keySpace.name();
    }

    @Override
    public Status status() {
        TrackerStore.Stats stats = store.stats();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("users", stats.users());
        facts.put("bindings", stats.bindings());
        facts.put("bindings_max", settings.bindingsMax());
        facts.put("devices_present", attendance.size());
        facts.put("store_failures", storeFailures.sum());
        facts.putAll(gate.facts());
        return switch (state) {
            case READY -> Status.ready(facts);
            case OFF -> new Status(State.OFF, "stopped", facts);
            default -> new Status(state, "not started yet", facts);
        };
    }
}
