package bytchat.routing.kademlia.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.env.Failures;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.Request;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcException;
import bytchat.api.rpc.RpcException.Kind;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.wire.CompactNodes;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** Kademlia routing of one key space, assembled: table, lookups, joining, and the answer to {@code find_node}. */
public class Kademlia implements RoutingPlane, StatusSource {
    static final String FIND_NODE = "find_node";
    static final String PING = "ping";

    private final Environment environment;
    private final LocalNode local;
    private final RpcEndpoint rpc;
    private final KademliaSettings settings;
    private final KademliaDefences defences;
    private final Referrals referrals;
    private final RoundTrips roundTrips = new RoundTrips();
    private final Rejections rejections;
    private final Verification verification;
    private final ContactKeeper keeper;
    private final Joining joining;
    private final Lookup.Context lookupContext;
    private final Set<Lookup> lookups = new LinkedHashSet<>();
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private final List<Registration> registrations = new ArrayList<>();
    private final LookupCounts counts = new LookupCounts();
    private volatile RoutingTable table;
    private boolean readOnly;
    private boolean stopped;

    /** With the default settings. */
    public Kademlia(Environment environment, LocalNode local, RpcEndpoint rpc, KnownContacts known) {
        this(environment, local, rpc, known, KademliaSettings.DEFAULTS, KademliaDefences.ALL);
    }

    /** With the default settings and no memory of an earlier run. */
    public Kademlia(Environment environment, LocalNode local, RpcEndpoint rpc) {
        this(environment, local, rpc, KnownContacts.NONE);
    }

    Kademlia(
            Environment environment,
            LocalNode local,
            RpcEndpoint rpc,
            KnownContacts known,
            KademliaSettings settings,
            KademliaDefences defences) {
        this.environment = environment;
        this.local = local;
        this.rpc = rpc;
        this.settings = settings;
        this.defences = defences;
        this.referrals = new Referrals(local, settings.bucketSize(), defences);
        this.rejections = new Rejections(settings.rejectedTime().toNanos(), settings.rejectedMax());
        this.verification = new Verification(
                rpc, settings.verificationsMax(), this::queryAnswered, this::queryFailed);
        this.lookupContext = new Lookup.Context(
                environment, rpc, referrals, roundTrips, settings, defences, this::excluded, this::queryAnswered,
                this::queryFailed);
        this.table = new RoutingTable(local.id(), settings, environment.clock().nanoTime());
        this.keeper = new ContactKeeper(environment, known, () -> table.snapshot());
        this.joining = new Joining(
                environment, local, settings, () -> table, this::lookupForJoining,
                node -> verification.check(node, 1));
    }

    /** Begins to serve and to join; from any thread. */
    public void start() {
        environment.loop().execute(() -> {
            registrations.add(rpc.handle(FIND_NODE, Carrier.DATAGRAM, this::findNode));
            registrations.add(rpc.onContact(this::heard));
            registrations.add(rpc.onPeer(this::linked));
            registrations.add(local.onChange(this::localChanged));
            readOnly = local.readOnly();
            keeper.load().thenAccept(this::join);
        });
    }

    private void join(List<Contact> known) {
        if (!stopped) {
            joining.start(known.stream().filter(referrals::acceptable).toList());
            keeper.start();
        }
    }

    /** Stops; lookups under way end with what they have. From any thread. */
    public void stop() {
        environment.loop().execute(() -> {
            stopped = true;
            registrations.forEach(Registration::close);
            joining.stop();
            keeper.stop();
            List.copyOf(lookups).forEach(lookup -> lookup.cancel("this node stops"));
            waiting.forEach(Runnable::run);
            waiting.clear();
        });
    }

    // ---- RoutingPlane

    @Override
    public String name() {
        return "kademlia";
    }

    @Override
    public CompletionStage<LookupResult> lookup(Key target, int count) {
        return lookup(target, count, table.goodCount() == 0);
    }

    private CompletionStage<LookupResult> lookupForJoining(Key target, boolean throughBootstrap) {
        return lookup(target, settings.bucketSize(), throughBootstrap);
    }

    private CompletionStage<LookupResult> lookup(Key target, int count, boolean throughBootstrap) {
        CompletableFuture<LookupResult> result = new CompletableFuture<>();
        table.bucket(table.indexOf(target)).refreshed(environment.clock().nanoTime());
        if (lookups.size() < settings.lookupsMax()) {
            begin(target, count, throughBootstrap, result);
        } else if (waiting.size() < settings.lookupsWaitingMax()) {
            waiting.add(() -> begin(target, count, throughBootstrap, result));
        } else {
            result.complete(failed(target, "too many lookups are under way"));
        }
        return result.minimalCompletionStage();
    }

    private static LookupResult failed(Key target, String reason) {
        return new LookupResult.Failed(target, new LookupResult.Effort(0, 0, 0, 0), reason);
    }

    private void begin(Key target, int count, boolean throughBootstrap, CompletableFuture<LookupResult> result) {
        if (stopped) {
            result.complete(failed(target, "this node stops"));
            return;
        }
        Lookup lookup = new Lookup(lookupContext, target, count);
        lookups.add(lookup);
        // More than will be asked if they live: when half of a network has died, the next ones are needed.
        List<Contact> nearest = table.closest(target, settings.candidatesMax() / 4);
        if (nearest.isEmpty()) {
            // Isolated: perhaps those who were given up are back.
            nearest = Stream.concat(table.snapshot().stream(), joining.remembered().stream())
                    .limit(settings.candidatesMax()).toList();
        }
        List<InetSocketAddress> addresses = throughBootstrap ? local.bootstrap() : List.of();
        lookup.start(nearest, addresses).thenAccept(found -> {
            lookups.remove(lookup);
            counts.ended(found);
            result.complete(found);
            if (!stopped && !waiting.isEmpty()) {
                waiting.poll().run();
            }
        });
    }

    @Override
    public List<Contact> closest(Key target, int count) {
        return table.closest(target, count);
    }

    @Override
    public void suggest(List<Contact> contacts) {
        contacts.stream().limit(settings.bucketSize()).forEach(this::heardOf);
    }

    @Override
    public void reject(Contact contact) {
        rejections.add(contact, environment.clock().nanoTime());
        table.remove(contact);
        // In a small network nobody else would tell us that it is back.
        environment.loop().schedule(settings.rejectedTime(), () -> heardOf(contact));
    }

    @Override
    public List<TableEntry> table() {
        return table.entries(environment.clock().nanoTime());
    }

    // ---- hearing

    private void heard(Contact contact, boolean answered, boolean readOnly) {
        if (readOnly || excluded(contact) || !referrals.acceptable(contact)) {
            return;
        }
        if (answered || !defences.answeredOnly()) {
            table.heard(contact, environment.clock().nanoTime())
                    .ifPresent(node -> verification.check(node, settings.badFailures()));
        } else {
            heardOf(contact);
        }
    }

    private void heardOf(Contact contact) {
        if (!stopped && !excluded(contact) && referrals.acceptable(contact) && table.isNews(contact)) {
            verification.newcomer(contact);
        }
    }

    /** What a failed link took from a node, a good one gives back. */
    private void linked(Peer peer) {
        peer.id().ifPresent(id -> rejections.lift(id).forEach(this::heardOf));
    }

    private boolean excluded(Contact contact) {
        return contact.id().equals(local.id()) || rejections.contains(contact, environment.clock().nanoTime());
    }

    private void queryAnswered(RpcEndpoint.Answer answer) {
        roundTrips.measured(answer.roundTripNanos());
        table.find(answer.from()).ifPresent(node -> node.measured(answer.roundTripNanos()));
    }

    private void queryFailed(Contact contact, Throwable failure) {
        Throwable cause = Failures.cause(failure);
        if (!(cause instanceof RpcException rpcFailure)) {
            return;
        }
        boolean busy = rpcFailure.code() == RpcException.SERVER;
        if (rpcFailure.kind() == Kind.TIMEOUT) {
            table.failed(contact);
        } else if (rpcFailure.kind() == Kind.WRONG_NODE || (rpcFailure.kind() == Kind.ANSWERED && !busy)) {
            // Somebody is there, but not this node, or none that serves us.
            table.remove(contact);
        }
    }

    private void localChanged() {
        if (!local.id().equals(table.self())) {
            long now = environment.clock().nanoTime();
            RoutingTable moved = new RoutingTable(local.id(), settings, now);
            table.snapshot().forEach(contact -> moved.heard(contact, now));
            table = moved;
            joining.moved();
        } else if (readOnly && !local.readOnly()) {
            // From now on those we ask may remember us: so we ask.
            joining.moved();
        }
        readOnly = local.readOnly();
    }

    // ---- serving

    private CompletionStage<BDict> findNode(Request request) {
        Key target = Key.of(request.arguments().requireBytes("target", local.id().bits() / 8));
        BDict.Builder result = BDict.builder();
        for (boolean ipv6 : new boolean[] {false, true}) {
            if (Referrals.wants(request.arguments(), ipv6, request.from())) {
                result.put(ipv6 ? "nodes6" : "nodes", CompactNodes.encode(nearest(target, ipv6, request), ipv6));
            }
        }
        return CompletableFuture.completedFuture(result.build());
    }

    private List<Contact> nearest(Key target, boolean ipv6, Request request) {
        return table.closest(target, 2 * settings.bucketSize()).stream()
                .filter(contact -> contact.address().getAddress() instanceof Inet6Address == ipv6)
                .filter(contact -> !contact.id().equals(request.callerId()))
                .limit(settings.bucketSize())
                .toList();
    }

    // ---- StatusSource

    @Override
    public String part() {
        return "routing.kademlia~" + local.keySpace().name();
    }

    @Override
    public Status status() {
        RoutingTable now = table;
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("contacts", now.snapshot().size());
        facts.put("alone", now.snapshot().isEmpty());
        facts.put("bootstrap_addresses", local.bootstrap().size());
        facts.putAll(counts.facts());
        return new Status(joining.state(), joining.reason(), facts);
    }
}
