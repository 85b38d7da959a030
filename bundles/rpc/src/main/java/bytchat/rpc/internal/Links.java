package bytchat.rpc.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.env.Failures;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcException;
import bytchat.api.transport.Link;
import bytchat.api.transport.LinkException;
import bytchat.api.transport.LinkException.Reason;
import bytchat.api.transport.LinkTransport;
import bytchat.api.transport.LinkTransport.PeerCheck;
import bytchat.rpc.internal.RpcStatistics.Count;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The node's links: one shared link for each other node, whoever dialled it.
 *
 * <p>A new link begins with a ping from the dialler: it shows the dialler's id in a small frame, so that large ones may
 * follow, and its answer shows that the other end is of this network. When two nodes dial each other at once there are
 * two links; both ends prefer the one that the smaller node key dialled, and the other, unused, closes as idle: closing
 * it at once could lose a call that is under way. A link dialled only to see who is there is no shared one: its dialler
 * says {@code once: 1} in that ping, for it will close it whatever the other end might have begun to ask on it.
 *
 * <p>Threat: somebody opens links until no place is left. Answer: what makes room is a link that has not shown an id,
 * then one on which nothing was ever asked but pings, then the longest unused; never one that asks within the minute.
 */
final class Links implements LinkPeer.IdProof {
    private static final Duration HELLO_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration TEND_EVERY = Duration.ofSeconds(5);
    /** A link on which something was asked within this time makes room for nobody. */
    private static final Duration IN_USE = Duration.ofMinutes(1);
    private static final BDict ONCE = BDict.builder().put(LinkPeer.ONCE, 1).build();

    private final LocalNode local;
    private final Environment environment;
    private final LinkTransport transport;
    private final RpcSettings settings;
    private final RpcDefences defences;
    private final RpcStatistics statistics;
    private final LinkPeer.Context context;
    private final SelfPeer self;
    private final Set<LinkPeer> peers = new LinkedHashSet<>();
    /** By id, and by node key where the id is not known before. */
    private final Map<Object, CompletableFuture<Peer>> dialling = new HashMap<>();
    private final List<Consumer<Peer>> listeners = new CopyOnWriteArrayList<>();
    private Registration tending;
    private int dials;
    private volatile int openCount;

    Links(
            Environment environment,
            LocalNode local,
            LinkTransport transport,
            Handlers handlers,
            SelfPeer self,
            RpcSettings settings,
            RpcDefences defences,
            RpcStatistics statistics) {
        this.environment = environment;
        this.local = local;
        this.transport = transport;
        this.settings = settings;
        this.defences = defences;
        this.statistics = statistics;
        this.self = self;
        this.context = new LinkPeer.Context(
                environment, handlers, new Envelopes(local, defences), settings, statistics, this);
    }

    Registration start() {
        return transport.accept(this::accepted);
    }

    void stop() {
        List.copyOf(peers).forEach(LinkPeer::close);
        self.end();
    }

    Registration onPeer(Consumer<Peer> listener) {
        Consumer<Peer> entry = listener::accept;
        listeners.add(entry);
        return () -> listeners.remove(entry);
    }

    List<Peer> peers() {
        List<Peer> newestFirst = new ArrayList<>(peers);
        Collections.reverse(newestFirst);
        return newestFirst;
    }

    /** May be called from any thread. */
    int openCount() {
        return openCount;
    }

    // ---- opening

    CompletionStage<Peer> connect(Contact to) {
        if (to.id().equals(local.id())) {
            return CompletableFuture.completedFuture(self);
        }
        PeerCheck check = (nodeKey, address) -> !defences.proofOnLinks()
                || (local.mayHave(nodeKey, address.getAddress(), to.id()) && !isOurs(nodeKey));
        return shared(to.id(), peer -> peer.id().equals(Optional.of(to.id())),
                () -> open(to.address(), check, Optional.of(to.id()), true));
    }

    CompletionStage<Peer> connect(byte[] nodeKey, InetSocketAddress address) {
        if (isOurs(nodeKey)) {
            return CompletableFuture.completedFuture(self);
        }
        PeerCheck check = (shown, from) -> !defences.proofOnLinks() || Arrays.equals(shown, nodeKey);
        return shared(BBytes.of(nodeKey), peer -> peer.id().isPresent() && Arrays.equals(peer.nodeKey(), nodeKey),
                () -> open(address, check, Optional.empty(), true));
    }

    /** The open link, the one that is being opened, or a new one. */
    private CompletionStage<Peer> shared(Object name, Predicate<LinkPeer> is, Supplier<CompletionStage<Peer>> opening) {
        Optional<LinkPeer> open = find(is);
        if (open.isPresent()) {
            return CompletableFuture.completedFuture(open.get());
        }
        CompletableFuture<Peer> underWay = dialling.get(name);
        if (underWay != null) {
            return underWay.minimalCompletionStage();
        }
        CompletableFuture<Peer> result = new CompletableFuture<>();
        dialling.put(name, result);
        opening.get().whenComplete((peer, failure) -> {
            dialling.remove(name);
            if (failure == null) {
                result.complete(peer);
            } else {
                result.completeExceptionally(Failures.cause(failure));
            }
        });
        return result.minimalCompletionStage();
    }

    CompletionStage<Peer> dial(InetSocketAddress to) {
        return open(to, PeerCheck.ANY, Optional.empty(), false);
    }

    private CompletionStage<Peer> open(InetSocketAddress to, PeerCheck check, Optional<Key> id, boolean shared) {
        if (!makeRoom()) {
            return CompletableFuture.failedFuture(
                    new LinkException(Reason.OVERFLOW, "all " + settings.linksMax() + " links are in use"));
        }
        CompletableFuture<Peer> result = new CompletableFuture<>();
        dials++;
        transport.dial(to, check).whenComplete((link, failure) -> {
            dials--;
            if (failure != null) {
                Throwable cause = Failures.cause(failure);
                result.completeExceptionally(cause instanceof LinkException
                        ? cause : new LinkException(Reason.UNREACHABLE, to + ": " + cause.getMessage()));
                return;
            }
            greet(add(new LinkPeer(context, link, id, shared)), result);
        });
        return result;
    }

    private void greet(LinkPeer peer, CompletableFuture<Peer> result) {
        BDict hello = peer.shared() || !defences.onceUnshared() ? BDict.EMPTY : ONCE;
        peer.call(Rpc.PING, hello, HELLO_TIMEOUT).whenComplete((answer, failure) -> {
            if (failure == null) {
                result.complete(peer);
                listeners.forEach(listener -> listener.accept(peer));
            } else {
                peer.close();
                result.completeExceptionally(greetingFailure(peer, (RpcException) Failures.cause(failure)));
            }
        });
    }

    private static LinkException greetingFailure(LinkPeer peer, RpcException why) {
        Reason reason = switch (why.kind()) {
            case TIMEOUT -> Reason.TIMEOUT;
            case ANSWERED -> why.code() == RpcException.WRONG_NETWORK ? Reason.WRONG_PEER : Reason.HANDSHAKE;
            default -> Reason.CLOSED;
        };
        return new LinkException(reason, peer.address() + ": " + why.getMessage());
    }

    private void accepted(Link link) {
        if (!makeRoom()) {
            statistics.add(Count.LINKS_REFUSED);
            link.close();
            return;
        }
        add(new LinkPeer(context, link, Optional.empty(), true));
    }

    private LinkPeer add(LinkPeer peer) {
        statistics.add(Count.LINKS_OPENED);
        peers.add(peer);
        openCount = peers.size();
        peer.closed().thenRun(() -> remove(peer));
        if (tending == null) {
            tending = environment.loop().every(TEND_EVERY, () -> List.copyOf(peers).forEach(LinkPeer::tend));
        }
        peer.start();
        return peer;
    }

    private void remove(LinkPeer peer) {
        peers.remove(peer);
        openCount = peers.size();
        if (peers.isEmpty() && tending != null) {
            tending.close();
            tending = null;
        }
    }

    /** Closes the idle link that is least of use if all places are taken. */
    private boolean makeRoom() {
        if (peers.size() + dials < settings.linksMax()) {
            return true;
        }
        Comparator<LinkPeer> longestUnused = Comparator.comparingLong(LinkPeer::lastUsedNanos);
        Optional<LinkPeer> least = defences.usefulLinksStay()
                ? peers.stream().filter(peer -> peer.idle() && !peer.askedWithin(IN_USE))
                        .min(Comparator.comparingInt(Links::usefulness).thenComparing(longestUnused))
                : peers.stream().filter(LinkPeer::idle).min(longestUnused);
        least.ifPresent(LinkPeer::close);
        return least.isPresent();
    }

    private static int usefulness(LinkPeer peer) {
        if (peer.id().isEmpty()) {
            return 0;
        }
        return peer.everAsked() ? 2 : 1;
    }

    // ---- finding and proving

    private Optional<LinkPeer> find(Predicate<LinkPeer> is) {
        List<LinkPeer> found = peers.stream().filter(peer -> peer.open() && peer.shared()).filter(is).toList();
        return found.stream().filter(this::preferred).findFirst().or(() -> found.stream().findFirst());
    }

    private boolean preferred(LinkPeer peer) {
        boolean ourKeyIsSmaller = Arrays.compareUnsigned(local.nodeKey().publicKey(), peer.nodeKey()) < 0;
        return ourKeyIsSmaller != peer.inbound();
    }

    private boolean isOurs(byte[] nodeKey) {
        return Arrays.equals(nodeKey, local.nodeKey().publicKey());
    }

    @Override
    public boolean holds(LinkPeer peer, Key id) {
        return !defences.proofOnLinks() || local.mayHave(peer.nodeKey(), peer.address().getAddress(), id);
    }

    @Override
    public void proven(LinkPeer peer) {
        listeners.forEach(listener -> listener.accept(peer));
    }
}
