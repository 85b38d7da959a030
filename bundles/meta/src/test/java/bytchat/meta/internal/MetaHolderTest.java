package bytchat.meta.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BDict;
import bytchat.api.meta.MetaRecord;
import bytchat.api.rpc.RpcException;
import bytchat.tracker.testing.TestNet;
import bytchat.tracker.testing.TestPerson;
import bytchat.wire.CompactNodes;
import bytchat.wire.sign.SignatureCheck;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetaHolderTest extends MetaTestNet {
    private static final long DAY = Duration.ofDays(1).toMillis();

    private RpcException refusal(Holding at, BDict meta) {
        return net.refused(reader, at.node(), "meta_put", arguments(meta));
    }

    @Test
    void newerReplacesAndOlderIsStale() {
        Holding holder = holder(1);
        long now = reader.now();
        put(holder, record("first", now));
        put(holder, record("second", now + 1));
        assertThat(nameAt(holder)).isEqualTo("second");

        RpcException refusal = refusal(holder, record("third", now));

        assertThat(refusal.code()).isEqualTo(RpcException.STALE);
        assertThat(refusal.details().requireInteger("newest")).isEqualTo(now + 1);
        assertThat(nameAt(holder)).isEqualTo("second");
    }

    @Test
    void theSameAgainRefreshesItsTimeToLive() {
        Holding holder = holder(1);
        BDict meta = record("alice", reader.now());
        put(holder, meta);
        net.world.run(Duration.ofDays(5));
        put(holder, meta);
        net.world.run(Duration.ofDays(5));
        assertThat(nameAt(holder)).isEqualTo("alice");

        net.world.run(Duration.ofDays(3));
        assertThat(nameAt(holder)).isEmpty();
        assertThat(holder.store().stats().records()).isZero();
    }

    private void putIfNewer(Holding at, BDict meta) {
        net.on(reader, () -> net.link(reader, at.node()).call("meta_put", arguments(meta))
                .handle((answer, refusal) -> refusal == null));
    }

    @Test
    void onATieAllHoldersKeepTheSame() {
        BDict one = record("one", reader.now());
        BDict other = record("other", reader.now());
        Holding first = holder(1);
        Holding second = holder(2);

        putIfNewer(first, one);
        putIfNewer(first, other);
        putIfNewer(second, other);
        putIfNewer(second, one);

        assertThat(nameAt(first)).isNotEmpty().isEqualTo(nameAt(second));
    }

    @Test
    void twoThatComeAtOnceDoNotOvertakeEachOther() {
        Holding holder = holder(1);
        long now = reader.now();
        BDict newer = record("newer", now + 1);
        BDict older = record("older", now);
        var link = net.link(reader, holder.node());

        net.on(reader, () -> link.call("meta_put", arguments(newer)).handle((a, f) -> f)
                .thenCombine(link.call("meta_put", arguments(older)).handle((a, f) -> f), (a, b) -> a == b));

        assertThat(nameAt(holder)).isEqualTo("newer");
    }

    @Test
    void malformedOversizedForeignAndMisplacedRecordsAreRefused() {
        Holding holder = holder(1);
        BDict good = record("alice", reader.now());

        assertThat(refusal(holder, BDict.EMPTY).code()).isEqualTo(RpcException.PROTOCOL);
        assertThat(refusal(holder, good.with().put("x", new byte[MetaRecord.BYTES_MAX]).build()).code())
                .isEqualTo(RpcException.TOO_BIG);
        assertThat(refusal(holder, good.with().put("id", new byte[64]).build()).code())
                .isEqualTo(RpcException.WRONG_NETWORK);
        assertThat(refusal(holder, good.with().put("id", new byte[20]).build()).code())
                .isEqualTo(RpcException.BAD_SIGNATURE);
        holder.node().holders().nearer(List.of(reader.contact()));
        RpcException notHere = refusal(holder, good);
        assertThat(notHere.code()).isEqualTo(RpcException.NOT_A_HOLDER);
        assertThat(CompactNodes.decode(notHere.details().requireBytes("nodes"), 20, false))
                .containsExactly(reader.contact());
    }

    @Test
    void aFloodOfRecordsEndsAtTheBound() {
        Holding holder = holder(1, ALL, SignatureCheck.BOUNCY_CASTLE, new MetaSettings(2, 1 << 20, Duration.ofDays(7)));
        for (int person = 1; person <= 2; person++) {
            put(holder, record(TestPerson.number(person).device(1), "someone", reader.now()));
        }

        RpcException refusal = refusal(holder, record(TestPerson.number(3).device(1), "one too many", reader.now()));

        assertThat(refusal.code()).isEqualTo(RpcException.QUOTA);
        assertThat(refusal.details().requireInteger("retry_after_s")).isPositive();
        put(holder, record("still updated", reader.now() + 1));
        assertThat(nameAt(holder)).isEqualTo("still updated");
    }

    // ---- defences, each with its twin

    private BDict forged() {
        return unsigned(phone, "mallory", reader.now()).with().put("sig", new byte[256]).build();
    }

    @Test
    void aForgedRecordIsRefused() {
        Holding holder = holder(1);
        assertThat(refusal(holder, forged()).code()).isEqualTo(RpcException.BAD_SIGNATURE);
        assertThat(nameAt(holder)).isEmpty();
    }

    @Test
    void twinWithoutSignaturesAForgedRecordIsHeld() {
        Holding holder = holder(1, ALL, TestNet.ACCEPT_ALL, MetaSettings.DEFAULT);
        put(holder, forged());
        assertThat(nameAt(holder)).isEqualTo("mallory");
    }

    @Test
    void aTimeFarAheadOrLongAgoIsRefusedWithOurs() {
        Holding holder = holder(1);
        for (long wrong : new long[] {reader.now() + 11 * 60_000, reader.now() - 31 * DAY}) {
            RpcException refusal = refusal(holder, record("alice", wrong));
            assertThat(refusal.code()).isEqualTo(RpcException.REFUSED);
            assertThat(refusal.details().requireInteger("ts")).isBetween(reader.now() - 1000, reader.now());
        }
    }

    @Test
    void twinWithoutTimesARecordFromTheFutureLocksOutAllLater() {
        Holding holder = holder(1, without(MetaCheck.TIME), SignatureCheck.BOUNCY_CASTLE, MetaSettings.DEFAULT);
        put(holder, record("for ever", reader.now() + 1000 * DAY));
        assertThat(refusal(holder, record("alice", reader.now())).code()).isEqualTo(RpcException.STALE);
    }

    @Test
    void twinWithoutComparingAHolderIsRolledBack() {
        Holding holder = holder(1, without(MetaCheck.NEWEST), SignatureCheck.BOUNCY_CASTLE, MetaSettings.DEFAULT);
        put(holder, record("new", reader.now()));
        put(holder, record("old", reader.now() - DAY));
        assertThat(nameAt(holder)).isEqualTo("old");
    }
}
