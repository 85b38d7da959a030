package bytchat.routing.kademlia.internal;

import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.LookupRequest;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.NetworkSize;
import bytchat.api.routing.Region;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.routing.Search;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcException;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** Kademlia routing of one key space, assembled: table, lookups, joining, and the answer to {@code find_node}. */
public class Kademlia implements RoutingPlane, StatusSource {
    static final String FIND_NODE = "find_node";
    static final String PING = "ping";
    private static final int PATHS_TO_SELF = LookupRequest.PATHS_MAX;

    private final Environment environment;
    private final LocalNode local;
    private final RpcEndpoint rpc;
    private final KademliaSettings settings;
    private final Referrals referrals;
    private final Unreachable unreachable;
    private final SizeEstimator networkSize;
    private final ContactBook contacts;
    private final RoutingTables tables;
    private final ContactKeeper keeper;
    private final Joining joining;
    private final Lookups lookups;
    private final List<Registration> registrations = new ArrayList<>();
    private final LookupCounts counts = new LookupCounts();
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

    /** With other bounds, or with a defence off: for tests and experiments. */
    public Kademlia(
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
        Sources sources = new Sources(settings.lookup().sourcesMax(), environment.random().nextLong());
        this.referrals = new Referrals(local, settings.bucketSize(), sources, defences);
        this.unreachable = new Unreachable(
                settings.lookup().unreachableMax(), settings.lookup().unreachableTime(),
                environment.random().nextLong());
        this.networkSize = new SizeEstimator(settings.bucketSize());
        this.contacts = new ContactBook(
                environment, local, rpc, referrals, settings, defences,
                address -> unreachable.contains(address, environment.clock().nanoTime()));
        this.tables = contacts.tables();
        this.lookups = new Lookups(
                new Lookup.Context(
                        environment, rpc, referrals, new RoundTrips(), unreachable, sources, settings, defences,
                        contacts::excluded, contacts::answered, contacts::failed, this::nodesAtLeast),
                this::nearest, local::bootstrap, this::lookedUp);
        this.keeper = new ContactKeeper(environment, known, tables);
        this.joining = new Joining(environment, local, settings, contacts, this::lookupForJoining);
        contacts.onFirst(joining::found);
    }

    /** Begins to serve and to join; from any thread. */
    public void start() {
        environment.loop().execute(() -> {
            registrations.add(rpc.handle(FIND_NODE, new FindNode(settings.bucketSize(), tables::snapshot)));
            registrations.add(rpc.onContact(this::heard));
            registrations.add(rpc.onPeer(contacts::linked));
            registrations.add(local.onChange(this::localChanged));
            readOnly = local.readOnly();
            keeper.load().thenAccept(this::join);
        });
    }

    private void join(List<Contact> known) {
        if (!stopped) {
            joining.start(known.stream().filter(referrals::acceptable).toList());
            keeper.start(known);
        }
    }

    /** Stops; lookups under way end with what they have. From any thread. */
    public void stop() {
        environment.loop().execute(() -> {
            stopped = true;
            contacts.stop();
            registrations.forEach(Registration::close);
            joining.stop();
            keeper.stop();
            lookups.stop();
        });
    }

    // ---- RoutingPlane

    @Override
    public String name() {
        return "kademlia";
    }

    @Override
    public Search search(LookupRequest request) {
        return search(request, contacts.isolated());
    }

    private Search search(LookupRequest request, boolean throughBootstrap) {
        tables.refreshed(request.target(), environment.clock().nanoTime());
        return lookups.search(request, throughBootstrap);
    }

    private CompletionStage<LookupResult> lookupForJoining(Key target, boolean throughBootstrap) {
        LookupRequest request = LookupRequest.nodes(target, settings.bucketSize());
        // Liars that capture it would hide this node from its neighbours for long.
        int paths = target.equals(local.id()) ? PATHS_TO_SELF : 0;
        return search(request.withPaths(paths), throughBootstrap).result();
    }

    @Override
    public CompletionStage<Region> region(Key prefix, int bits) {
        return new RegionSweep(
                request -> search(request).result(), environment.clock(), settings.bucketSize(),
                settings.lookup().regionLookupsMax(), prefix, bits).start();
    }

    @Override
    public Optional<NetworkSize> networkSize() {
        return networkSize.estimate();
    }

    /** Contacts to begin a lookup with. */
    private List<Contact> nearest(Key target, int count) {
        List<Contact> nearest = tables.closest(target, count);
        // Isolated: perhaps those who were given up are back.
        return nearest.isEmpty()
                ? Stream.concat(tables.nodes().stream().map(TableNode::contact), joining.remembered().stream()).limit(count).toList()
                : nearest;
    }

    private void heard(Contact contact, boolean answered, boolean callerReadOnly) {
        if (answered) {
            unreachable.remove(contact.address());
        }
        contacts.heard(contact, answered, callerReadOnly);
    }

    private double nodesAtLeast() {
        return networkSize.atLeast(local.id(), tables.closest(local.id(), settings.bucketSize()));
    }

    private void lookedUp(LookupResult result, List<Contact> nearest) {
        counts.ended(result);
        if (result instanceof LookupResult.Converged) {
            networkSize.converged(result.target(), nearest);
        }
    }

    @Override
    public List<Contact> closest(Key target, int count) {
        return tables.closest(target, count);
    }

    @Override
    public void suggest(List<Contact> suggested) {
        suggested.stream().limit(settings.bucketSize()).forEach(contacts::heardOf);
    }

    @Override
    public void reject(Contact contact) {
        contacts.reject(contact);
    }

    @Override
    public List<TableEntry> table() {
        return tables.entries(environment.clock().nanoTime());
    }

    // ---- changes

    private void localChanged() {
        if (contacts.moved() || readOnly && !local.readOnly()) {
            // In another place, or from now on one whom those we ask may remember: so we ask.
            joining.moved();
        }
        readOnly = local.readOnly();
    }

    // ---- StatusSource

    @Override
    public String part() {
        return "routing.kademlia~" + local.keySpace().name();
    }

    @Override
    public Status status() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("contacts", tables.size());
        facts.put("contacts_ipv6", tables.size(true));
        facts.put("alone", tables.size() == 0);
        facts.put("bootstrap_addresses", local.bootstrap().size());
        networkSize.estimate().ifPresent(size -> facts.put("network_size", Math.round(size.nodes())));
        facts.putAll(counts.facts());
        return new Status(joining.state(), joining.reason(), facts);
    }
}
