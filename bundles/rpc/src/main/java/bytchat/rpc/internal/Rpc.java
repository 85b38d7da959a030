package bytchat.rpc.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.DirectHandler;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RequestHandler;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.api.transport.DatagramTransport;
import bytchat.api.transport.LinkTransport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The RPC part of one key space, assembled. Serves {@code ping} itself, on both carriers. */
public class Rpc implements RpcEndpoint, StatusSource {
    static final String PING = "ping";

    private final Environment environment;
    private final LocalNode local;
    private final Handlers handlers;
    private final DatagramCalls datagrams;
    private final SelfPeer self;
    private final Links links;
    private final RpcStatistics statistics = new RpcStatistics();
    private final List<Registration> registrations = new ArrayList<>();

    /** With the default settings. */
    public Rpc(Environment environment, LocalNode local, DatagramTransport datagrams, LinkTransport links) {
        this(environment, local, datagrams, links, RpcSettings.DEFAULTS, RpcDefences.ALL);
    }

    /** With settings of one's own; with a defence off, for tests. */
    public Rpc(
            Environment environment,
            LocalNode local,
            DatagramTransport datagramTransport,
            LinkTransport linkTransport,
            RpcSettings settings,
            RpcDefences defences) {
        this.environment = environment;
        this.local = local;
        this.handlers = new Handlers(statistics);
        this.datagrams = new DatagramCalls(
                environment, local, datagramTransport, handlers, settings, defences, statistics);
        this.self = new SelfPeer(environment, local, handlers, new Envelopes(local, defences));
        this.links = new Links(environment, local, linkTransport, handlers, self, settings, defences, statistics);
        handlers.add(PING, Carrier.LINK, request -> CompletableFuture.completedFuture(BDict.EMPTY));
        handlers.add(PING, call -> { });
    }

    /** Begins to receive; from any thread. */
    public void start() {
        environment.loop().execute(() -> {
            registrations.add(datagrams.start());
            registrations.add(links.start());
        });
    }

    /** Stops receiving, fails what is under way and closes every link; from any thread. */
    public void stop() {
        environment.loop().execute(() -> {
            registrations.forEach(Registration::close);
            registrations.clear();
            datagrams.stop();
            links.stop();
        });
    }

    @Override
    public CompletionStage<Answer> query(InetSocketAddress to, String method, BDict arguments) {
        return datagrams.query(to, Optional.empty(), method, arguments);
    }

    @Override
    public CompletionStage<Answer> query(Contact to, String method, BDict arguments) {
        return datagrams.query(to.address(), Optional.of(to.id()), method, arguments);
    }

    @Override
    public CompletionStage<Peer> connect(Contact to) {
        return links.connect(to);
    }

    @Override
    public CompletionStage<Peer> connect(byte[] nodeKey, InetSocketAddress address) {
        return links.connect(nodeKey, address);
    }

    @Override
    public CompletionStage<Peer> dial(InetSocketAddress to) {
        return links.dial(to);
    }

    @Override
    public Peer self() {
        return self;
    }

    @Override
    public List<Peer> peers() {
        return links.peers();
    }

    /** May be called from any thread. */
    @Override
    public Registration handle(String method, Carrier carrier, RequestHandler handler) {
        return handlers.add(method, carrier, handler);
    }

    /** May be called from any thread. */
    @Override
    public Registration handle(String method, DirectHandler handler) {
        return handlers.add(method, handler);
    }

    /** May be called from any thread. */
    @Override
    public Registration onContact(ContactListener listener) {
        return datagrams.onContact(listener);
    }

    /** May be called from any thread. */
    @Override
    public Registration onPeer(Consumer<Peer> listener) {
        return links.onPeer(listener);
    }

    @Override
    public String part() {
        return "rpc~" + local.keySpace().name();
    }

    @Override
    public Status status() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("links_open", links.openCount());
        facts.putAll(statistics.facts());
        return Status.ready(facts);
    }

    RpcStatistics statistics() {
        return statistics;
    }

    int queriesUnderWay() {
        return datagrams.underWay();
    }

    int provenAddresses() {
        return datagrams.provenAddresses();
    }
}
