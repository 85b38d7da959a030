package bytchat.holders.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.Request;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Finds out whether others can reach this node, and helps them to. A node that only uses the network asks a few others,
 * on links that it dials, to dial back: {@code reach{port}} → {@code {reach: 0|1}}.
 *
 * <p>Threats and answers: a peer that says "reached" falsely would make us promise to hold what nobody can fetch, so
 * what counts is the link that came in. A caller that has us dial a victim: only the caller's own address is dialled,
 * once in a while, a bounded number at a time.
 */
final class Reachability {
    static final String REACH = "reach";
    private static final int HELPERS = 3;

    private final Environment environment;
    private final LocalNode local;
    private final RpcEndpoint rpc;
    private final RoutingPlane routing;
    private final HolderSettings settings;
    private final HolderDefences defences;
    private final HolderStatistics statistics;
    private final List<Registration> registrations = new ArrayList<>();
    /** By node key. */
    private final Map<Key, Long> dialledBackNanos;
    private Registration retry = () -> { };
    private int attempts;
    private int dialBacks;
    private boolean stopped;

    Reachability(
            Environment environment,
            LocalNode local,
            RpcEndpoint rpc,
            RoutingPlane routing,
            HolderSettings settings,
            HolderDefences defences,
            HolderStatistics statistics) {
        this.environment = environment;
        this.local = local;
        this.rpc = rpc;
        this.routing = routing;
        this.settings = settings;
        this.defences = defences;
        this.statistics = statistics;
        this.dialledBackNanos = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Long> eldest) {
                return size() > settings.provenMax();
            }
        };
    }

    void start() {
        registrations.add(rpc.handle(REACH, Carrier.LINK, this::dialBack));
        registrations.add(rpc.onPeer(this::linked));
        registrations.add(local.onChange(() -> {
            if (local.readOnly()) {
                attempts = 0;
                again();
            }
        }));
        again();
    }

    void stop() {
        stopped = true;
        retry.close();
        registrations.forEach(Registration::close);
    }

    // ---- being reached

    private void linked(Peer peer) {
        if (peer.inbound() && !Arrays.equals(peer.nodeKey(), local.nodeKey().publicKey())) {
            local.reached();
        }
    }

    private void again() {
        retry.close();
        if (stopped || !local.readOnly()) {
            return;
        }
        Duration pause = settings.reachRetryMin().multipliedBy(1L << Math.min(attempts, 16));
        pause = pause.compareTo(settings.reachRetryMax()) > 0 ? settings.reachRetryMax() : pause;
        double jitter = 0.8 + 0.4 * environment.random().nextDouble();
        retry = environment.loop().schedule(Duration.ofNanos((long) (pause.toNanos() * jitter)), this::ask);
    }

    private void ask() {
        List<Contact> helpers = new ArrayList<>(routing.closest(local.id(), 4 * HELPERS));
        // Not always the same ones: the nearest may be behind the same router as we are.
        Collections.shuffle(helpers, environment.random());
        helpers.stream().limit(HELPERS).forEach(helper -> Calls.begin(() -> rpc.connect(helper))
                .thenCompose(this::askFor));
        if (helpers.isEmpty()) {
            // Perhaps all nodes of a new network only use it yet, and so answer no datagrams: links they do answer.
            local.bootstrap().stream().limit(HELPERS).forEach(address -> Calls.begin(() -> rpc.dial(address))
                    .thenAccept(peer -> askFor(peer).whenComplete((answer, failure) -> peer.close())));
        }
        attempts++;
        again();
    }

    private CompletionStage<BDict> askFor(Peer helper) {
        statistics.reachAttempts.increment();
        BDict arguments = BDict.builder().put("port", local.listen().getPort()).build();
        return Calls.begin(() -> helper.call(REACH, arguments)).whenComplete((answer, failure) -> {
            if (failure == null && !defences.reachedFirstHand() && answer.integer("reach").orElse(0) == 1) {
                local.reached();
            }
        });
    }

    // ---- helping others

    private CompletionStage<BDict> dialBack(Request request) {
        long port = request.arguments().requireInteger("port");
        if (port < 1 || port > 65_535) {
            throw new BencodeException("'port' is 1 to 65535");
        }
        Peer caller = request.link();
        long now = environment.clock().nanoTime();
        Key callerKey = Key.of(caller.nodeKey());
        Long last = dialledBackNanos.remove(callerKey);
        boolean soon = last != null && now - last < settings.dialBackEvery().toNanos();
        dialledBackNanos.put(callerKey, soon ? last : Long.valueOf(now));
        if (caller.isSelf() || soon || dialBacks >= settings.dialBacksMax()) {
            return CompletableFuture.failedFuture(RpcException.answered(
                    RpcException.QUOTA,
                    "not now",
                    BDict.builder().put("retry_after_s", settings.dialBackEvery().toSeconds()).build()));
        }
        dialBacks++;
        statistics.dialBacks.increment();
        InetSocketAddress to = new InetSocketAddress(request.from().getAddress(), (int) port);
        return Calls.begin(() -> rpc.dial(to)).handle((peer, failure) -> {
            dialBacks--;
            boolean reached = failure == null && Arrays.equals(peer.nodeKey(), caller.nodeKey());
            if (peer != null) {
                peer.close();
            }
            return BDict.builder().put("reach", reached ? 1 : 0).build();
        });
    }
}
