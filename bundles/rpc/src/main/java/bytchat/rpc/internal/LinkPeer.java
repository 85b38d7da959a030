package bytchat.rpc.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Key;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.Request;
import bytchat.api.rpc.RpcException;
import bytchat.api.rpc.RpcException.Kind;
import bytchat.api.transport.Link;
import bytchat.api.transport.LinkTransport;
import bytchat.rpc.internal.RpcStatistics.Count;
import bytchat.wire.KrpcMessage;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * KRPC on one link. At most a named number of calls is unanswered in each direction; further ones of ours wait their
 * turn, further ones of theirs are refused. The end that something hangs on probes a silent link; the other end sees
 * the probes and so does not take the link for idle.
 */
final class LinkPeer implements Peer {
    /** In the dialler's first ping: it will close the link, so use it for nothing of yours. */
    static final String ONCE = "once";
    private static final int TRANSACTION_BYTES = 4;

    private final Context context;
    private final Link link;
    private final Map<Integer, LinkCall> calls = new LinkedHashMap<>();
    private final ArrayDeque<LinkCall> waiting = new ArrayDeque<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private Optional<Key> id;
    private boolean shared;
    private int lastTransaction;
    private int serving;
    private int hanging;
    private int misses;
    private boolean probing;
    private long lastReceivedNanos;
    private long lastUsedNanos;
    private boolean asked;
    private long lastAskedNanos;

    /** What all links of a node share. */
    record Context(
            Environment environment,
            Handlers handlers,
            Envelopes envelopes,
            RpcSettings settings,
            RpcStatistics statistics,
            IdProof proof) {
    }

    /** Decides whether an id shown on a link is one that its node key may have, and hears of those that are. */
    interface IdProof {
        boolean holds(LinkPeer peer, Key id);

        void proven(LinkPeer peer);
    }

    LinkPeer(Context context, Link link, Optional<Key> id, boolean shared) {
        this.context = context;
        this.link = link;
        this.id = id;
        this.shared = shared;
        this.lastReceivedNanos = now();
        this.lastUsedNanos = lastReceivedNanos;
    }

    /** Begins to receive. */
    void start() {
        link.closed().thenAccept(why -> ended());
        link.receive(this::received);
    }

    @Override
    public byte[] nodeKey() {
        return link.peerKey();
    }

    @Override
    public Optional<Key> id() {
        return id;
    }

    @Override
    public InetSocketAddress address() {
        return link.remote();
    }

    @Override
    public boolean inbound() {
        return link.inbound();
    }

    @Override
    public boolean isSelf() {
        return false;
    }

    /** Whether others than the one who dialled may use it. */
    boolean shared() {
        return shared;
    }

    // ---- asking

    @Override
    public CompletionStage<BDict> call(String method, BDict arguments, Duration timeout) {
        CompletableFuture<BDict> answer = new CompletableFuture<>();
        if (!open()) {
            answer.completeExceptionally(closedFailure());
            return answer;
        }
        int t = ++lastTransaction;
        byte[] frame = context.envelopes.query(
                ByteBuffer.allocate(TRANSACTION_BYTES).putInt(t).array(), method, arguments);
        if (frame.length > LinkTransport.FRAME_BYTES_MAX) {
            answer.completeExceptionally(RpcException.answered(RpcException.TOO_BIG, "the request is too big"));
            return answer;
        }
        boolean full = calls.size() >= context.settings.callsMax();
        if (full && waiting.size() >= context.settings.callsWaitingMax()) {
            answer.completeExceptionally(
                    RpcException.failed(Kind.BUSY, "too many calls wait on the link to " + address()));
            return answer;
        }
        noteAsked(method);
        LinkCall call = new LinkCall(t, frame, answer, now());
        call.timeout = context.environment.loop().schedule(timeout, () -> timedOut(call, timeout));
        if (full) {
            waiting.add(call);
        } else {
            transmit(call);
        }
        return answer;
    }

    private void transmit(LinkCall call) {
        calls.put(call.t, call);
        lastUsedNanos = now();
        context.statistics.add(Count.CALLS_SENT);
        link.send(call.frame);
    }

    private void timedOut(LinkCall call, Duration timeout) {
        calls.remove(call.t);
        waiting.remove(call);
        call.answer.completeExceptionally(
                RpcException.failed(Kind.TIMEOUT, address() + " did not answer within " + timeout));
        next();
        if (lastReceivedNanos < call.startedNanos) {
            // Silent since then: perhaps the other end is gone without a word.
            probe();
        }
    }

    private void next() {
        while (calls.size() < context.settings.callsMax() && !waiting.isEmpty() && open()) {
            transmit(waiting.poll());
        }
    }

    // ---- receiving

    /** Fails with {@link BencodeException} on garbage, which closes the link. */
    private void received(byte[] frame) {
        lastReceivedNanos = now();
        lastUsedNanos = lastReceivedNanos;
        KrpcMessage message;
        try {
            message = KrpcMessage.parse(frame, LinkTransport.FRAME_BYTES_MAX);
        } catch (BencodeException e) {
            context.statistics.add(Count.DROPPED_MALFORMED);
            throw e;
        }
        if (message instanceof KrpcMessage.Query query) {
            asked(query);
        } else {
            answered(message);
        }
    }

    private void answered(KrpcMessage message) {
        LinkCall call = message.t().length == TRANSACTION_BYTES
                ? calls.remove(ByteBuffer.wrap(message.t()).getInt())
                : null;
        if (call == null) {
            context.statistics.add(Count.DROPPED_UNASKED_ANSWERS);
            return;
        }
        call.timeout.close();
        if (message instanceof KrpcMessage.Response response) {
            learnId(response);
            call.answer.complete(response.result());
        } else if (message instanceof KrpcMessage.Failure failure) {
            call.answer.completeExceptionally(
                    RpcException.answered(failure.code(), failure.text(), failure.details()));
        }
        next();
    }

    /** On a link dialled without knowing whom, the first answer shows the id. */
    private void learnId(KrpcMessage.Response response) {
        if (id.isPresent() || link.inbound() || response.result().get("id").isEmpty()) {
            return;
        }
        Key shown = context.envelopes.idIn(response.result());
        if (context.proof.holds(this, shown)) {
            id = Optional.of(shown);
        }
    }

    private void asked(KrpcMessage.Query query) {
        if (!context.envelopes.isOurs(query.network())) {
            context.statistics.add(Count.REFUSED_OTHER_NETWORK);
            refuse(query, context.envelopes.otherNetwork());
            close();
            return;
        }
        Key shown;
        boolean once;
        try {
            shown = context.envelopes.idIn(query.arguments());
            once = query.arguments().integer(ONCE).orElse(0L) == 1;
        } catch (BencodeException e) {
            refuse(query, RpcException.answered(RpcException.PROTOCOL, e.getMessage()));
            return;
        }
        if (!prove(shown, once)) {
            context.statistics.add(Count.REFUSED_UNPROVEN_ID);
            refuse(query, RpcException.answered(
                    RpcException.REFUSED, "this id is not one that your node key may have at your address"));
            close();
            return;
        }
        if (serving >= context.settings.callsMax()) {
            refuse(query, RpcException.answered(RpcException.SERVER, "too many calls at once"));
            return;
        }
        serving++;
        noteAsked(query.method());
        context.statistics.add(Count.CALLS_SERVED);
        Request request = new Request(
                query.method(), query.arguments(), shown, address(), Optional.of(this), query.readOnly());
        context.handlers.serve(request, Carrier.LINK).whenComplete((result, failure) -> {
            serving--;
            if (failure == null) {
                respond(query, result);
            } else {
                refuse(query, Handlers.answer(failure));
            }
        });
    }

    private boolean prove(Key shown, boolean once) {
        if (id.isPresent() && id.get().equals(shown)) {
            return true;
        }
        if (!context.proof.holds(this, shown)) {
            return false;
        }
        boolean first = id.isEmpty();
        id = Optional.of(shown);
        if (first) {
            shared = !once;
            link.authenticated();
            context.proof.proven(this);
        }
        return true;
    }

    private void respond(KrpcMessage.Query query, BDict result) {
        byte[] frame = context.envelopes.response(query, result, address()).encode();
        if (frame.length > LinkTransport.FRAME_BYTES_MAX) {
            refuse(query, RpcException.answered(RpcException.TOO_BIG, "the answer is too big"));
        } else if (open()) {
            link.send(frame);
        }
    }

    private void refuse(KrpcMessage.Query query, RpcException why) {
        if (open()) {
            link.send(context.envelopes.failure(query.t(), why));
        }
    }

    // ---- staying alive

    @Override
    public Registration hang() {
        hanging++;
        boolean[] released = new boolean[1];
        return () -> {
            if (!released[0]) {
                released[0] = true;
                hanging--;
                lastUsedNanos = now();
            }
        };
    }

    /** Whether nobody would miss it. */
    boolean idle() {
        return hanging == 0 && serving == 0 && calls.isEmpty() && waiting.isEmpty();
    }

    long lastUsedNanos() {
        return lastUsedNanos;
    }

    /** Whether either end has asked anything but pings. */
    boolean everAsked() {
        return asked;
    }

    boolean askedWithin(Duration time) {
        return asked && now() - lastAskedNanos < time.toNanos();
    }

    private void noteAsked(String method) {
        if (!method.equals(Rpc.PING)) {
            asked = true;
            lastAskedNanos = now();
        }
    }

    /** Called every few seconds: probes a silent link that something hangs on, closes one that nobody uses. */
    void tend() {
        if (idle() && now() - lastUsedNanos >= context.settings.idleClose().toNanos()) {
            close();
        } else if (hanging > 0 && now() - lastReceivedNanos >= context.settings.keepAliveAfter().toNanos()) {
            probe();
        }
    }

    private void probe() {
        if (probing || !open()) {
            return;
        }
        probing = true;
        call(Rpc.PING, BDict.EMPTY).whenComplete((result, failure) -> {
            probing = false;
            if (!(failure instanceof RpcException rpc && rpc.kind() == Kind.TIMEOUT)) {
                misses = 0;
            } else if (++misses >= context.settings.keepAliveMissesMax()) {
                context.statistics.add(Count.LINKS_DEAD);
                close();
            } else {
                probe();
            }
        });
    }

    @Override
    public CompletionStage<Void> closed() {
        return closed.minimalCompletionStage();
    }

    @Override
    public boolean open() {
        return !closed.isDone();
    }

    @Override
    public void close() {
        link.close();
        ended();
    }

    private void ended() {
        if (!closed.complete(null)) {
            return;
        }
        List<LinkCall> lost = new ArrayList<>(calls.values());
        lost.addAll(waiting);
        calls.clear();
        waiting.clear();
        lost.forEach(call -> {
            call.timeout.close();
            call.answer.completeExceptionally(closedFailure());
        });
    }

    private RpcException closedFailure() {
        return RpcException.failed(Kind.CLOSED, "the link to " + address() + " has closed");
    }

    private long now() {
        return context.environment.clock().nanoTime();
    }

    @Override
    public String toString() {
        return (inbound() ? "link from " : "link to ") + address();
    }
}
