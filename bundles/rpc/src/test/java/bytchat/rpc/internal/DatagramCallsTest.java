package bytchat.rpc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.RpcEndpoint.Answer;
import bytchat.api.rpc.RpcException;
import bytchat.api.rpc.RpcException.Kind;
import bytchat.api.transport.DatagramTransport;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.rpc.internal.RpcStatistics.Count;
import bytchat.rpc.internal.RpcTestNet.Member;
import bytchat.transport.memory.SimulatedHost;
import bytchat.wire.KrpcMessage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class DatagramCallsTest {
    /** Bytes of the 15 nodes that fit beside id, address and network. */
    private static final int WHOLE_DATAGRAM = 15 * 70;

    private final RpcTestNet net = new RpcTestNet();
    private final Member a = net.member(1);

    private SimulatedHost stranger() {
        return net.world.host("10.9.9.9", 6881);
    }

    /** What the stranger hears back for one datagram. */
    private List<byte[]> heardBack(SimulatedHost from, InetSocketAddress to, byte[] payload) {
        List<byte[]> heard = new ArrayList<>();
        var registration = from.datagrams().receive((address, bytes) -> heard.add(bytes));
        from.datagrams().send(to, payload);
        net.world.run(Duration.ofSeconds(1));
        registration.close();
        return heard;
    }

    private byte[] query(byte[] t, String method, BDict arguments, Optional<String> network) {
        return new KrpcMessage.Query(t, method, arguments, false, network, Optional.empty()).encode();
    }

    private BDict idOnly() {
        return BDict.builder().put("id", new byte[64]).build();
    }

    @Test
    void aPingIsAnsweredWithIdAddressAndRoundTrip() {
        Member b = net.member(2);
        List<String> heard = new ArrayList<>();
        a.rpc().onContact((contact, answered, readOnly) -> heard.add("a " + contact.equals(b.contact()) + answered));
        b.rpc().onContact((contact, answered, readOnly) -> heard.add("b " + contact.equals(a.contact()) + answered));
        Answer answer = net.on(a, () -> a.rpc().query(b.contact(), "ping", BDict.EMPTY));
        assertThat(answer.from()).isEqualTo(b.contact());
        assertThat(answer.roundTripNanos()).isPositive();
        assertThat(heard).containsExactlyInAnyOrder("a truetrue", "b truefalse");
    }

    @Test
    void aTransactionIdOfUpTo32BytesIsEchoedExactlyAndALongerOneGetsNothing() {
        SimulatedHost stranger = stranger();
        for (int length : new int[] {0, 1, 2, 4, 32}) {
            byte[] t = new byte[length];
            Arrays.fill(t, (byte) 0xfe);
            List<byte[]> heard = heardBack(
                    stranger, a.host().address(), query(t, "ping", idOnly(), Optional.of("bytchat")));
            assertThat(KrpcMessage.parse(heard.get(0), 1232).t()).isEqualTo(t);
        }
        assertThat(heardBack(stranger, a.host().address(),
                query(new byte[33], "ping", idOnly(), Optional.of("bytchat")))).isEmpty();
    }

    @Test
    void aSilentNodeTimesOutAfterAndLeavesNothing() {
        RpcException failure = net.rpcFailureOn(
                a, () -> a.rpc().query(new InetSocketAddress("10.0.0.77", 1), "ping", BDict.EMPTY));
        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(a.rpc().queriesUnderWay()).isZero();
    }

    @Test
    void queriesUnderWayAreBounded() {
        List<CompletionStage<Answer>> sent = new ArrayList<>();
        net.run(a, () -> {
            for (int i = 0; i <= RpcSettings.QUERIES_MAX; i++) {
                sent.add(a.rpc().query(new InetSocketAddress("10.0.0.77", 1), "ping", BDict.EMPTY));
            }
        });
        assertThat(a.rpc().queriesUnderWay()).isEqualTo(RpcSettings.QUERIES_MAX);
        assertThat(net.rpcFailureOn(a, () -> sent.get(RpcSettings.QUERIES_MAX)).kind()).isEqualTo(Kind.BUSY);
    }

    @Test
    void handlersAnswerTheirErrorsAndNothingOfTheInside() {
        Member b = net.member(2);
        BDict details = BDict.builder().put("retry_after_s", 7).build();
        b.rpc().handle("quota", Carrier.DATAGRAM, r -> CompletableFuture.failedFuture(
                RpcException.answered(RpcException.QUOTA, "full", details)));
        b.rpc().handle("garbled", Carrier.DATAGRAM, r -> {
            throw new BencodeException("'x' is missing");
        });
        b.rpc().handle("broken", Carrier.DATAGRAM, r -> CompletableFuture.failedFuture(
                new IOException("/secret/path")));
        RpcException quota = net.rpcFailureOn(a, () -> a.rpc().query(b.contact(), "quota", BDict.EMPTY));
        assertThat(quota.code()).isEqualTo(RpcException.QUOTA);
        assertThat(quota.details()).isEqualTo(details);
        RpcException garbled = net.rpcFailureOn(a, () -> a.rpc().query(b.contact(), "garbled", BDict.EMPTY));
        assertThat(garbled).hasMessage("'x' is missing").returns(203, RpcException::code);
        RpcException broken = net.rpcFailureOn(a, () -> a.rpc().query(b.contact(), "broken", BDict.EMPTY));
        assertThat(broken).hasMessage("server error").returns(202, RpcException::code);
        RpcException unknown = net.rpcFailureOn(a, () -> a.rpc().query(b.contact(), "nonsense", BDict.EMPTY));
        assertThat(unknown.code()).isEqualTo(RpcException.METHOD_UNKNOWN);
    }

    @Test
    void theLastHandlerWinsUntilItIsClosed() {
        Member b = net.member(2);
        b.rpc().handle("who", Carrier.DATAGRAM, r -> result("old"));
        var successor = b.rpc().handle("who", Carrier.DATAGRAM, r -> result("new"));
        assertThat(net.on(a, () -> a.rpc().query(b.contact(), "who", BDict.EMPTY)).result().requireText("me"))
                .isEqualTo("new");
        successor.close();
        successor.close();
        assertThat(net.on(a, () -> a.rpc().query(b.contact(), "who", BDict.EMPTY)).result().requireText("me"))
                .isEqualTo("old");
    }

    private static CompletionStage<BDict> result(String me) {
        return CompletableFuture.completedFuture(BDict.builder().put("me", me).build());
    }

    // ---- a spoofed answer from another address

    @Test
    void anAnswerFromAnotherAddressThanTheAskedIsIgnored() {
        assertThat(spoofedAnswerIsBelieved(RpcDefences.ALL)).isFalse();
    }

    @Test
    void twin_withoutTheCheckAnAnswerFromAnotherAddressIsBelieved() {
        assertThat(spoofedAnswerIsBelieved(RpcDefences.without("answerFromAskedAddress"))).isTrue();
    }

    private boolean spoofedAnswerIsBelieved(RpcDefences defences) {
        Member victim = net.member(2, defences);
        SimulatedHost liar = stranger();
        SimulatedHost silent = net.world.host("10.0.0.50", 4000);
        // The liar is given the transaction id: the address alone must be enough to refuse it.
        silent.datagrams().receive((from, payload) -> liar.datagrams().send(from, new KrpcMessage.Response(
                KrpcMessage.parse(payload, 1232).t(), idOnly(), Optional.empty(), Optional.empty(),
                Optional.of("bytchat")).encode()));
        return net.on(victim, () -> victim.rpc()
                .query(silent.address(), "ping", BDict.EMPTY)
                .handle((answer, failure) -> failure == null));
    }

    // ---- another node than the asked

    @Test
    void anAnswerUnderAnotherIdIsNotTheNodeThatWasAsked() {
        RpcException failure = wrongIdFailure(RpcDefences.ALL).orElseThrow();
        assertThat(failure.kind()).isEqualTo(Kind.WRONG_NODE);
    }

    @Test
    void twin_withoutTheCheckAnotherIdIsTakenForTheAskedOne() {
        assertThat(wrongIdFailure(RpcDefences.without("idOfAskedNode"))).isEmpty();
    }

    private Optional<RpcException> wrongIdFailure(RpcDefences defences) {
        Member asker = net.member(2, defences);
        Contact wrong = new Contact(Key.of(new byte[64]), a.host().address());
        return net.on(asker, () -> asker.rpc().query(wrong, "ping", BDict.EMPTY)
                .handle((answer, failure) -> Optional.ofNullable((RpcException) failure)));
    }

    @Test
    void anIdOfAnotherWidthOrOurOwnIsNoNode() {
        Member b = net.member(2, Optional.of("bytchat"), RpcSettings.DEFAULTS, RpcDefences.ALL, new Sha1());
        RpcException refused = net.rpcFailureOn(a, () -> a.rpc().query(b.host().address(), "ping", BDict.EMPTY));
        assertThat(refused.code()).isEqualTo(RpcException.PROTOCOL);
        RpcException own = net.rpcFailureOn(a, () -> a.rpc().query(a.host().address(), "ping", BDict.EMPTY));
        assertThat(own.kind()).isEqualTo(Kind.WRONG_NODE);
    }

    // ---- other networks

    @Test
    void nodesOfOtherNetworksAreRefusedAndNotHeardOf() {
        List<Contact> heard = new ArrayList<>();
        Member other = net.member(2, Optional.of("other"), RpcSettings.DEFAULTS, RpcDefences.ALL, new Sha512());
        other.rpc().onContact((contact, answered, readOnly) -> heard.add(contact));
        RpcException failure = net.rpcFailureOn(a, () -> a.rpc().query(other.host().address(), "ping", BDict.EMPTY));
        assertThat(failure.code()).isEqualTo(RpcException.WRONG_NETWORK);
        assertThat(heard).isEmpty();
    }

    @Test
    void aPlainBep5NodeThatAnswersOurQueryIsNotBelieved() {
        List<Contact> heard = new ArrayList<>();
        a.rpc().onContact((contact, answered, readOnly) -> heard.add(contact));
        SimulatedHost plain = stranger();
        plain.datagrams().receive((from, payload) -> plain.datagrams().send(from, new KrpcMessage.Response(
                KrpcMessage.parse(payload, 1232).t(), idOnly(), Optional.empty(), Optional.empty()).encode()));
        RpcException failure = net.rpcFailureOn(a, () -> a.rpc().query(plain.address(), "ping", BDict.EMPTY));
        assertThat(failure.kind()).isEqualTo(Kind.WRONG_NODE);
        assertThat(heard).isEmpty();
    }

    @Test
    void twin_withoutTheCheckOtherNetworksMix() {
        RpcDefences anyNetwork = RpcDefences.without("sameNetwork");
        Member open = net.member(
                2, Optional.empty(), RpcSettings.DEFAULTS, anyNetwork, new Sha512());
        Member careless = net.member(3, anyNetwork);
        List<Contact> heard = new ArrayList<>();
        careless.rpc().onContact((contact, answered, readOnly) -> heard.add(contact));
        net.on(careless, () -> careless.rpc().query(open.host().address(), "ping", BDict.EMPTY));
        assertThat(heard).containsExactly(open.contact());
    }

    // ---- reflection

    @Test
    void anUnprovenAddressGetsAtMostFourTimesItsBytesWithTheNearestNodesKept() {
        byte[] request = nodesRequest();
        KrpcMessage.Response answer = reflected(RpcDefences.ALL, request);
        assertThat(answer.encode().length).isBetween(4 * request.length - 69, 4 * request.length);
        byte[] nodes = answer.result().requireBytes("nodes");
        assertThat(nodes.length % 70).isZero();
        assertThat(nodes[0]).isEqualTo((byte) 1);
        assertThat(answer.result().requireBytes("nodes6")).isEmpty();
    }

    @Test
    void twin_withoutTheLimitTheAnswerIsMuchLarger() {
        byte[] request = nodesRequest();
        KrpcMessage.Response answer =
                reflected(RpcDefences.without("amplificationLimit"), request);
        assertThat(answer.encode().length).isGreaterThan(4 * request.length);
    }

    @Test
    void anAddressThatAnsweredUsGetsAWholeDatagramForTenMinutes() {
        Member b = net.member(2);
        b.rpc().handle("nodes", Carrier.DATAGRAM, r -> CompletableFuture.completedFuture(manyNodes()));
        assertThat(nodesAskedBy(a, b)).isLessThan(WHOLE_DATAGRAM);
        net.on(b, () -> b.rpc().query(a.contact(), "ping", BDict.EMPTY));
        assertThat(nodesAskedBy(a, b)).isEqualTo(WHOLE_DATAGRAM);
        net.world.run(Duration.ofMinutes(11));
        assertThat(nodesAskedBy(a, b)).isLessThan(WHOLE_DATAGRAM);
    }

    private int nodesAskedBy(Member asker, Member asked) {
        return net.on(asker, () -> asker.rpc().query(asked.contact(), "nodes", BDict.EMPTY))
                .result().requireBytes("nodes").length;
    }

    private byte[] nodesRequest() {
        return query(new byte[] {1}, "nodes", idOnly(), Optional.of("bytchat"));
    }

    private KrpcMessage.Response reflected(RpcDefences defences, byte[] request) {
        Member b = net.member(2, defences);
        b.rpc().handle("nodes", Carrier.DATAGRAM, r -> CompletableFuture.completedFuture(manyNodes()));
        byte[] heard = heardBack(stranger(), b.host().address(), request).get(0);
        return (KrpcMessage.Response) KrpcMessage.parse(heard, 1232);
    }

    private static BDict manyNodes() {
        byte[] nodes = new byte[20 * 70];
        nodes[0] = 1;
        return BDict.builder().put("nodes", nodes).put("nodes6", new byte[3 * 82]).build();
    }

    @Test
    void anAnswerThatCannotBeCutIsAnErrorAndNeverTooLarge() {
        Member b = net.member(2);
        b.rpc().handle("big", Carrier.DATAGRAM, r -> CompletableFuture.completedFuture(
                BDict.builder().put("v", new byte[DatagramTransport.PAYLOAD_BYTES_MAX]).build()));
        assertThat(net.rpcFailureOn(a, () -> a.rpc().query(b.contact(), "big", BDict.EMPTY)).code())
                .isEqualTo(RpcException.TOO_BIG);
    }

    // ---- floods and storms

    @Test
    void aFloodFromOneSourceIsServedUpToItsShareAndOthersAreStillServed() {
        assertThat(servedOf1000(RpcDefences.ALL)).isBetween(200, 205);
        Member b = net.member(3);
        assertThat(net.on(b, () -> b.rpc().query(a.contact(), "ping", BDict.EMPTY)).from()).isEqualTo(a.contact());
    }

    @Test
    void twin_withoutLimitsTheFloodIsServed() {
        assertThat(servedOf1000(RpcDefences.without("requestLimits"))).isEqualTo(1_000);
    }

    private int servedOf1000(RpcDefences defences) {
        Member victim = net.member(2, defences);
        SimulatedHost flooder = stranger();
        List<byte[]> heard = new ArrayList<>();
        flooder.datagrams().receive((from, payload) -> heard.add(payload));
        for (int i = 0; i < 1_000; i++) {
            flooder.datagrams().send(
                    victim.host().address(), query(new byte[] {1}, "ping", idOnly(), Optional.of("bytchat")));
        }
        net.world.run(Duration.ofSeconds(1));
        return heard.size();
    }

    @Test
    void aFloodDoesNotMakeUsDeafToAnswers() {
        assertThat(answersHeardInAFlood(RpcDefences.ALL)).isEqualTo(50);
    }

    @Test
    void twin_ifAnswersCountAsRequestsAFloodSilencesThem() {
        assertThat(answersHeardInAFlood(RpcDefences.without("answersApart"))).isLessThan(50);
    }

    /** Of 50 queries to one node, from whose address somebody forges a flood of requests. */
    private long answersHeardInAFlood(RpcDefences defences) {
        Member victim = net.member(2, defences);
        List<CompletionStage<Answer>> asked = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            net.world.forge(a.host().address(), victim.host().address(),
                    query(new byte[] {1}, "ping", idOnly(), Optional.of("bytchat")));
        }
        net.run(victim, () -> {
            for (int i = 0; i < 50; i++) {
                asked.add(victim.rpc().query(a.contact(), "ping", BDict.EMPTY));
            }
        });
        net.world.run(Duration.ofSeconds(2));
        return asked.stream().filter(stage -> !stage.toCompletableFuture().isCompletedExceptionally()).count();
    }

    @Test
    void errorsAreAnsweredNowAndThenOnly() {
        assertThat(errorsHeard(RpcDefences.ALL))
                .isBetween(RpcSettings.ERRORS_PER_SECOND, RpcSettings.ERRORS_PER_SECOND + 10);
    }

    @Test
    void twin_withoutTheLimitEveryErrorIsAnswered() {
        assertThat(errorsHeard(RpcDefences.without("errorLimit"))).isEqualTo(400);
    }

    /** Of 400 senseless queries at once, from 4 sources. */
    private int errorsHeard(RpcDefences defences) {
        Member victim = net.member(2, defences);
        List<byte[]> heard = new ArrayList<>();
        for (int source = 0; source < 4; source++) {
            SimulatedHost host = net.world.host("10.9.8." + (source + 1), 6881);
            host.datagrams().receive((from, payload) -> heard.add(payload));
            for (int i = 0; i < 100; i++) {
                host.datagrams().send(
                        victim.host().address(), query(new byte[] {1}, "nonsense", idOnly(), Optional.of("bytchat")));
            }
        }
        net.world.run(Duration.ofMillis(900));
        return heard.size();
    }

    @Test
    void oneForgedErrorSetsNoTwoNodesUponEachOther() {
        assertThat(datagramsAfterOneForgedError(RpcDefences.ALL)).isEqualTo(0);
    }

    @Test
    void twin_ifAnswersWereAnsweredOneForgedErrorWouldGoRoundForEver() {
        assertThat(datagramsAfterOneForgedError(RpcDefences.without("silenceToAnswers"))).isGreaterThan(20);
    }

    private long datagramsAfterOneForgedError(RpcDefences defences) {
        Member one = net.member(2, defences);
        Member other = net.member(3, defences);
        net.world.forge(one.host().address(), other.host().address(),
                new KrpcMessage.Failure(new byte[4], 203, "x", BDict.EMPTY).encode());
        net.world.run(Duration.ofSeconds(5));
        return one.host().datagrams().sent() + other.host().datagrams().sent();
    }

    @Test
    void aQueryThatLacksItsPartsIsToldSoWith203() {
        SimulatedHost stranger = stranger();
        for (String flawed : List.of("d1:t1:x1:y1:qe", "d1:q4:ping1:t1:x1:y1:qe", "d1:ade1:t1:x1:y1:qe")) {
            List<byte[]> heard = heardBack(stranger, a.host().address(), flawed.getBytes());
            // told only where the error is not longer than four times the query
            assertThat(heard).allSatisfy(bytes -> assertThat(bytes.length).isLessThanOrEqualTo(4 * flawed.length()));
            heard.forEach(bytes -> assertThat(((KrpcMessage.Failure) KrpcMessage.parse(bytes, 1472)).code())
                    .isEqualTo(203));
        }
        byte[] long203 = query(new byte[] {1}, "ping", BDict.builder().put("padding", new byte[64]).build(),
                Optional.of("bytchat"));
        assertThat(((KrpcMessage.Failure) KrpcMessage.parse(
                heardBack(stranger, a.host().address(), long203).get(0), 1472)).text()).isEqualTo("'id' is missing");
    }

    // ---- direct handlers

    @Test
    void aDirectHandlersAnswerIsTheSameBytesAsAnyOther() {
        Member b = net.member(2);
        byte[] value = {1, 2, 3};
        b.rpc().handle("direct", call -> {
            call.put(BBytes.of("target"), call.key(BBytes.of("target")).unsafeArray(), 64);
            call.put(BBytes.of("value"), value, value.length);
        });
        b.rpc().handle("late", Carrier.DATAGRAM, request -> CompletableFuture.completedFuture(BDict.builder()
                .put("target", request.arguments().requireBytes("target", 64)).put("value", value).build()));
        BDict arguments = idOnly().with().put("target", a.contact().id().unsafeArray()).build();
        SimulatedHost stranger = stranger();
        for (byte[] t : List.of(new byte[0], new byte[] {7}, new byte[32])) {
            byte[] direct = heardBack(stranger, b.host().address(), query(t, "direct", arguments, Optional.of("bytchat"))).get(0);
            byte[] late = heardBack(stranger, b.host().address(), query(t, "late", arguments, Optional.of("bytchat"))).get(0);
            assertThat(direct).isEqualTo(late);
        }
    }

    @Test
    void aDirectHandlerGoesBeforeOthersUntilItIsClosedAndItsErrorsAreAnswered() {
        Member b = net.member(2);
        b.rpc().handle("who", Carrier.DATAGRAM, r -> result("late"));
        var direct = b.rpc().handle("who", call -> call.put(BBytes.of("me"), "direct".getBytes(), 6));
        var newer = b.rpc().handle("who", call -> {
            throw RpcException.answered(RpcException.REFUSED, "not you");
        });
        assertThat(net.rpcFailureOn(a, () -> a.rpc().query(b.contact(), "who", BDict.EMPTY)).code()).isEqualTo(403);
        newer.close();
        assertThat(net.on(a, () -> a.rpc().query(b.contact(), "who", BDict.EMPTY)).result().requireText("me"))
                .isEqualTo("direct");
        direct.close();
        assertThat(net.on(a, () -> a.rpc().query(b.contact(), "who", BDict.EMPTY)).result().requireText("me"))
                .isEqualTo("late");
        b.rpc().handle("garbled", call -> call.key(BBytes.of("target")));
        assertThat(net.rpcFailureOn(a, () -> a.rpc().query(b.contact(), "garbled", BDict.EMPTY)))
                .hasMessage("'target' is missing").returns(203, RpcException::code);
        b.rpc().handle("broken", call -> call.put(BBytes.of("v"), new byte[1_200], 1_200));
        assertThat(net.rpcFailureOn(a, () -> a.rpc().query(b.contact(), "broken", BDict.EMPTY)).code()).isEqualTo(202);
    }

    @Test
    void whoAsksAgainAndAgainIsToldOfOnceASecond() {
        List<Contact> heard = new ArrayList<>();
        a.rpc().onContact((contact, answered, readOnly) -> heard.add(contact));
        Member b = net.member(2);
        for (int i = 0; i < 10; i++) {
            net.on(b, () -> b.rpc().query(a.contact(), "ping", BDict.EMPTY));
        }
        assertThat(heard).containsExactly(b.contact());
        net.world.run(Duration.ofSeconds(1));
        net.on(b, () -> b.rpc().query(a.contact(), "ping", BDict.EMPTY));
        assertThat(heard).hasSize(2);
    }

    // ---- proof on demand

    @Test
    void aLargeAnswerWaitsUntilItsAskerHasShownItself() {
        Member b = net.member(2);
        b.rpc().handle("value", Carrier.DATAGRAM, r -> CompletableFuture.completedFuture(
                BDict.builder().put("v", new byte[1_000]).build()));
        assertThat(net.on(a, () -> a.rpc().query(b.contact(), "value", BDict.EMPTY)).result().requireBytes("v"))
                .hasSize(1_000);
    }

    @Test
    void whoDoesNotShowItselfGetsAPingAndNothingMore() {
        Member b = net.member(2);
        b.rpc().handle("value", Carrier.DATAGRAM, r -> CompletableFuture.completedFuture(
                BDict.builder().put("v", new byte[1_000]).build()));
        byte[] question = query(new byte[] {1}, "value", idOnly(), Optional.of("bytchat"));
        List<byte[]> heard = heardBack(stranger(), b.host().address(), question);
        assertThat(heard).hasSize(1);
        assertThat(((KrpcMessage.Query) KrpcMessage.parse(heard.get(0), 1472)).method()).isEqualTo("ping");
        assertThat(heard.get(0).length).isLessThan(2 * question.length);
    }

    @Test
    void pingsToProveAskersAreBounded() {
        Member b = net.member(2);
        b.rpc().handle("value", Carrier.DATAGRAM, r -> CompletableFuture.completedFuture(
                BDict.builder().put("v", new byte[1_000]).build()));
        for (int i = 0; i < 150; i++) {
            net.world.forge(new InetSocketAddress("10.8.0." + (i + 1), 6881), b.host().address(),
                    query(new byte[] {1}, "value", idOnly(), Optional.of("bytchat")));
        }
        net.world.run(Duration.ofMillis(500));
        assertThat(b.rpc().queriesUnderWay()).isEqualTo(RpcSettings.PROOFS_MAX);
    }

    @Test
    void nothingButAWellFormedQueryIsAnswered() {
        SimulatedHost stranger = stranger();
        List<byte[]> bad = List.of(
                new byte[0],
                "d1:ade1:q4:ping1:y1:qe".getBytes(),
                "garbage".getBytes(),
                new KrpcMessage.Response(new byte[4], idOnly(), Optional.empty(), Optional.empty()).encode(),
                new KrpcMessage.Failure(new byte[4], 204, "method unknown", BDict.EMPTY).encode());
        for (byte[] payload : bad) {
            assertThat(heardBack(stranger, a.host().address(), payload)).isEmpty();
        }
        assertThat(a.host().datagrams().failures()).isZero();
        assertThat(a.rpc().statistics().get(Count.DROPPED_MALFORMED)).isEqualTo(3);
        assertThat(a.rpc().statistics().get(Count.DROPPED_UNASKED_ANSWERS)).isEqualTo(2);
    }

    @Test
    void aQueryWithoutAnIdIsToldSo() {
        List<byte[]> heard = heardBack(
                stranger(), a.host().address(), query(new byte[] {1}, "ping", BDict.EMPTY, Optional.of("bytchat")));
        assertThat(KrpcMessage.parse(heard.get(0), 1232)).isInstanceOfSatisfying(
                KrpcMessage.Failure.class, failure -> assertThat(failure.code()).isEqualTo(203));
    }

    @Test
    void aReadOnlyNodeSaysSoAndDoesNotAnswer() {
        Member b = net.member(2);
        net.run(b, () -> b.node().readOnly(true));
        List<Boolean> readOnly = new ArrayList<>();
        a.rpc().onContact((contact, answered, ro) -> readOnly.add(ro));
        net.on(b, () -> b.rpc().query(a.contact(), "ping", BDict.EMPTY));
        assertThat(readOnly).containsExactly(true);
        assertThat(net.rpcFailureOn(a, () -> a.rpc().query(b.contact(), "ping", BDict.EMPTY)).kind())
                .isEqualTo(Kind.TIMEOUT);
    }

    @Test
    void stoppingFailsWhatIsUnderWay() {
        var answer = a.host().call(() -> a.rpc().query(new InetSocketAddress("10.0.0.77", 1), "ping", BDict.EMPTY)
                .handle((value, failure) -> ((RpcException) failure).kind()));
        a.rpc().stop();
        assertThat(net.world.await(answer, Duration.ofMillis(10))).isEqualTo(Kind.CLOSED);
    }
}
