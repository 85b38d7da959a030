package bytchat.mainline.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BValue;
import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.mainline.Found;
import bytchat.api.mainline.Mainline;
import bytchat.api.mainline.MutableItem;
import bytchat.api.mainline.Stored;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.Request;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcException;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.wire.Bencode;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The mainline part of one key space, assembled: serves the four methods of BEP 5 and BEP 44 on datagrams, and uses others'. */
public class MainlineNode implements Mainline, StatusSource {
    private static final Duration SWEEP_PERIOD = Duration.ofMinutes(1);

    /** Answers a request, or refuses it. */
    @FunctionalInterface
    private interface Method {
        BDict answer(Request request) throws RpcException;
    }

    private final Environment environment;
    private final LocalNode local;
    private final RpcEndpoint rpc;
    private final ItemStore items;
    private final PeerStore peers;
    private final ItemServer itemServer;
    private final PeerServer peerServer;
    private final ItemClient itemClient;
    private final PeerClient peerClient;
    private final MainlineCounts counts = new MainlineCounts();
    private final List<Registration> registrations = new ArrayList<>();

    /** With the default settings. */
    public MainlineNode(Environment environment, LocalNode local, RpcEndpoint rpc, RoutingPlane routing) {
        this(environment, local, rpc, () -> routing, MainlineSettings.DEFAULTS, MainlineDefences.ALL);
    }

    /** @param routing asked for the plane in use each time one is needed */
    MainlineNode(
            Environment environment,
            LocalNode local,
            RpcEndpoint rpc,
            Supplier<RoutingPlane> routing,
            MainlineSettings settings,
            MainlineDefences defences) {
        this.environment = environment;
        this.local = local;
        this.rpc = rpc;
        KeySpace keySpace = local.keySpace();
        this.items = new ItemStore(settings, defences, environment.clock(), local.id());
        this.peers = new PeerStore(settings, defences, environment, local.id());
        Tokens tokens = new Tokens(environment, keySpace.hash(), settings.tokenTime());
        Answers answers = new Answers(routing, tokens);
        this.itemServer = new ItemServer(keySpace, items, tokens, answers, defences);
        this.peerServer = new PeerServer(keySpace, peers, tokens, answers, settings, defences);
        Storing storing = new Storing(local, rpc, routing, settings.copies());
        this.itemClient = new ItemClient(local, routing, storing, items, itemServer, settings, defences);
        this.peerClient = new PeerClient(local, routing, storing, peers, peerServer, settings);
    }

    /** Begins to serve; from any thread. */
    public void start() {
        environment.loop().execute(() -> {
            serve("get", itemServer::get);
            serve("put", itemServer::put);
            serve("get_peers", peerServer::getPeers);
            serve("announce_peer", peerServer::announcePeer);
            registrations.add(environment.loop().every(SWEEP_PERIOD, this::sweep));
            registrations.add(local.onChange(this::moved));
        });
    }

    /** Serves no longer, and forgets what it held; from any thread. */
    public void stop() {
        environment.loop().execute(() -> {
            registrations.forEach(Registration::close);
            registrations.clear();
        });
    }

    private void serve(String name, Method method) {
        registrations.add(rpc.handle(name, Carrier.DATAGRAM, request -> {
            try {
                BDict result = method.answer(request);
                counts.add(name + "_served");
                return CompletableFuture.completedFuture(result);
            } catch (RpcException e) {
                counts.add("refused_" + e.code());
                return CompletableFuture.failedFuture(e);
            }
        }));
    }

    private void sweep() {
        items.expire();
        peers.expire();
    }

    private void moved() {
        items.moved(local.id());
        peers.moved(local.id());
    }

    // ---- Mainline

    @Override
    public CompletionStage<Found<List<InetSocketAddress>>> peers(Key infoHash) {
        return peerClient.peers(infoHash);
    }

    @Override
    public CompletionStage<Stored> announce(Key infoHash, int port) {
        return peerClient.announce(infoHash, port);
    }

    @Override
    public CompletionStage<Found<BValue>> get(Key target) {
        return itemClient.get(target);
    }

    @Override
    public CompletionStage<Stored> put(BValue value) {
        return itemClient.put(value);
    }

    @Override
    public CompletionStage<Found<MutableItem>> get(byte[] publicKey, byte[] salt) {
        return itemClient.get(publicKey, salt);
    }

    @Override
    public CompletionStage<Stored> put(MutableItem item, OptionalLong compareAndSwap) {
        return itemClient.put(item, compareAndSwap);
    }

    @Override
    public MutableItem sign(Signer signer, byte[] salt, long sequence, BValue value) {
        byte[] signature = signer.sign(Bep44.signable(salt, sequence, Bencode.encode(value)));
        return new MutableItem(
                BBytes.of(signer.publicKey()), BBytes.of(salt), sequence, value, BBytes.of(signature));
    }

    @Override
    public Key target(BValue value) {
        return Bep44.target(local.keySpace(), value);
    }

    @Override
    public Key target(byte[] publicKey, byte[] salt) {
        return Bep44.target(local.keySpace(), publicKey, salt);
    }

    // ---- StatusSource

    @Override
    public String part() {
        return "mainline~" + local.keySpace().name();
    }

    @Override
    public Status status() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("items", items.size());
        facts.put("item_bytes", items.bytes());
        facts.put("info_hashes", peers.infoHashes());
        facts.put("peers", peers.size());
        facts.putAll(counts.facts());
        return Status.ready(facts);
    }

    ItemStore items() {
        return items;
    }

    PeerStore peerStore() {
        return peers;
    }
}
