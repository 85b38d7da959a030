package bytchat.meta.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.holder.Holders;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.meta.MetaRecord;
import bytchat.api.rpc.Request;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcException;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.api.store.MetaStore;
import bytchat.api.store.MetaStore.StoredMeta;
import bytchat.wire.Bencode;
import bytchat.wire.holder.HolderGate;
import bytchat.wire.holder.KeyedSequence;
import bytchat.wire.sign.Verifier;
import java.time.Duration;
import java.util.ArrayList;
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
 * Holds the signed meta of users: {@code meta_put} and {@code meta_get} at the holders of a meta key (protocol, section
 * 7).
 *
 * <p>Threat: somebody puts another's meta, or an old one with keys that are no longer good. Answer: id, signature and
 * time are checked ({@link MetaCheck}), and only a newer record replaces one.
 *
 * <p>Used on the event loop; {@link #status()} from any thread.
 */
public final class MetaHolder implements StatusSource {
    static final Duration AGE_MAX = Duration.ofDays(30);
    static final Duration SWEEP_PERIOD = Duration.ofMinutes(10);
    /** Records swept at once. */
    static final int SWEEP_BATCH = 256;
    static final Duration RETRY_NODE_FULL = Duration.ofHours(1);

    private final MetaSettings settings;
    private final Environment environment;
    private final KeySpace keySpace;
    private final MetaStore store;
    private final Verifier verifier;
    private final Set<MetaCheck> checks;
    private final HolderGate gate;
    private final KeyedSequence<Key> users = new KeyedSequence<>();
    private final List<Registration> registrations = new ArrayList<>();
    private final LongAdder storeFailures = new LongAdder();
    private volatile State state = State.STARTING;

    public MetaHolder(MetaSettings settings, Environment environment, KeySpace keySpace, RpcEndpoint endpoint,
            Holders holders, MetaStore store, Verifier verifier) {
        this(settings, environment, keySpace, endpoint, holders, store, verifier, EnumSet.allOf(MetaCheck.class));
    }

    MetaHolder(MetaSettings settings, Environment environment, KeySpace keySpace, RpcEndpoint endpoint, Holders holders,
            MetaStore store, Verifier verifier, Set<MetaCheck> checks) {
        this.settings = settings;
        this.environment = environment;
        this.keySpace = keySpace;
        this.store = store;
        this.verifier = verifier;
        this.checks = checks;
        this.gate = new HolderGate(environment, keySpace, endpoint, holders);
    }

    public void start() {
        registrations.add(gate.serve("meta_put", this::put));
        registrations.add(gate.serve("meta_get", this::get));
        registrations.add(environment.loop().every(SWEEP_PERIOD, this::expire));
        state = State.READY;
    }

    /** Serves no longer; what is held stays in the store. */
    public void close() {
        registrations.forEach(Registration::close);
        registrations.clear();
        state = State.OFF;
    }

    private CompletionStage<BDict> put(Request request) throws RpcException {
        BDict dict = request.arguments().requireDict("meta");
        if (Bencode.encodedBytes(dict) > MetaRecord.BYTES_MAX) {
            throw RpcException.answered(RpcException.TOO_BIG, "meta has at most " + MetaRecord.BYTES_MAX + " bytes");
        }
        MetaRecord record = new MetaRecord(dict);
        Key uid = gate.key(record.uid());
        gate.requireHolder(keySpace.metaKey(uid));
        if (checks.contains(MetaCheck.TIME)) {
            gate.requireNotAhead(record.timestampMillis());
            if (record.timestampMillis() < environment.clock().millis() - AGE_MAX.toMillis()) {
                throw gate.wrongTime("the meta is more than " + AGE_MAX.toDays() + " days old");
            }
        }
        return users.run(uid, () -> store.get(keySpace.name(), uid).thenCompose(held -> replace(uid, held, record)))
                .thenApply(kept -> BDict.EMPTY);
    }

    private CompletionStage<Void> replace(Key uid, Optional<StoredMeta> held, MetaRecord record) {
        int order = held.map(stored -> MetaOrder.NEWEST_LAST.compare(record, decode(stored))).orElse(1);
        if (order < 0 && checks.contains(MetaCheck.NEWEST)) {
            return CompletableFuture.failedFuture(RpcException.answered(RpcException.STALE, "a newer meta is held here",
                    BDict.builder().put("newest", held.orElseThrow().timestampMillis()).build()));
        }
        if (order == 0) {
            // The very bytes that were verified before: only the time to live begins anew.
            return keep(uid, record);
        }
        MetaStore.Stats stats = store.stats();
        long bytesMore = Bencode.encodedBytes(record.dict()) - held.map(stored -> stored.bytes().length).orElse(0);
        if (held.isEmpty() && stats.records() >= settings.recordsMax()
                || stats.bytes() + bytesMore > settings.bytesMax()) {
            return CompletableFuture.failedFuture(
                    HolderGate.quota("this node holds as much meta as it may", RETRY_NODE_FULL));
        }
        return gate.verify(() -> verifier.meta(record, keySpace)).thenCompose(verified -> keep(uid, record));
    }

    private CompletionStage<Void> keep(Key uid, MetaRecord record) {
        return store.put(new StoredMeta(keySpace.name(), uid, record.timestampMillis(),
                environment.clock().millis() + settings.ttl().toMillis(), Bencode.encode(record.dict())));
    }

    private CompletionStage<BDict> get(Request request) throws RpcException {
        Key uid = gate.key(request.arguments().requireBytes("target"));
        gate.requireHolder(keySpace.metaKey(uid));
        return store.get(keySpace.name(), uid).thenApply(held -> held
                .filter(stored -> stored.expiryMillis() > environment.clock().millis())
                .map(stored -> BDict.builder().put("meta", decode(stored).dict()).build())
                .orElse(BDict.EMPTY));
    }

    private static MetaRecord decode(StoredMeta stored) {
        return new MetaRecord(Bencode.decodeDict(stored.bytes(), MetaRecord.BYTES_MAX));
    }

    private void expire() {
        store.expire(environment.clock().millis(), SWEEP_BATCH).whenComplete((removed, failure) -> {
            if (failure != null) {
                storeFailures.increment();
            } else if (removed == SWEEP_BATCH && state == State.READY) {
                expire();
            }
        });
    }

    @Override
    public String part() {
        return "meta~" + keySpace.name();
    }

    @Override
    public Status status() {
        MetaStore.Stats stats = store.stats();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("records", stats.records());
        facts.put("stored_bytes", stats.bytes());
        facts.put("store_failures", storeFailures.sum());
        facts.putAll(gate.facts());
        return switch (state) {
            case READY -> Status.ready(facts);
            case OFF -> new Status(State.OFF, "stopped", facts);
            default -> new Status(state, "not started yet", facts);
        };
    }
}
