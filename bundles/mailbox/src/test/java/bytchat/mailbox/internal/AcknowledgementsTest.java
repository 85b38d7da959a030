package bytchat.mailbox.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.account.DeviceList;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.rpc.RpcException;
import bytchat.tracker.testing.TestNet;
import bytchat.tracker.testing.TestPerson;
import bytchat.wire.sign.SignatureCheck;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AcknowledgementsTest extends MailboxTestNet {

    private BBytes putOne() {
        BDict envelope = message(1);
        put(envelope);
        return id(envelope);
    }

    @Test
    void theOnlyDevicesAcknowledgementBuries() {
        serve();
        BBytes id = putOne();
        subscribe(receiver, desk);

        assertThat(acknowledge(receiver, desk, id)).isTrue();

        assertThat(store.stats().envelopes()).isZero();
        assertThat(store.stats().tombstones()).isEqualTo(1);
        assertThat(service.status().facts()).containsEntry("buried", 1L);
    }

    @Test
    void anEnvelopeStaysUntilEveryUnrevokedDeviceHasAcknowledged() {
        serve();
        BBytes id = putOne();
        DeviceList list = bob.list(1, List.of(1, 2, 3), List.of(3));
        TestPerson.Device first = bob.device(1).with(list);
        TestPerson.Device second = bob.device(2).with(list);
        subscribe(receiver, first);

        assertThat(acknowledge(receiver, first, id)).isFalse();
        assertThat(store.stats().envelopes()).isEqualTo(1);

        subscribe(sender, second);
        assertThat(acknowledge(sender, second, id)).isTrue();
        assertThat(store.stats().envelopes()).isZero();
    }

    @Test
    void whatIsNotHeldIsAnsweredWithoutFuss() {
        serve();
        subscribe(receiver, desk);
        assertThat(acknowledge(receiver, desk, BBytes.of(new byte[32]))).isFalse();
    }

    @Test
    void expiredEnvelopesAndOldTombstonesGo() {
        serve();
        putOne();
        BDict second = message(2);
        put(second);
        subscribe(receiver, desk);
        acknowledge(receiver, desk, id(second));

        net.world.run(Duration.ofSeconds(TTL_SECONDS + 120));
        assertThat(store.stats().envelopes()).isZero();
        assertThat(store.stats().tombstones()).isEqualTo(1);

        net.world.run(Duration.ofMinutes(11));
        assertThat(store.stats().tombstones()).isZero();
    }

    @Test
    void malformedAndOversizedAcknowledgementsAreRefused() {
        serve();
        BBytes id = putOne();
        subscribe(receiver, desk);
        BDict good = acknowledgement(desk, id).requireDict("ack");

        assertThat(refusal(good.without("dev"))).isEqualTo(RpcException.PROTOCOL);
        assertThat(refusal(good.with().put("to", new byte[64]).build())).isEqualTo(RpcException.WRONG_NETWORK);
        assertThat(refusal(good.with().put("x", new byte[Mailbox.ACKNOWLEDGEMENT_BYTES_MAX]).build()))
                .isEqualTo(RpcException.TOO_BIG);
        assertThat(store.stats().envelopes()).isEqualTo(1);
    }

    private int refusal(BDict acknowledgement) {
        return net.refused(receiver, holder, "mailbox_ack", BDict.builder().put("ack", acknowledgement).build()).code();
    }

    // ---- defences, each with its twin

    private BDict forged(BBytes id) {
        return BDict.builder().put("ack", unsignedAcknowledgement(desk, id).with().put("sig", new byte[64]).build())
                .build();
    }

    @Test
    void aForgedAcknowledgementBuriesNothing() {
        serve();
        BBytes id = putOne();
        subscribe(receiver, desk);

        assertThat(net.refused(receiver, holder, "mailbox_ack", forged(id)).code())
                .isEqualTo(RpcException.BAD_SIGNATURE);
        assertThat(store.stats().envelopes()).isEqualTo(1);
    }

    @Test
    void twinWithoutSignaturesAForgedAcknowledgementBuries() {
        serve(ALL, TestNet.ACCEPT_ALL, MailboxSettings.DEFAULT);
        BBytes id = putOne();
        subscribe(receiver, desk);

        net.call(receiver, holder, "mailbox_ack", forged(id));
        assertThat(store.stats().envelopes()).isZero();
    }

    @Test
    void anAcknowledgementCountsOnTheDevicesOwnLinkOnly() {
        serve();
        BBytes id = putOne();
        assertThat(net.refused(receiver, holder, "mailbox_ack", acknowledgement(desk, id)).code())
                .as("before it has subscribed").isEqualTo(RpcException.NOT_BOUND);
        subscribe(receiver, desk);

        assertThat(net.refused(sender, holder, "mailbox_ack", acknowledgement(desk, id)).code())
                .isEqualTo(RpcException.NOT_BOUND);
        assertThat(store.stats().envelopes()).isEqualTo(1);
    }

    @Test
    void twinWithoutTheLinkSomebodyElseShowsTheAcknowledgement() {
        serve(without(MailboxCheck.SUBSCRIBED), SignatureCheck.BOUNCY_CASTLE, MailboxSettings.DEFAULT);
        BBytes id = putOne();
        subscribe(receiver, desk);

        net.call(sender, holder, "mailbox_ack", acknowledgement(desk, id));
        assertThat(store.stats().envelopes()).isZero();
    }
}
