package bytchat.wire.holder;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.api.env.Clock;
import bytchat.api.env.Environment;
import bytchat.api.env.EventLoop;
import bytchat.api.env.Registration;
import bytchat.api.env.WorkerPool;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.holder.Holders;
import bytchat.api.holder.Replies;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.DirectHandler;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.Request;
import bytchat.api.rpc.RequestHandler;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcException;
import bytchat.api.store.StoreException;
import bytchat.wire.CompactNodes;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class HolderGateTest {
    private static final long NOW = 1_000_000_000_000L;
    private static final InetSocketAddress SOMEWHERE = new InetSocketAddress("192.0.2.1", 4000);
    private static final Request REQUEST =
            new Request("method", BDict.EMPTY, Key.of(new byte[20]), SOMEWHERE, Optional.empty(), false);

    private final Map<String, RequestHandler> served = new HashMap<>();
    private List<Contact> nearer = List.of();
    private boolean workersFull;
    private final HolderGate gate = new HolderGate(new HereAndNow(), new Narrow(), new Handlers(), new Nearer());

    /** What a method answers, or fails with. */
    private Object answer(HolderGate.Method method) {
        try (Registration registration = gate.serve("method", method)) {
            return served.get("method").handle(REQUEST)
                    .handle((result, failure) -> failure == null ? (Object) result : failure)
                    .toCompletableFuture().join();
        }
    }

    private RpcException refusal(HolderGate.Method method) {
        return (RpcException) answer(method);
    }

    private static CompletionStage<BDict> done() {
        return CompletableFuture.completedFuture(BDict.EMPTY);
    }

    @Test
    void whatIsAnsweredAndRefusedIsCounted() {
        assertThat(answer(request -> done())).isEqualTo(BDict.EMPTY);
        assertThat(refusal(request -> {
            throw RpcException.answered(RpcException.STALE, "stale");
        }).code()).isEqualTo(RpcException.STALE);
        assertThat(answer(request -> {
            throw new BencodeException("malformed");
        })).isInstanceOf(BencodeException.class);

        assertThat(gate.facts()).containsEntry("served", Map.of("method", 1L))
                .containsEntry("refused", Map.of("302", 1L, "203", 1L));
    }

    @Test
    void aStoresFailureIsAnsweredInWordsThatACallerCanActOn() {
        for (StoreException.Reason reason : StoreException.Reason.values()) {
            RpcException refusal = refusal(request -> CompletableFuture.<BDict>failedFuture(
                    new CompletionException(new StoreException(reason, "the disk of this node", null))));
            boolean room = reason == StoreException.Reason.DISK_FULL || reason == StoreException.Reason.FULL;
            assertThat(refusal.code()).isEqualTo(room ? RpcException.QUOTA : RpcException.SERVER);
            assertThat(refusal.details().integer("retry_after_s").isPresent()).isEqualTo(room);
            assertThat(refusal.getMessage()).doesNotContain("disk of this node");
        }
    }

    @Test
    void aFloodOfRequestsEndsAtTheBound() {
        List<CompletableFuture<BDict>> open = new ArrayList<>();
        gate.serve("slow", request -> {
            CompletableFuture<BDict> answer = new CompletableFuture<>();
            open.add(answer);
            return answer;
        });
        for (int i = 0; i < HolderGate.REQUESTS_MAX; i++) {
            served.get("slow").handle(REQUEST);
        }

        assertThat(refusal(request -> done()).code()).isEqualTo(RpcException.QUOTA);
        assertThat(open).hasSize(HolderGate.REQUESTS_MAX);

        open.get(0).complete(BDict.EMPTY);
        assertThat(answer(request -> done())).isEqualTo(BDict.EMPTY);
    }

    @Test
    void keysOfAnotherWidthAreOfAnotherKeySpace() {
        assertThat(refusal(request -> {
            gate.key(new byte[64]);
            return done();
        }).code()).isEqualTo(RpcException.WRONG_NETWORK);
    }

    @Test
    void whoIsNotAHolderNamesThoseNearerByFamily() {
        Contact four = new Contact(Key.of(new byte[20]), SOMEWHERE);
        Contact six = new Contact(Key.of(new byte[20]), new InetSocketAddress("2001:db8::1", 4000));
        nearer = List.of(four, six);

        RpcException refusal = refusal(request -> {
            gate.requireHolder(Key.of(new byte[20]));
            return done();
        });

        assertThat(refusal.code()).isEqualTo(RpcException.NOT_A_HOLDER);
        assertThat(CompactNodes.decode(refusal.details().requireBytes("nodes"), 20, false)).containsExactly(four);
        assertThat(CompactNodes.decode(refusal.details().requireBytes("nodes6"), 20, true)).containsExactly(six);
    }

    @Test
    void aSignedTimeMayBeTenMinutesOff() {
        long tenMinutes = HolderGate.CLOCK_TOLERANCE.toMillis();
        for (long good : new long[] {NOW - tenMinutes, NOW, NOW + tenMinutes}) {
            assertThat(answer(request -> {
                gate.requireNow(good);
                return done();
            })).isEqualTo(BDict.EMPTY);
        }
        for (long bad : new long[] {NOW - tenMinutes - 1, NOW + tenMinutes + 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            RpcException refusal = refusal(request -> {
                gate.requireNow(bad);
                return done();
            });
            assertThat(refusal.code()).isEqualTo(RpcException.REFUSED);
            assertThat(refusal.details().requireInteger("ts")).isEqualTo(NOW);
        }
    }

    @Test
    void whatDoesNotHoldIsRefusedWithTheReasonAndAFullPoolWithATime() {
        assertThat(answer(request -> gate.verify(Optional::empty).thenApply(x -> BDict.EMPTY))).isEqualTo(BDict.EMPTY);
        RpcException wrong =
                refusal(request -> gate.verify(() -> Optional.of("it is wrong")).thenApply(x -> BDict.EMPTY));
        assertThat(wrong.code()).isEqualTo(RpcException.BAD_SIGNATURE);
        assertThat(wrong).hasMessage("it is wrong");
        workersFull = true;
        RpcException busy = refusal(request -> gate.verify(Optional::empty).thenApply(x -> BDict.EMPTY));
        assertThat(busy.code()).isEqualTo(RpcException.QUOTA);
        assertThat(busy.details().requireInteger("retry_after_s")).isEqualTo(HolderGate.RETRY_BUSY.toSeconds());
    }

    @Test
    void stepsOfOneKeyFollowEachOtherAndThoseOfOthersDoNotWait() {
        KeyedSequence<String> sequence = new KeyedSequence<>();
        CompletableFuture<String> slow = new CompletableFuture<>();
        List<String> begun = new ArrayList<>();

        CompletionStage<String> first = sequence.run("a", () -> {
            begun.add("first");
            return slow;
        });
        CompletionStage<String> second = sequence.run("a", () -> {
            begun.add("second");
            throw new IllegalStateException("a step that fails lets the next begin");
        });
        CompletionStage<String> third = sequence.run("a", () -> {
            begun.add("third");
            return CompletableFuture.completedFuture("3");
        });
        sequence.run("b", () -> {
            begun.add("other");
            return CompletableFuture.completedFuture("b");
        });
        assertThat(begun).containsExactly("first", "other");

        slow.complete("1");
        assertThat(begun).containsExactly("first", "other", "second", "third");
        assertThat(first).isCompletedWithValue("1");
        assertThat(second.toCompletableFuture()).isCompletedExceptionally();
        assertThat(third).isCompletedWithValue("3");
    }

    // ---- a node that is nothing but here and now

    private final class HereAndNow implements Environment, Clock, WorkerPool {
        @Override
        public Clock clock() {
            return this;
        }

        @Override
        public Instant now() {
            return Instant.ofEpochMilli(NOW);
        }

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public WorkerPool workers() {
            return this;
        }

        @Override
        public <T> CompletionStage<T> submit(Callable<T> work) {
            if (workersFull) {
                return CompletableFuture.failedFuture(new RejectedExecutionException("full"));
            }
            try {
                return CompletableFuture.completedFuture(work.call());
            } catch (Exception e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        public EventLoop loop() {
            throw new UnsupportedOperationException("a gate schedules nothing");
        }

        @Override
        public SecureRandom random() {
            throw new UnsupportedOperationException("a gate needs no chance");
        }
    }

    private static final class Narrow implements KeySpace, HashAlgorithm {
        @Override
        public String name() {
            return "narrow";
        }

        @Override
        public HashAlgorithm hash() {
            return this;
        }

        @Override
        public Optional<String> network() {
            return Optional.of("bytchat");
        }

        @Override
        public int bits() {
            return 160;
        }

        @Override
        public byte[] digest(byte[]... parts) {
            throw new UnsupportedOperationException("a gate hashes nothing");
        }
    }

    private final class Nearer implements Holders {
        @Override
        public <T> CompletionStage<Replies<T>> ask(Key key, int count, Function<Peer, CompletionStage<T>> call) {
            throw new UnsupportedOperationException("a gate asks nobody");
        }

        @Override
        public Optional<List<Contact>> nearerThanUs(Key key) {
            return nearer.isEmpty() ? Optional.empty() : Optional.of(nearer);
        }
    }

    private final class Handlers implements RpcEndpoint {
        @Override
        public Registration handle(String method, Carrier carrier, RequestHandler handler) {
            assertThat(carrier).isEqualTo(Carrier.LINK);
            served.put(method, handler);
            return () -> served.remove(method, handler);
        }

        @Override
        public Registration handle(String method, DirectHandler handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Answer> query(InetSocketAddress to, String method, BDict arguments) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Answer> query(Contact to, String method, BDict arguments) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Peer> connect(Contact to) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Peer> connect(byte[] nodeKey, InetSocketAddress address) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Peer> dial(InetSocketAddress to) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Peer self() {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Peer> peers() {
            return List.of();
        }

        @Override
        public Registration onContact(ContactListener listener) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Registration onPeer(Consumer<Peer> listener) {
            throw new UnsupportedOperationException();
        }
    }
}
