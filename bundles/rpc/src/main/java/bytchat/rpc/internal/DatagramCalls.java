package bytchat.rpc.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.rpc.RpcEndpoint.Answer;
import bytchat.api.rpc.RpcEndpoint.ContactListener;
import bytchat.api.rpc.RpcException;
import bytchat.api.rpc.RpcException.Kind;
import bytchat.api.transport.DatagramTransport;
import bytchat.rpc.internal.RpcStatistics.Count;
import bytchat.wire.CompactNodes;
import bytchat.wire.KrpcMessage;
import bytchat.wire.KrpcView;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * KRPC on datagrams: queries of ours and their answers here, those of others in {@link DatagramServing}. Threats and
 * answers:
 * <ul>
 * <li>Answers made up by somebody who did not see the query: four random bytes of transaction id, and only the asked
 *     address may answer.
 * <li>Reply storms: what answers is never answered, not even with an error.
 * <li>Floods of answers that nobody asked for: recognized by their first look ({@link KrpcView}) and dropped. They have
 *     no limit, and answers to queries of ours do not count as requests, so that no flood makes us deaf to them.
 * <li>Endless waiting: queries of ours are bounded in number and time.
 * </ul>
 */
final class DatagramCalls {
    private static final int TRANSACTION_BYTES = 4;

    private final Environment environment;
    private final LocalNode local;
    private final DatagramTransport transport;
    private final Envelopes envelopes;
    private final RpcSettings settings;
    private final RpcDefences defences;
    private final RpcStatistics statistics;
    private final Proofs proofs;
    private final DatagramServing serving;
    private final KrpcView view = new KrpcView();
    private final Map<Integer, Pending> pending = new HashMap<>();
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
        this.settings = settings;
        this.defences = defences;
        this.statistics = statistics;
        this.envelopes = new Envelopes(local, defences);
        this.proofs = new Proofs(settings, defences, environment.random());
        this.serving = new DatagramServing(
                environment, local, transport, handlers, envelopes, proofs, view, settings, defences, statistics,
                new DatagramServing.Upward() {
                    @Override
                    public void asked(Contact asker, boolean readOnly) {
                        listeners.forEach(listener -> listener.heard(asker, false, readOnly));
                    }

                    @Override
                    public CompletionStage<Answer> ping(InetSocketAddress address) {
                        return query(address, Optional.empty(), Rpc.PING, BDict.EMPTY);
                    }
                });
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
        return proofs.size(environment.clock().nanoTime());
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
        try {
            view.read(payload, DatagramTransport.PAYLOAD_BYTES_MAX);
        } catch (BencodeException e) {
            statistics.add(Count.DROPPED_MALFORMED);
            return;
        }
        if (view.isQuery()) {
            serving.asked(from, payload);
        } else if (defences.answersApart() || serving.admits(from, environment.clock().nanoTime())) {
            answered(from, payload);
        }
    }

    private void answered(InetSocketAddress from, byte[] payload) {
        long number = view.transactionNumber();
        Pending query = number < 0 ? null : pending.get((int) number);
        if (query == null || (defences.answerFromAskedAddress() && !query.to.equals(from))) {
            statistics.add(Count.DROPPED_UNASKED_ANSWERS);
            if (!defences.silenceToAnswers()) {
                serving.refuse(from, view.transaction(), RpcException.answered(RpcException.PROTOCOL, "not asked"), payload);
            }
            return;
        }
        KrpcMessage message;
        try {
            message = KrpcMessage.parse(payload, DatagramTransport.PAYLOAD_BYTES_MAX);
        } catch (BencodeException e) {
            statistics.add(Count.DROPPED_MALFORMED);
            return;
        }
        pending.remove((int) number);
        query.timeout.close();
        statistics.add(Count.ANSWERS);
        proofs.proved(from, environment.clock().nanoTime());
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
