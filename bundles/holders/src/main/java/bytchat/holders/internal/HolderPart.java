package bytchat.holders.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Completions;
import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.holder.Challenges;
import bytchat.api.holder.Holders;
import bytchat.api.holder.Replies;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.Request;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The holders of keys in one key space, assembled: fan-out, challenges, reachability. */
public class HolderPart implements Holders, Challenges, StatusSource {
    static final String CHALLENGE = "challenge";
    /** A node refuses what it knows so many nearer proven nodes for. */
    static final int NEARER_TO_REFUSE = 8;
    private static final int CONSIDERED = 64;

    private final Environment environment;
    private final LocalNode local;
    private final RpcEndpoint rpc;
    private final RoutingPlane routing;
    private final HolderAsk.Context askContext;
    private final RecentLookups recentLookups;
    private final NonceBook nonces;
    private final ProvenNodes proven;
    private final Reachability reachability;
    private final HolderStatistics statistics = new HolderStatistics();
    private final List<Registration> registrations = new ArrayList<>();
    /** As many as there are links. */
    private final Map<Peer, Registration> watches = new HashMap<>();

    /** With the default settings. */
    public HolderPart(Environment environment, LocalNode local, RpcEndpoint rpc, RoutingPlane routing) {
        this(environment, local, rpc, routing, HolderSettings.DEFAULTS, HolderDefences.ALL);
    }

    HolderPart(
            Environment environment,
            LocalNode local,
            RpcEndpoint rpc,
            RoutingPlane routing,
            HolderSettings settings,
            HolderDefences defences) {
        this.environment = environment;
        this.local = local;
        this.rpc = rpc;
        this.routing = routing;
        this.askContext = new HolderAsk.Context(local, rpc, routing, settings, defences, statistics);
        this.recentLookups = new RecentLookups(environment.clock(), routing, settings);
        this.nonces = new NonceBook(environment, settings, defences);
        this.proven = new ProvenNodes(settings.provenTime().toNanos(), settings.provenMax());
        this.reachability = new Reachability(environment, local, rpc, routing, settings, defences, statistics);
    }

    /** Begins to serve; from any thread. */
    public void start() {
        environment.loop().execute(() -> {
            registrations.add(rpc.handle(CHALLENGE, Carrier.LINK, this::challenge));
            registrations.add(rpc.onPeer(this::linked));
            reachability.start();
        });
    }

    /** Stops serving; from any thread. */
    public void stop() {
        environment.loop().execute(() -> {
            reachability.stop();
            registrations.forEach(Registration::close);
            watches.values().forEach(Registration::close);
            watches.clear();
        });
    }

    private void linked(Peer peer) {
        peer.id().ifPresent(id -> proven.add(id, environment.clock().nanoTime()));
        watches.put(peer, Completions.whenDone(peer.closed(), () -> {
            watches.remove(peer);
            nonces.forget(peer);
        }));
    }

    // ---- Holders

    @Override
    public <T> CompletionStage<Replies<T>> ask(Key key, int count, Function<Peer, CompletionStage<T>> call) {
        return ask(new HolderAsk.Finder() {
            @Override
            public CompletionStage<LookupResult> find(Key target, int wanted) {
                return routing.lookup(target, wanted);
            }

            @Override
            public void disproved(Key target) {
                recentLookups.disproved(target);
            }
        }, key, count, call);
    }

    @Override
    public <T> CompletionStage<Replies<T>> askAgain(Key key, Function<Peer, CompletionStage<T>> call) {
        return ask(recentLookups, key, COUNT, call);
    }

    private <T> CompletionStage<Replies<T>> ask(
            HolderAsk.Finder finder, Key key, int count, Function<Peer, CompletionStage<T>> call) {
        statistics.asks.increment();
        return new HolderAsk<>(askContext, finder, key, count, call).start();
    }

    @Override
    public Optional<List<Contact>> nearerThanUs(Key key) {
        if (local.readOnly()) {
            // We hold nothing for others: whoever asks goes to those that do.
            statistics.notHolder.increment();
            return Optional.of(routing.closest(key, NEARER_TO_REFUSE));
        }
        long now = environment.clock().nanoTime();
        // As many as one subnet has are one holder, and so one reason to refuse.
        boolean onePlace = askContext.defences().oneSubnetOnePlace();
        Set<BBytes> subnets = new HashSet<>();
        List<Contact> nearer = routing.closest(key, CONSIDERED).stream()
                .filter(contact -> key.compareDistance(contact.id(), local.id()) < 0)
                .filter(contact -> proven.contains(contact.id(), now))
                .filter(contact -> !onePlace
                        || Subnet.of(contact.address().getAddress()).map(subnets::add).orElse(true))
                .limit(NEARER_TO_REFUSE)
                .toList();
        if (nearer.size() < NEARER_TO_REFUSE) {
            return Optional.empty();
        }
        statistics.notHolder.increment();
        return Optional.of(nearer);
    }

    // ---- Challenges

    private CompletionStage<BDict> challenge(Request request) {
        Key target = Key.of(request.arguments().requireBytes("target", local.id().bits() / 8));
        byte[] nonce = nonces.give(request.link(), target);
        statistics.noncesGiven.increment();
        return CompletableFuture.completedFuture(BDict.builder().put("nonce", nonce).build());
    }

    @Override
    public boolean redeem(Peer peer, Key target, byte[] nonce) {
        boolean good = nonces.redeem(peer, target, nonce);
        if (!good) {
            statistics.noncesRefused.increment();
        }
        return good;
    }

    // ---- StatusSource

    @Override
    public String part() {
        return "holders~" + local.keySpace().name();
    }

    @Override
    public Status status() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("read_only", local.readOnly());
        facts.putAll(statistics.facts());
        return Status.ready(facts);
    }

    int noncesOutstanding() {
        return nonces.size();
    }
}
