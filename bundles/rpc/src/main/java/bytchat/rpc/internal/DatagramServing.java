package bytchat.rpc.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.api.env.Environment;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.DirectHandler;
import bytchat.api.rpc.Request;
import bytchat.api.rpc.RpcEndpoint.Answer;
import bytchat.api.rpc.RpcException;
import bytchat.api.transport.DatagramTransport;
import bytchat.rpc.internal.RpcStatistics.Count;
import bytchat.wire.KrpcMessage;
import bytchat.wire.KrpcView;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Others' queries by datagram, each seen in the endpoint's view. {@code ping} and {@code find_node}, nearly all of them,
 * go the short way: a {@link DirectHandler} writes the answer's bytes behind the question's, and nothing is made but the
 * asker's contact. All others become a {@link Request} and may be answered later. Threats and answers:
 * <ul>
 * <li>Floods: {@link RequestLimiter}, before anything else is done; who is over it gets nothing. What is answered with an
 *     error has a much lower limit of its own.
 * <li>Reflection: {@link Proofs}. Lists of nodes are cut to fit, nearest kept; who asks for something that cannot be cut
 *     is pinged first, a few at a time, and gets it when it has answered.
 * </ul>
 */
final class DatagramServing {
    /** After so long it is told again that somebody asks. */
    private static final long TELL_AGAIN_NANOS = Rate.SECOND_NANOS;

    private final Environment environment;
    private final LocalNode local;
    private final DatagramTransport transport;
    private final Handlers handlers;
    private final Envelopes envelopes;
    private final Proofs proofs;
    private final KrpcView view;
    private final DirectAnswer direct;
    private final RpcSettings settings;
    private final RpcDefences defences;
    private final RpcStatistics statistics;
    private final Upward upward;
    private final RequestLimiter limiter;
    private final Rate errors;
    /** Askers of whom was told just now. */
    private final Deadlines told;
    private final Set<InetSocketAddress> beingProven = new HashSet<>();

    /** What serving needs of the endpoint. */
    interface Upward {
        /** Somebody has asked us something. */
        void asked(Contact asker, boolean readOnly);

        CompletionStage<Answer> ping(InetSocketAddress address);
    }

    /** @param view shows the query when {@link #asked} is called */
    DatagramServing(
            Environment environment,
            LocalNode local,
            DatagramTransport transport,
            Handlers handlers,
            Envelopes envelopes,
            Proofs proofs,
            KrpcView view,
            RpcSettings settings,
            RpcDefences defences,
            RpcStatistics statistics,
            Upward upward) {
        this.environment = environment;
        this.local = local;
        this.transport = transport;
        this.handlers = handlers;
        this.envelopes = envelopes;
        this.proofs = proofs;
        this.view = view;
        this.direct = new DirectAnswer(view, local);
        this.settings = settings;
        this.defences = defences;
        this.statistics = statistics;
        this.upward = upward;
        this.limiter = new RequestLimiter(settings.requestsPerSecond(), settings.sourceRequestsPerSecond(),
                settings.sourcesMax(), environment.random());
        this.errors = new Rate(settings.errorsPerSecond());
        this.told = new Deadlines(2 * settings.sourcesMax(), environment.random());
    }

    /** Whether the limits let one more in from there, where somebody can be; counted if not. */
    boolean admits(InetSocketAddress from, long now) {
        boolean nobody = from.getPort() == 0;
        if (nobody || defences.requestLimits() && !limiter.allows(from.getAddress(), now)) {
            statistics.add(Count.DROPPED_OVER_LIMIT);
            return false;
        }
        return true;
    }

    void asked(InetSocketAddress from, byte[] payload) {
        long now = environment.clock().nanoTime();
        if (!admits(from, now)) {
            return;
        }
        if (local.readOnly()) {
            // BEP 43: who only uses the network does not answer, so that nobody relies on it.
            statistics.add(Count.DROPPED_WHILE_READ_ONLY);
            return;
        }
        if (view.flaw().isPresent()) {
            refuse(from, view.transaction(), RpcException.answered(RpcException.PROTOCOL, view.flaw().get()), payload);
            return;
        }
        if (!envelopes.isOurs(view)) {
            statistics.add(Count.REFUSED_OTHER_NETWORK);
            refuse(from, view.transaction(), envelopes.otherNetwork(), payload);
            return;
        }
        Key id;
        try {
            id = envelopes.idIn(view);
        } catch (BencodeException e) {
            refuse(from, view.transaction(), RpcException.answered(RpcException.PROTOCOL, e.getMessage()), payload);
            return;
        }
        statistics.add(Count.REQUESTS_SERVED);
        boolean readOnly = view.readOnly();
        DirectHandler handler = handlers.direct(view);
        if (handler != null) {
            serve(handler, from, id, payload, now);
        } else {
            serve((KrpcMessage.Query) KrpcMessage.parse(payload, DatagramTransport.PAYLOAD_BYTES_MAX), from, id, payload);
        }
        tell(from, id, readOnly, now);
    }

    /** Not each time: who asks often is no news, and listeners do more for each asker than an answer costs. */
    private void tell(InetSocketAddress from, Key id, boolean readOnly, long now) {
        long asker = told.endpoint(from, id);
        if (told.left(asker, now) == 0 && !id.equals(local.id())) {
            told.set(asker, TELL_AGAIN_NANOS, now);
            upward.asked(new Contact(id, from), readOnly);
        }
    }

    /** The short way. */
    private void serve(DirectHandler handler, InetSocketAddress from, Key id, byte[] payload, long now) {
        int budget = proofs.budget(from, payload.length, now);
        direct.begin(from, id, budget);
        try {
            handler.serve(direct);
        } catch (RpcException | RuntimeException e) {
            refuse(from, view.transaction(), handlers.answerTo("a direct call", e), payload);
            return;
        }
        int length = direct.end();
        if (length <= budget) {
            transport.send(from, direct.bytes(), length);
        }
    }

    private void serve(KrpcMessage.Query query, InetSocketAddress from, Key id, byte[] payload) {
        Request request =
                new Request(query.method(), query.arguments(), id, from, Optional.empty(), query.readOnly());
        handlers.serve(request, Carrier.DATAGRAM).whenComplete((result, failure) -> {
            if (failure == null) {
                reply(from, query, result, payload);
            } else {
                refuse(from, query.t(), Handlers.answer(failure), payload);
            }
        });
    }

    private void reply(InetSocketAddress to, KrpcMessage.Query query, BDict result, byte[] request) {
        int budget = proofs.budget(to, request.length, environment.clock().nanoTime());
        KrpcMessage.Response whole = cut(envelopes.response(query, result, to), to, DatagramTransport.SAFE_PAYLOAD_BYTES);
        KrpcMessage.Response response = cut(whole, to, budget);
        byte[] bytes = response.encode();
        if (bytes.length <= budget) {
            transport.send(to, bytes);
        } else if (budget < DatagramTransport.PAYLOAD_BYTES_MAX && !query.readOnly()
                && whole.encode().length <= DatagramTransport.PAYLOAD_BYTES_MAX) {
            proveFirst(to, whole.encode());
        } else {
            refuse(to, query.t(), RpcException.answered(RpcException.TOO_BIG, "the answer is too big"), request);
        }
    }

    /** Sends the answer when the address has shown that it is the asker's. */
    private void proveFirst(InetSocketAddress to, byte[] answer) {
        if (beingProven.size() < settings.proofsMax() && beingProven.add(to)) {
            upward.ping(to).whenComplete((pong, failure) -> {
                beingProven.remove(to);
                if (proofs.isProven(to, environment.clock().nanoTime())) {
                    transport.send(to, answer);
                }
            });
        }
    }

    /** Drops nodes, the farthest first, until the answer fits or has none. */
    private KrpcMessage.Response cut(KrpcMessage.Response whole, InetSocketAddress to, int budget) {
        KrpcMessage.Response response = whole;
        // The asker's own family last: it is the one that is of use to it.
        boolean ipv6 = to.getAddress() instanceof Inet6Address;
        for (String key : ipv6 ? List.of("nodes", "nodes6") : List.of("nodes6", "nodes")) {
            int over = response.encode().length - budget;
            Optional<byte[]> nodes = response.result().bytes(key);
            if (over > 0 && nodes.isPresent()) {
                statistics.add(Count.ANSWERS_CUT);
                int entry = local.id().bits() / 8 + (key.equals("nodes") ? 6 : 18);
                int keep = Math.max(0, nodes.get().length / entry - (over + entry - 1) / entry);
                BDict result = response.result().with().put(key, Arrays.copyOf(nodes.get(), keep * entry)).build();
                response = new KrpcMessage.Response(
                        response.t(), result, response.ip(), response.version(), response.network());
            }
        }
        return response;
    }

    void refuse(InetSocketAddress to, byte[] t, RpcException why, byte[] request) {
        long now = environment.clock().nanoTime();
        byte[] bytes = envelopes.failure(t, why);
        if (defences.errorLimit() && !errors.take(now)) {
            statistics.add(Count.ERRORS_UNSAID);
        } else if (bytes.length <= proofs.budget(to, request.length, now)) {
            transport.send(to, bytes);
        }
    }
}
