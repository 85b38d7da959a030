package bytchat.wire.holder;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.api.env.Environment;
import bytchat.api.env.Failures;
import bytchat.api.env.Registration;
import bytchat.api.holder.Holders;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.Request;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcException;
import bytchat.api.store.StoreException;
import bytchat.wire.CompactNodes;
import java.net.Inet6Address;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;

/**
 * What every service of a holder does around its own work: it serves on links only, refuses keys that others are nearer
 * to, verifies off the loop, answers a store's failure in words a caller can act on, and counts what came of each
 * request.
 *
 * <p>Threat: strangers send what costs memory, CPU or log lines. Answer: a bounded number of requests is under way,
 * checks that cost nothing come first, and a refusal is a code, a sentence and a count.
 *
 * <p>Used on the event loop; {@link #facts()} from any thread.
 */
public final class HolderGate {
    /** A signed time may differ from our clock by so much. */
    public static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(10);
    /** Requests of one service under way at once; each holds at most a frame's bytes. */
    public static final int REQUESTS_MAX = 128;
    /** A caller who finds the disk full may come again after so long. */
    public static final Duration RETRY_DISK_FULL = Duration.ofMinutes(1);
    /** A caller who finds this node busy may come again after so long. */
    public static final Duration RETRY_BUSY = Duration.ofSeconds(5);

    private final Environment environment;
    private final KeySpace keySpace;
    private final RpcEndpoint endpoint;
    private final Holders holders;
    private final Map<String, LongAdder> served = new ConcurrentSkipListMap<>();
    private final Map<Integer, LongAdder> refused = new ConcurrentSkipListMap<>();
    private int underWay;

    public HolderGate(Environment environment, KeySpace keySpace, RpcEndpoint endpoint, Holders holders) {
        this.environment = environment;
        this.keySpace = keySpace;
        this.endpoint = endpoint;
        this.holders = holders;
    }

    /** Serves one method. */
    @FunctionalInterface
    public interface Method {
        /** As {@link bytchat.api.rpc.RequestHandler#handle}, and may throw its refusal. */
        CompletionStage<BDict> answer(Request request) throws RpcException;
    }

    public Registration serve(String name, Method method) {
        LongAdder count = served.computeIfAbsent(name, n -> new LongAdder());
        return endpoint.handle(name, Carrier.LINK, request -> {
            if (underWay == REQUESTS_MAX) {
                return refuse(quota("this node is busy", RETRY_BUSY));
            }
            underWay++;
            CompletableFuture<BDict> answer = new CompletableFuture<>();
            begin(method, request).whenComplete((result, failure) -> {
                underWay--;
                if (failure == null) {
                    count.increment();
                    answer.complete(result);
                } else {
                    answer.completeExceptionally(counted(inWords(failure)));
                }
            });
            return answer;
        });
    }

    private static CompletionStage<BDict> begin(Method method, Request request) {
        try {
            return method.answer(request);
        } catch (RpcException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletionStage<BDict> refuse(RpcException refusal) {
        return CompletableFuture.failedFuture(counted(refusal));
    }

    /** @throws RpcException 409 if the bytes are not of this key space's width */
    public Key key(byte[] bytes) throws RpcException {
        if (bytes.length * 8 != keySpace.bits()) {
            throw RpcException.answered(RpcException.WRONG_NETWORK, "this key space is " + keySpace.hash().name());
        }
        return Key.of(bytes);
    }

    /**
     * @throws RpcException 404 with {@code nodes} and {@code nodes6} as in an answer to find_node, if others are nearer
     */
    public void requireHolder(Key key) throws RpcException {
        Optional<List<Contact>> nearer = holders.nearerThanUs(key);
        if (nearer.isPresent()) {
            throw RpcException.answered(RpcException.NOT_A_HOLDER, "others are nearer to this key",
                    nodes(nearer.get()));
        }
    }

    private static BDict nodes(List<Contact> contacts) {
        BDict.Builder details = BDict.builder();
        for (boolean ipv6 : new boolean[] {false, true}) {
            List<Contact> family = contacts.stream()
                    .filter(contact -> contact.address().getAddress() instanceof Inet6Address == ipv6).toList();
            if (!family.isEmpty()) {
                details.put(ipv6 ? "nodes6" : "nodes", CompactNodes.encode(family, ipv6));
            }
        }
        return details.build();
    }

    /**
     * @throws RpcException 403 with our time as {@code ts} if a signed time is not within {@link #CLOCK_TOLERANCE} of
     *         it
     */
    public void requireNow(long timestampMillis) throws RpcException {
        requireNotAhead(timestampMillis);
        if (timestampMillis < environment.clock().millis() - CLOCK_TOLERANCE.toMillis()) {
            throw wrongTime("the signed time is more than " + CLOCK_TOLERANCE.toMinutes()
                    + " minutes behind this holder's clock");
        }
    }

    /**
     * @throws RpcException 403 with our time as {@code ts} if a signed time is more than {@link #CLOCK_TOLERANCE} ahead
     */
    public void requireNotAhead(long timestampMillis) throws RpcException {
        if (timestampMillis > environment.clock().millis() + CLOCK_TOLERANCE.toMillis()) {
            throw wrongTime("the signed time is more than " + CLOCK_TOLERANCE.toMinutes()
                    + " minutes ahead of this holder's clock");
        }
    }

    /** A 403 that carries our time as {@code ts}, so that the caller can tell that a clock is wrong. */
    public RpcException wrongTime(String text) {
        return RpcException.answered(
                RpcException.REFUSED, text, BDict.builder().put("ts", environment.clock().millis()).build());
    }

    /** A 413 that says when to come again. */
    public static RpcException quota(String text, Duration retryAfter) {
        long seconds = Math.max(1, retryAfter.toSeconds());
        return RpcException.answered(RpcException.QUOTA, text, BDict.builder().put("retry_after_s", seconds).build());
    }

    /**
     * Runs a check on the worker pool.
     *
     * @param check answers why a record does not hold, or empty if it does
     * @return completes on the event loop if the record holds, else fails there with 206 and the reason
     */
    public CompletionStage<Void> verify(Callable<Optional<String>> check) {
        return environment.workers().submit(check).thenCompose(reason -> reason.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(RpcException.answered(RpcException.BAD_SIGNATURE, reason.get())));
    }

    /** {@code served} by method and {@code refused} by code. */
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("served", sums(served));
        facts.put("refused", sums(refused));
        return facts;
    }

    private static Map<String, Object> sums(Map<?, LongAdder> counters) {
        Map<String, Object> sums = new LinkedHashMap<>();
        counters.forEach((name, counter) -> sums.put(name.toString(), counter.sum()));
        return sums;
    }

    private static Throwable inWords(Throwable failure) {
        Throwable cause = Failures.cause(failure);
        if (cause instanceof RejectedExecutionException) {
            return quota("this node is busy", RETRY_BUSY);
        }
        if (cause instanceof StoreException store) {
            return switch (store.reason()) {
                case DISK_FULL, FULL -> quota("no room to store it now", RETRY_DISK_FULL);
                case DAMAGED, UNAVAILABLE -> RpcException.answered(RpcException.SERVER, "the store cannot be used now");
            };
        }
        return cause;
    }

    private <T extends Throwable> T counted(T failure) {
        int code = RpcException.SERVER;
        if (failure instanceof RpcException refusal) {
            code = refusal.code();
        } else if (failure instanceof BencodeException) {
            code = RpcException.PROTOCOL;
        }
        refused.computeIfAbsent(code, c -> new LongAdder()).increment();
        return failure;
    }
}
