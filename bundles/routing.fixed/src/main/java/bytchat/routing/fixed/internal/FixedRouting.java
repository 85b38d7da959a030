package bytchat.routing.fixed.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.LookupRequest;
import bytchat.api.routing.NetworkSize;
import bytchat.api.routing.Region;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.routing.Search;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.Request;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.wire.CompactNodes;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * Routing by a list: every node of the network is in everybody's configuration. Each is pinged until it answers, which
 * also tells its id, and again when it has been silent; a lookup asks those nearest the key. Nobody else is believed.
 *
 * <p>This is the sample for authors of routing planes: everything that a plane must do, and nothing more. All of it runs on
 * the event loop, but {@link #start}, {@link #stop} and {@link #status}.
 */
public class FixedRouting implements RoutingPlane, StatusSource {
    static final String NAME = "fixed";
    private static final String PING = "ping";
    /** Nodes in an answer to {@code find_node}, of each family (BEP 5, BEP 32). */
    private static final int NODES_IN_ANSWER = 8;

    private final Environment environment;
    private final LocalNode local;
    private final RpcEndpoint rpc;
    private final FixedSettings settings;
    private final Map<InetSocketAddress, Member> members = new LinkedHashMap<>();
    private final Set<InetSocketAddress> pinged = new HashSet<>();
    private final Set<FixedSearch> searches = new LinkedHashSet<>();
    private final List<Registration> registrations = new ArrayList<>();
    private boolean stopped;
    private volatile Status status = Status.of(State.STARTING, "the listed nodes have not been asked yet");

    public FixedRouting(Environment environment, LocalNode local, RpcEndpoint rpc, FixedSettings settings) {
        this.environment = environment;
        this.local = local;
        this.rpc = rpc;
        this.settings = settings;
    }

    /** Begins to serve, and to ask who is there; from any thread. */
    public void start() {
        environment.loop().execute(() -> {
            registrations.add(rpc.handle(LookupRequest.FIND_NODE, Carrier.DATAGRAM, this::findNode));
            registrations.add(rpc.onContact((contact, answered, readOnly) -> heard(contact, answered)));
            registrations.add(environment.loop().every(settings.lookEvery(), this::look));
            look();
        });
    }

    /** Stops; lookups under way end with what they have. From any thread. */
    public void stop() {
        environment.loop().execute(() -> {
            stopped = true;
            registrations.forEach(Registration::close);
            List.copyOf(searches).forEach(search -> search.cancel("this node stops"));
        });
    }

    // ---- who is there

    /** Names are looked up off the event loop, and again each time while somebody is missing: addresses change. */
    private void look() {
        List<InetSocketAddress> listed = settings.nodes().isEmpty() ? local.bootstrap() : settings.nodes();
        if (members.values().stream().filter(Member::alive).count() < listed.size()) {
            environment.workers().submit(() -> resolved(listed)).thenAccept(addresses -> {
                addresses.forEach(address -> members.computeIfAbsent(address, a -> new Member(a, settings.deadFailures())));
                members.keySet().retainAll(addresses);
                askWhoMustBeAsked();
            });
        } else {
            askWhoMustBeAsked();
        }
    }

    private static Set<InetSocketAddress> resolved(List<InetSocketAddress> listed) {
        Set<InetSocketAddress> addresses = new LinkedHashSet<>();
        for (InetSocketAddress address : listed) {
            InetSocketAddress resolved = address.isUnresolved()
                    ? new InetSocketAddress(address.getHostString(), address.getPort())
                    : address;
            if (!resolved.isUnresolved()) {
                addresses.add(resolved);
            }
        }
        return addresses;
    }

    private void askWhoMustBeAsked() {
        long now = environment.clock().nanoTime();
        members.values().stream()
                .filter(member -> member.toBeAsked(now, settings.silent().toNanos()))
                .filter(member -> !member.address().equals(local.listen()) && !member.address().equals(local.endpoint()))
                .forEach(this::ping);
        say();
    }

    private void ping(Member member) {
        if (!stopped && pinged.add(member.address())) {
            rpc.query(member.address(), PING, BDict.EMPTY).whenComplete((answer, failure) -> {
                pinged.remove(member.address());
                if (failure == null) {
                    member.measured(answer.roundTripNanos());
                } else {
                    member.failed();
                }
                say();
            });
        }
    }

    /** Only an answer proves that somebody is at an address; who asks is asked. */
    private void heard(Contact contact, boolean answered) {
        Member member = members.get(contact.address());
        if (member == null || contact.id().equals(local.id())) {
            return;
        }
        boolean elsewhere = alive().anyMatch(other -> other != member && other.contact().orElseThrow().id().equals(contact.id()));
        if (answered && !elsewhere) { // one node behind two addresses is one node
            member.answered(contact, environment.clock().nanoTime());
        } else if (!member.alive()) {
            ping(member);
        }
    }

    private Stream<Member> alive() {
        return members.values().stream().filter(Member::alive);
    }

    private List<Member> aliveByDistance(Key target) {
        return alive().sorted((a, b) -> target.compareDistance(a.contact().orElseThrow().id(), b.contact().orElseThrow().id()))
                .toList();
    }

    // ---- RoutingPlane

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Search search(LookupRequest request) {
        return search(request, aliveByDistance(request.target()));
    }

    private FixedSearch search(LookupRequest request, List<Member> candidates) {
        BDict.Builder question = request.arguments().with();
        if (request.method().equals(LookupRequest.FIND_NODE)) {
            question.put("target", request.target().unsafeArray());
        }
        boolean possible = !stopped && searches.size() < settings.searchesMax();
        FixedSearch search = new FixedSearch(environment, rpc, settings, request, question.build(), possible ? candidates : List.of());
        if (possible) {
            searches.add(search);
            search.result().thenAccept(result -> searches.remove(search));
            return search.start();
        }
        search.cancel(stopped ? "this node stops" : "too many lookups are under way");
        return search;
    }

    @Override
    public CompletionStage<Region> region(Key prefix, int bits) {
        List<Member> inside = aliveByDistance(prefix).stream()
                .filter(member -> member.contact().orElseThrow().id().commonPrefixBits(prefix) >= bits).toList();
        // The list is all there is, so nobody is missing once everybody has told an id.
        boolean allKnown = members.values().stream().allMatch(member -> member.contact().isPresent() || isSelf(member));
        return search(LookupRequest.nodes(prefix, Math.max(1, inside.size())), inside).result().thenApply(found -> new Region(
                prefix, bits, found.nearest().stream().sorted((a, b) -> a.id().compareTo(b.id())).toList(),
                allKnown && found.nearest().size() == inside.size(), found.effort()));
    }

    private boolean isSelf(Member member) {
        return member.address().equals(local.listen()) || member.address().equals(local.endpoint());
    }

    /** Exact: those that live, and this node. */
    @Override
    public Optional<NetworkSize> networkSize() {
        int nodes = (int) alive().count() + 1;
        return nodes == 1 ? Optional.empty() : Optional.of(new NetworkSize(nodes, nodes, nodes, nodes - 1));
    }

    @Override
    public List<Contact> closest(Key target, int count) {
        return aliveByDistance(target).stream().limit(count).map(member -> member.contact().orElseThrow()).toList();
    }

    /** Only who is listed is asked, who is not stays a stranger. */
    @Override
    public void suggest(List<Contact> contacts) {
        contacts.stream().map(contact -> members.get(contact.address()))
                .filter(member -> member != null && !member.alive() && !isSelf(member)).forEach(this::ping);
    }

    @Override
    public void reject(Contact contact) {
        Member member = members.get(contact.address());
        if (member != null && member.contact().filter(contact::equals).isPresent()) {
            member.reject();
            environment.loop().schedule(settings.rejectedTime(), member::forgive);
            say();
        }
    }

    @Override
    public List<TableEntry> table() {
        long now = environment.clock().nanoTime();
        return alive().map(member -> {
            Contact contact = member.contact().orElseThrow();
            return new TableEntry(contact, contact.id().commonPrefixBits(local.id()), now - member.heardNanos(),
                    member.roundTripNanos(), member.failures());
        }).toList();
    }

    // ---- serving

    private CompletionStage<BDict> findNode(Request request) {
        Key target = Key.of(request.arguments().requireBytes("target", local.id().bits() / 8));
        BDict.Builder result = BDict.builder();
        for (boolean ipv6 : new boolean[] {false, true}) {
            boolean wanted = request.arguments().list("want")
                    .map(families -> families.contains(BBytes.of(ipv6 ? "n6" : "n4")))
                    .orElse(request.from().getAddress() instanceof Inet6Address == ipv6);
            if (wanted) {
                List<Contact> nodes = closest(target, FixedSettings.NODES_MAX).stream()
                        .filter(contact -> contact.address().getAddress() instanceof Inet6Address == ipv6)
                        .filter(contact -> !contact.id().equals(request.callerId()))
                        .limit(NODES_IN_ANSWER).toList();
                result.put(ipv6 ? "nodes6" : "nodes", CompactNodes.encode(nodes, ipv6));
            }
        }
        return CompletableFuture.completedFuture(result.build());
    }

    // ---- StatusSource

    @Override
    public String part() {
        return "routing.fixed~" + local.keySpace().name();
    }

    /** Written on the loop, read from anywhere. */
    private void say() {
        long living = alive().count();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("contacts", living);
        facts.put("alone", living == 0);
        facts.put("listed", members.size());
        if (living > 0) {
            status = Status.ready(facts);
        } else if (members.isEmpty()) {
            status = new Status(State.WAITING, "no other node is listed: config set bytchat.routing.fixed~"
                    + local.keySpace().name() + " nodes HOST:PORT,HOST:PORT", facts);
        } else {
            status = new Status(State.JOINING, "none of the " + members.size() + " listed nodes answers", facts);
        }
    }

    @Override
    public Status status() {
        return status;
    }
}
