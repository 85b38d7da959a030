package bytchat.mainline.internal;

import static bytchat.mainline.internal.MainlineTestNet.ALICE;
import static bytchat.mainline.internal.MainlineTestNet.MALLORY;
import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.bencode.BList;
import bytchat.api.bencode.BValue;
import bytchat.api.keyspace.Key;
import bytchat.api.mainline.MutableItem;
import bytchat.api.rpc.RpcException;
import bytchat.mainline.internal.MainlineTestNet.Member;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code get} and {@code put} as BEP 44 has them, over datagrams. */
class ItemServerTest {
    private final MainlineTestNet net = new MainlineTestNet();
    private final Member server = net.member(0);
    private final Member asker = net.member(1);

    static List<BValue> values() {
        return List.of(BBytes.of("text"), BBytes.of(""), new BInteger(-7), BList.of(BBytes.of("a"), new BInteger(1)),
                BDict.builder().put("b", 1).put("a", "x").build(), MainlineTestNet.value(1_000));
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueOfAnyKindIsThereForAll(BValue value) {
        net.ask(asker, server, "put", net.put(net.token(asker, server), value));
        Member other = net.member(2);

        BDict answer = net.ask(other, server, "get", net.get(net.keyOf(value)));
        assertThat(answer.get("v")).contains(value);
        assertThat(answer.requireBytes("token")).isNotEmpty();
        assertThat(answer.requireBytes("nodes")).isNotEmpty();
        assertThat(answer.get("k")).isEmpty();
        assertThat(answer.get("seq")).isEmpty();
    }

    @Test
    void whatIsNotThereIsAnsweredWithNodesAndAToken() {
        BDict answer = net.ask(asker, server, "get", net.get(net.key("nothing")));
        assertThat(answer.get("v")).isEmpty();
        assertThat(answer.requireBytes("token")).isNotEmpty();
        assertThat(answer.get("nodes")).isPresent();
    }

    @Test
    void aMutableItemCarriesAllThatProvesIt() {
        MutableItem item = ALICE.item("salt", 3, "hello");
        net.ask(asker, server, "put", net.put(net.token(asker, server), item));

        BDict answer = net.ask(asker, server, "get", net.get(net.keyOf(item)));
        assertThat(Bep44.mutable(answer, item.salt().toArray())).isEqualTo(item);
        assertThat(answer.get("salt")).isEmpty();
    }

    @Test
    void whoKnowsASequenceNumberGetsTheValueOnlyIfItIsNewer() {
        MutableItem item = ALICE.item("", 3, "hello");
        net.ask(asker, server, "put", net.put(net.token(asker, server), item));

        for (int known : new int[] {2, 3, 4}) {
            BDict answer = net.ask(asker, server, "get", net.get(net.keyOf(item)).put("seq", known));
            assertThat(answer.integer("seq")).hasValue(3);
            assertThat(answer.get("v").isPresent()).as("known %d", known).isEqualTo(known < 3);
            assertThat(answer.get("k").isPresent()).isEqualTo(known < 3);
            assertThat(answer.get("sig").isPresent()).isEqualTo(known < 3);
        }
    }

    @Test
    void theNewerReplacesAndTheOlderIsRefused() {
        byte[] token = net.token(asker, server);
        net.ask(asker, server, "put", net.put(token, ALICE.item("", 3, "three")));
        net.ask(asker, server, "put", net.put(token, ALICE.item("", 4, "four")));

        assertThat(net.refusal(asker, server, "put", net.put(token, ALICE.item("", 3, "three"))).code())
                .isEqualTo(RpcException.STALE);
        assertThat(net.refusal(asker, server, "put", net.put(token, ALICE.item("", 4, "other"))).code())
                .as("another value under the same number").isEqualTo(RpcException.STALE);
        net.ask(asker, server, "put", net.put(token, ALICE.item("", 4, "four")));
        assertThat(valueOf(ALICE.item("", 0, "").publicKey(), "")).isEqualTo(BBytes.of("four"));
    }

    @Test
    void withoutThatDefenceAnOldItemComesBack() {
        Member naive = net.member(3, new MainlineDefences(true, true, true, false, true, true, true, true));
        byte[] token = net.token(asker, naive);
        net.ask(asker, naive, "put", net.put(token, ALICE.item("", 4, "four")));
        net.ask(asker, naive, "put", net.put(token, ALICE.item("", 3, "three")));
        assertThat(net.ask(asker, naive, "get", net.get(net.keyOf(ALICE.item("", 3, "")))).integer("seq")).hasValue(3);
    }

    @Test
    void compareAndSwapStoresOnlyOverWhatWasSeen() {
        byte[] token = net.token(asker, server);
        net.ask(asker, server, "put", net.put(token, ALICE.item("", 1, "first")).put("cas", 99));
        net.ask(asker, server, "put", net.put(token, ALICE.item("", 5, "seen")).put("cas", 1));

        assertThat(net.refusal(asker, server, "put", net.put(token, ALICE.item("", 6, "late")).put("cas", 1)).code())
                .isEqualTo(RpcException.CAS_MISMATCH);
        assertThat(valueOf(BBytes.of(ALICE.publicKey()), "")).isEqualTo(BBytes.of("seen"));
    }

    @Test
    void withoutThatDefenceTwoWritersOverwriteEachOther() {
        Member naive = net.member(3, new MainlineDefences(true, true, false, true, true, true, true, true));
        byte[] token = net.token(asker, naive);
        net.ask(asker, naive, "put", net.put(token, ALICE.item("", 5, "seen")));
        net.ask(asker, naive, "put", net.put(token, ALICE.item("", 6, "late")).put("cas", 1));
        assertThat(net.ask(asker, naive, "get", net.get(net.keyOf(ALICE.item("", 0, "")))).get("v"))
                .contains(BBytes.of("late"));
    }

    @Test
    void saltsTellTheItemsOfOneKeyApart() {
        byte[] token = net.token(asker, server);
        net.ask(asker, server, "put", net.put(token, ALICE.item("a", 1, "in a")));
        net.ask(asker, server, "put", net.put(token, ALICE.item("b", 1, "in b")));
        assertThat(valueOf(BBytes.of(ALICE.publicKey()), "a")).isEqualTo(BBytes.of("in a"));
        assertThat(valueOf(BBytes.of(ALICE.publicKey()), "b")).isEqualTo(BBytes.of("in b"));
    }

    @Test
    void anothersSignatureIsRefused() {
        assertThat(net.refusal(asker, server, "put", net.put(net.token(asker, server), forged())).code())
                .isEqualTo(RpcException.BAD_SIGNATURE);
        assertThat(net.ask(asker, server, "get", net.get(net.keyOf(forged()))).get("v")).isEmpty();
    }

    @Test
    void withoutThatDefenceAnybodyWritesInAlicesName() {
        Member naive = net.member(3, new MainlineDefences(true, false, true, true, true, true, true, true));
        net.ask(asker, naive, "put", net.put(net.token(asker, naive), forged()));
        assertThat(net.ask(asker, naive, "get", net.get(net.keyOf(forged()))).get("v")).contains(BBytes.of("lies"));
    }

    private static MutableItem forged() {
        MutableItem mallorys = MALLORY.item("", 9, "lies");
        return new MutableItem(BBytes.of(ALICE.publicKey()), BBytes.of(""), 9, mallorys.value(), mallorys.signature());
    }

    @Test
    void tooBigIsRefused() {
        byte[] token = net.token(asker, server);
        assertThat(net.refusal(asker, server, "put", net.put(token, MainlineTestNet.value(1_001))).code())
                .isEqualTo(RpcException.TOO_BIG);
        assertThat(net.refusal(asker, server, "put", net.put(token, ALICE.item("", 1, MainlineTestNet.value(1_001)))).code())
                .isEqualTo(RpcException.TOO_BIG);
        assertThat(net.refusal(asker, server, "put",
                net.put(token, ALICE.item("", 1, "v")).put("salt", new byte[65])).code())
                .isEqualTo(RpcException.SALT_TOO_BIG);
    }

    @Test
    void withoutThatDefenceAnySizeIsHeld() {
        Member naive = net.member(3, new MainlineDefences(true, true, true, true, false, true, true, true));
        net.ask(asker, naive, "put", net.put(net.token(asker, naive), MainlineTestNet.value(1_100)));
        assertThat(naive.mainline().items().bytes()).isEqualTo(1_100);
    }

    @Test
    void theLargestItemHasRoomInADatagram() {
        MutableItem item = ALICE.item("s".repeat(64), Long.MAX_VALUE, MainlineTestNet.value(1_000));
        net.ask(asker, server, "put", net.put(net.token(asker, server), item).put("cas", Long.MAX_VALUE));
        BDict answer = net.ask(asker, server, "get", net.get(net.keyOf(item)));
        assertThat(Bep44.mutable(answer, item.salt().toArray())).isEqualTo(item);
    }

    @Test
    void aStrangersTokenIsRefused() {
        Member other = net.member(2);
        byte[] token = net.token(other, server);
        RpcException why = net.refusal(asker, server, "put", net.put(token, BBytes.of("v")));
        assertThat(why.code()).isEqualTo(RpcException.PROTOCOL);
        assertThat(net.refusal(asker, server, "put", BDict.builder().put("v", "v")).code())
                .as("no token at all").isEqualTo(RpcException.PROTOCOL);
        assertThat(server.mainline().items().size()).isZero();
    }

    @Test
    void withoutThatDefenceAnybodyWritesFromAnyAddress() {
        Member naive = net.member(3, new MainlineDefences(false, true, true, true, true, true, true, true));
        net.ask(asker, naive, "put", net.put(new byte[] {1}, BBytes.of("v")));
        assertThat(naive.mainline().items().size()).isEqualTo(1);
    }

    @Test
    void malformedQuestionsAreRefusedAs203() {
        byte[] token = net.token(asker, server);
        for (BDict.Builder arguments : List.of(
                BDict.builder(),
                BDict.builder().put("target", new byte[19]),
                BDict.builder().put("target", 5))) {
            assertThat(net.refusal(asker, server, "get", arguments).code()).isEqualTo(RpcException.PROTOCOL);
        }
        MutableItem item = ALICE.item("", 1, "v");
        for (BDict.Builder arguments : List.of(
                BDict.builder().put("token", token),
                net.put(token, item).put("k", new byte[31]),
                net.put(token, item).put("sig", new byte[63]),
                net.put(token, item).put("seq", "one"),
                net.put(token, item).put("seq", -1),
                net.put(token, item).put("salt", 4),
                net.put(token, item).put("cas", "x"),
                BDict.builder().put("token", token).put("k", ALICE.publicKey()).put("v", "v"))) {
            assertThat(net.refusal(asker, server, "put", arguments).code()).isEqualTo(RpcException.PROTOCOL);
        }
    }

    @Test
    void whatIsNotStoredAgainGoesAfterTwoHours() {
        byte[] token = net.token(asker, server);
        net.ask(asker, server, "put", net.put(token, BBytes.of("kept")));
        net.ask(asker, server, "put", net.put(token, BBytes.of("left")));
        net.world.run(Duration.ofMinutes(90));
        net.ask(asker, server, "put", net.put(net.token(asker, server), BBytes.of("kept")));
        net.world.run(Duration.ofMinutes(32));

        assertThat(net.ask(asker, server, "get", net.get(net.keyOf(BBytes.of("left")))).get("v")).isEmpty();
        assertThat(net.ask(asker, server, "get", net.get(net.keyOf(BBytes.of("kept")))).get("v")).isPresent();
        assertThat(server.mainline().items().size()).isEqualTo(1);
        net.world.run(Duration.ofHours(2));
        assertThat(server.mainline().items().size()).isZero();
        assertThat(server.mainline().items().bytes()).isZero();
        assertThat(server.mainline().items().sources()).isZero();
    }

    private BValue valueOf(BBytes publicKey, String salt) {
        Key target = Key.of(net.hash.digest(publicKey.toArray(), salt.getBytes()));
        return net.ask(asker, server, "get", net.get(target)).get("v").orElseThrow();
    }
}
