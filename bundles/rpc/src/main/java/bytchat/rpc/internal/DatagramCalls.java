package bytchat.rpc.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.Request;
import bytchat.api.rpc.RpcEndpoint.Answer;
import bytchat.api.rpc.RpcEndpoint.ContactListener;
import bytchat.api.rpc.RpcException;
import bytchat.api.rpc.RpcException.Kind;
import bytchat.api.transport.DatagramTransport;
import bytchat.rpc.internal.RpcStatistics.Count;
import bytchat.wire.CompactNodes;
import bytchat.wire.KrpcMessage;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * KRPC on datagrams. Threats and answers:
 * <ul>
 * <li>Answers made up by somebody who did not see the query: four random bytes of transaction id, and only the asked
 *     address may answer.
 * <li>Reflection: an address that has not answered a query of ours lately gets at most four times the bytes it sent;
 *     a list of nodes is cut to fit, nearest kept.
 * <li>Reply storms: nothing but a well-formed query is ever answered.
 * <li>Floods: {@link RequestLimiter}; queries of ours are bounded in number and time.
 * </ul>
 */
final class DatagramCalls {
    private static final int TRANSACTION_BYTES = 4;

    private final Environment environment;
    private final LocalNode local;
    private final DatagramTransport transport;
    private final Handlers handlers;
    private final Envelopes envelopes;
    private final RpcSettings settings;
    private final RpcDefences defences;
    private final RpcStatistics statistics;
    private final RequestLimiter limiter;
    private final Map<Integer, Pending> pending = new HashMap<>();
    private final Map<InetSocketAddress, Long> provenAtNanos;
    private final List<ContactListener> listeners = new CopyOnWriteArrayList<>();

    DatagramCalls(
            Environment environment,
            LocalNode local,
            DatagramTransport transport,
            Handlers handlers,
            RpcSettings settings,
            RpcDefences defences,
            RpcStatistics statistics) {
        this.environment = environment;
        this.local = local;
        this.transport = transport;
        this.handlers = handlers;
        this.settings = settings;
        this.defences = defences;
        this.statistics = statistics;
        this.envelopes = new Envelopes(local, defences);
        this.limiter = new RequestLimiter(
                settings.requestsPerSecond(), settings.sourceRequestsPerSecond(), settings.sourcesMax());
        this.provenAtNanos = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<InetSocketAddress, Long> eldest) {
                return size() > settings.provenMax();
            }
        };
    }

    Registration start() {
        return transport.receive(this::received);
    }

    void stop() {
        List<Pending> open = new ArrayList<>(pending.values());
        pending.clear();
        open.forEach(p -> p.fail(RpcException.failed(Kind.CLOSED, "this node stops")));
    }

    Registration onContact(ContactListener listener) {
        ContactListener entry = listener::heard;
        listeners.add(entry);
        return () -> listeners.remove(entry);
    }

    int underWay() {
        return pending.size();
    }

    int provenAddresses() {
        return provenAtNanos.size();
    }

    // ---- asking

    CompletionStage<Answer> query(InetSocketAddress to, Optional<Key> expected, String method, BDict arguments) {
        if (pending.size() >= settings.queriesMax()) {
            return CompletableFuture.failedFuture(RpcException.failed(
                    Kind.BUSY, settings.queriesMax() + " queries are under way"));
        }
        int t = environment.random().nextInt();
        while (pending.containsKey(t)) {
            t = environment.random().nextInt();
        }
        int transaction = t;
        byte[] id = ByteBuffer.allocate(TRANSACTION_BYTES).putInt(t).array();
        transport.send(to, envelopes.query(id, method, arguments));
        statistics.add(Count.QUERIES_SENT);
        Registration timeout = environment.loop().schedule(settings.queryTimeout(), () -> timedOut(transaction));
        Pending query = new Pending(to, expected, environment.clock().nanoTime(), timeout, new CompletableFuture<>());
        pending.put(t, query);
        return query.future;
    }

    private void timedOut(int transaction) {
        Pending query = pending.remove(transaction);
        if (query != null) {
            statistics.add(Count.QUERIES_TIMED_OUT);
            query.fail(RpcException.failed(Kind.TIMEOUT, query.to + " did not answer in time"));
        }
    }

    // ---- receiving

    private void received(InetSocketAddress from, byte[] payload) {
        KrpcMessage message;
        try {
            message = KrpcMessage.parse(payload, DatagramTransport.PAYLOAD_BYTES_MAX);
        } catch (BencodeException e) {
            statistics.add(Count.DROPPED_MALFORMED);
            return;
        }
        if (message instanceof KrpcMessage.Query query) {
            asked(from, query, payload.length);
        } else {
            answered(from, message);
        }
    }

    private void answered(InetSocketAddress from, KrpcMessage message) {
        Pending query = message.t().length == TRANSACTION_BYTES
                ? pending.get(ByteBuffer.wrap(message.t()).getInt())
                : null;
        if (query == null || (defences.answerFromAskedAddress() && !query.to.equals(from))) {
            statistics.add(Count.DROPPED_UNASKED_ANSWERS);
            return;
        }
        pending.remove(ByteBuffer.wrap(message.t()).getInt());
        query.timeout.close();
        statistics.add(Count.ANSWERS);
        provenAtNanos.put(from, environment.clock().nanoTime());
        if (message instanceof KrpcMessage.Failure failure) {
            query.fail(RpcException.answered(failure.code(), failure.text(), failure.details()));
        } else if (message instanceof KrpcMessage.Response response) {
            resolve(from, query, response);
        }
    }

    private void resolve(InetSocketAddress from, Pending query, KrpcMessage.Response response) {
        if (!envelopes.isOurs(response.network())) {
            query.fail(RpcException.failed(Kind.WRONG_NODE, from + " is of another network"));
            return;
        }
        Key id;
        try {
            id = envelopes.idIn(response.result());
        } catch (BencodeException e) {
            query.fail(RpcException.failed(Kind.WRONG_NODE, from + " has no id of this key space"));
            return;
        }
        if (id.equals(local.id())) {
            query.fail(RpcException.failed(Kind.WRONG_NODE, from + " is this node"));
            return;
        }
        response.ip().ifPresent(ip -> observed(from, ip));
        Contact contact = new Contact(id, from);
        listeners.forEach(listener -> listener.heard(contact, true, false));
        if (defences.idOfAskedNode() && query.expected.isPresent() && !query.expected.get().equals(id)) {
            query.fail(RpcException.failed(Kind.WRONG_NODE, from + " has another id than the node that was asked"));
            return;
        }
        long roundTrip = environment.clock().nanoTime() - query.sentNanos;
        query.future.complete(new Answer(contact, response.result(), roundTrip));
    }

    private void observed(InetSocketAddress voter, byte[] ip) {
        try {
            local.observed(voter.getAddress(), CompactNodes.address(ip));
        } catch (IllegalArgumentException e) {
            // Neither 6 nor 18 bytes, or port 0: not a vote. Real clients send such; the answer itself is good.
            statistics.add(Count.DROPPED_MALFORMED);
        }
    }

    // ---- answering

    private void asked(InetSocketAddress from, KrpcMessage.Query query, int requestBytes) {
        long now = environment.clock().nanoTime();
        if (from.getPort() == 0 || (defences.requestLimits() && !limiter.allows(from.getAddress(), now))) {
            statistics.add(Count.DROPPED_OVER_LIMIT);
            return;
        }
        if (local.readOnly()) {
            // BEP 43: who only uses the network does not answer, so that nobody relies on it.
            statistics.add(Count.DROPPED_WHILE_READ_ONLY);
            return;
        }
        int budget = budget(from, requestBytes, now);
        if (!envelopes.isOurs(query.network())) {
            statistics.add(Count.REFUSED_OTHER_NETWORK);
            refuse(from, query, envelopes.otherNetwork(), budget);
            return;
        }
        Key id;
        try {
            id = envelopes.idIn(query.arguments());
        } catch (BencodeException e) {
            refuse(from, query, RpcException.answered(RpcException.PROTOCOL, e.getMessage()), budget);
            return;
        }
        statistics.add(Count.REQUESTS_SERVED);
        Request request =
                new Request(query.method(), query.arguments(), id, from, Optional.empty(), query.readOnly());
        handlers.serve(request, Carrier.DATAGRAM).whenComplete((result, failure) -> {
            if (failure == null) {
                reply(from, query, result, budget);
            } else {
                refuse(from, query, Handlers.answer(failure), budget);
            }
        });
        if (!id.equals(local.id())) {
            Contact contact = new Contact(id, from);
            listeners.forEach(listener -> listener.heard(contact, false, query.readOnly()));
        }
    }

    private int budget(InetSocketAddress to, int requestBytes, long now) {
        Long provenAt = provenAtNanos.get(to);
        boolean proven = provenAt != null && now - provenAt < settings.proofTime().toNanos();
        return proven || !defences.amplificationLimit()
                ? DatagramTransport.PAYLOAD_BYTES_MAX
                : Math.min(DatagramTransport.PAYLOAD_BYTES_MAX, settings.amplificationMax() * requestBytes);
    }

    private void reply(InetSocketAddress to, KrpcMessage.Query query, BDict result, int budget) {
        KrpcMessage.Response response = envelopes.response(query, result, to);
        byte[] bytes = response.encode();
        // The asker's own family last: it is the one that is of use to it.
        boolean ipv6 = to.getAddress() instanceof Inet6Address;
        for (String key : ipv6 ? List.of("nodes", "nodes6") : List.of("nodes6", "nodes")) {
            if (bytes.length > budget) {
                response = cut(response, key, bytes.length - budget);
                bytes = response.encode();
            }
        }
        if (bytes.length > budget) {
            refuse(to, query, RpcException.answered(RpcException.TOO_BIG, "the answer is too big"), budget);
        } else {
            transport.send(to, bytes);
        }
    }

    /** Drops the last, and so farthest, nodes of a list: at least so many bytes, or all. */
    private KrpcMessage.Response cut(KrpcMessage.Response response, String key, int bytes) {
        Optional<byte[]> nodes = response.result().bytes(key);
        if (nodes.isEmpty()) {
            return response;
        }
        statistics.add(Count.ANSWERS_CUT);
        int entry = local.id().bits() / 8 + (key.equals("nodes") ? 6 : 18);
        int keep = Math.max(0, nodes.get().length / entry - (bytes + entry - 1) / entry);
        BDict result = response.result().with().put(key, Arrays.copyOf(nodes.get(), keep * entry)).build();
        return new KrpcMessage.Response(response.t(), result, response.ip(), response.version(), response.network());
    }

    private void refuse(InetSocketAddress to, KrpcMessage.Query query, RpcException why, int budget) {
        byte[] bytes = envelopes.failure(query, why);
        if (bytes.length <= budget) {
            transport.send(to, bytes);
        }
    }

    private record Pending(
            InetSocketAddress to,
            Optional<Key> expected,
            long sentNanos,
            Registration timeout,
            CompletableFuture<Answer> future) {
        void fail(RpcException why) {
            timeout.close();
            future.completeExceptionally(why);
        }
    }
}
