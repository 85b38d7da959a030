package bytchat.holders.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BDict;
import bytchat.api.holder.Holders;
import bytchat.api.holder.Replies;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.rpc.RpcException;
import bytchat.holders.internal.HolderTestNet.Member;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RecentLookupsTest {
    private final HolderTestNet net = new HolderTestNet(1).grow(20);
    private final Key key = net.key("a");
    private final Member from = net.byId(net.nearest(key, 20).get(19));

    private Replies<BDict> again() {
        return net.on(from, () -> from.holders().askAgain(key, peer -> peer.call(HolderTestNet.METHOD, BDict.EMPTY)));
    }

    /** Datagrams that it sends for the question: all lookups of 20 nodes take some. */
    private long datagrams(Runnable question) {
        long before = from.host().datagrams().sent();
        question.run();
        return from.host().datagrams().sent() - before;
    }

    @Test
    void whatIsStoredAgainGoesToTheSameWithoutALookup() {
        net.ask(from, key);
        assertThat(datagrams(() -> net.ask(from, key))).as("the fresh kind").isPositive();
        assertThat(datagrams(this::again)).isPositive();
        assertThat(datagrams(() -> assertThat(HolderTestNet.ids(again()))
                .containsExactlyInAnyOrderElementsOf(net.nearest(key, Holders.COUNT)))).isZero();
    }

    @Test
    void notForLong() {
        again();
        net.world.run(Duration.ofSeconds(HolderSettings.LOOKUP_TIME_S + 1));
        assertThat(datagrams(this::again)).isPositive();
    }

    @Test
    void whoseHolderHasGoneLooksAgain() {
        again();
        net.byId(net.nearest(key, 1).get(0)).host().vanish();
        assertThat(again().replies()).as("the link was thought to be good").hasSize(Holders.COUNT - 1);
        assertThat(datagrams(() -> assertThat(again().replies()).hasSize(Holders.COUNT))).isPositive();
    }

    @Test
    void whoseHolderKnowsNearerOnesLooksAgain() {
        again();
        net.byId(net.nearest(key, 1).get(0)).serve(request -> CompletableFuture.failedFuture(
                RpcException.answered(RpcException.NOT_A_HOLDER, "not a holder")));
        assertThat(again().replies()).as("the next nearest takes its place").hasSize(Holders.COUNT);
        assertThat(datagrams(this::again)).isPositive();
    }

    @Test
    void whoHasFewToAskLooksEachTime() {
        HolderTestNet small = new HolderTestNet(2).grow(5);
        Member first = small.members.get(0);
        for (int i = 0; i < 2; i++) {
            long before = first.host().datagrams().sent();
            small.on(first, () -> first.holders().askAgain(key, peer -> peer.call(HolderTestNet.METHOD, BDict.EMPTY)));
            assertThat(first.host().datagrams().sent()).isGreaterThan(before);
        }
    }

    @Test
    void oneLookupServesAllThatComeMeanwhileAndThoseRememberedAreBounded() {
        AtomicInteger lookups = new AtomicInteger();
        CompletableFuture<LookupResult> slow = new CompletableFuture<>();
        RoutingPlane routing = (RoutingPlane) Proxy.newProxyInstance(RoutingPlane.class.getClassLoader(),
                new Class<?>[] {RoutingPlane.class}, (proxy, method, arguments) -> {
                    lookups.incrementAndGet();
                    return lookups.get() == 1 ? slow : CompletableFuture.completedFuture(found((Key) arguments[0]));
                });
        RecentLookups recent = new RecentLookups(from.host().environment().clock(), routing, HolderSettings.DEFAULTS);
        assertThat(recent.find(key, 1)).isSameAs(recent.find(key, 1));
        assertThat(lookups).hasValue(1);
        slow.complete(new LookupResult.Failed(key, new LookupResult.Effort(0, 0, 0, 0), "nobody"));
        recent.find(key, 1);
        assertThat(lookups).as("a failure is not remembered").hasValue(2);
        for (int i = 0; i < 2 * HolderSettings.LOOKUPS_MAX; i++) {
            recent.find(net.key("other " + i), 1);
        }
        assertThat(recent.size()).isEqualTo(HolderSettings.LOOKUPS_MAX);
    }

    private static LookupResult found(Key target) {
        Contact contact = new Contact(target, new InetSocketAddress("10.0.0.1", 1));
        return new LookupResult.Converged(target, Collections.nCopies(1, contact), new LookupResult.Effort(1, 1, 1, 1));
    }
}
