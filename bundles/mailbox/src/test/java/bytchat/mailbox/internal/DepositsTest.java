package bytchat.mailbox.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Key;
import bytchat.api.mailbox.Envelope.Kind;
import bytchat.api.mailbox.Permit;
import bytchat.api.mailbox.StoreReceipt;
import bytchat.api.rpc.RpcException;
import bytchat.api.store.StoreException;
import bytchat.store.memory.internal.MemoryMailboxStore;
import bytchat.tracker.testing.TestNet;
import bytchat.tracker.testing.TestPerson;
import bytchat.wire.CompactNodes;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Tag;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class DepositsTest extends MailboxTestNet {
    private static final Duration AHEAD = Duration.ofMinutes(9);

    private StoreReceipt receipt(BDict answer) {
        StoreReceipt receipt = new StoreReceipt(answer.requireDict("receipt"));
        assertThat(sender.verifier().receipt(receipt, holder.key())).isEmpty();
        return receipt;
    }

    @Test
    void anEnvelopeIsAnsweredWithAReceiptThatTheHolderSigned() {
        serve();
        BDict envelope = message(1);

        StoreReceipt receipt = receipt(put(envelope));

        assertThat(receipt.envelopeId()).isEqualTo(id(envelope).toArray());
        assertThat(receipt.to()).isEqualTo(to.toArray());
        assertThat(receipt.expiryMillis()).isEqualTo(envelope.requireInteger("ts") + TTL_SECONDS * 1000);
        assertThat(store.stats().envelopes()).isEqualTo(1);
    }

    @Test
    void theReceiptComesOnlyWhenTheEnvelopeIsDurable() {
        CompletableFuture<Void> disk = new CompletableFuture<>();
        store = new MemoryMailboxStore(holder.environment(), 100, 1 << 20) {
            @Override
            public CompletionStage<PutOutcome> put(StoredEnvelope envelope) {
                return super.put(envelope).thenCompose(outcome -> disk.thenApply(x -> outcome));
            }
        };
        serve();
        BDict arguments = arguments(message(1), Optional.of(permit()));
        CompletableFuture<BDict> answer = sender.host().call(
                () -> sender.rpc().connect(holder.contact()).thenCompose(peer -> peer.call("mailbox_put", arguments)));

        net.world.run(Duration.ofSeconds(5));
        assertThat(answer).isNotDone();

        net.run(holder, () -> disk.complete(null));
        net.world.run(Duration.ofSeconds(1));
        assertThat(answer).isCompleted();
    }

    @Test
    void theSameEnvelopeAgainGetsAnEqualReceipt() {
        serve();
        BDict envelope = message(1);
        StoreReceipt first = receipt(put(envelope));
        net.world.run(Duration.ofHours(1));

        assertThat(receipt(put(envelope)).dict()).isEqualTo(first.dict());
        assertThat(store.stats().envelopes()).isEqualTo(1);
    }

    @Test
    void whoIsNotAHolderNamesNearerNodes() {
        serve();
        holder.holders().nearer(List.of(receiver.contact()));

        RpcException refusal = putRefused(arguments(message(1), Optional.of(permit())));

        assertThat(refusal.code()).isEqualTo(RpcException.NOT_A_HOLDER);
        assertThat(CompactNodes.decode(refusal.details().requireBytes("nodes"), 20, false))
                .containsExactly(receiver.contact());
    }

    @Test
    void malformedOversizedForeignAndUntimelyEnvelopesAreRefused() {
        serve();
        Optional<Permit> permit = Optional.of(permit());

        assertThat(putRefused(BDict.EMPTY).code()).isEqualTo(RpcException.PROTOCOL);
        assertThat(putRefused(arguments(message(1).without("seq"), permit)).code()).isEqualTo(RpcException.PROTOCOL);
        BDict oversized = sign(message(1).with().put("x", new byte[Deposits.ENVELOPE_BYTES_MAX]));
        assertThat(putRefused(arguments(oversized, permit)).code())
                .isEqualTo(RpcException.TOO_BIG);
        assertThat(putRefused(arguments(sign(message(1).with().put("to", new byte[64])), permit)).code())
                .isEqualTo(RpcException.WRONG_NETWORK);
        RpcException ahead =
                putRefused(arguments(sign(message(1).with().put("ts", sender.now() + 11 * 60_000)), permit));
        assertThat(ahead.code()).isEqualTo(RpcException.REFUSED);
        assertThat(ahead.details().requireInteger("ts")).isBetween(holder.now() - 1000, holder.now());
        RpcException expired = putRefused(
                arguments(sign(message(1).with().put("ts", sender.now() - TTL_SECONDS * 1000)), permit));
        assertThat(expired.code()).isEqualTo(RpcException.REFUSED);
        assertThat(store.stats().envelopes()).isZero();
    }

    private BDict sign(BDict.Builder changed) {
        return phone.sign(Tag.ENVELOPE, changed.build().without("sig"));
    }

    @Test
    void aFullDiskIsToldWithATimeToComeAgain() {
        store = new MemoryMailboxStore(holder.environment(), 100, 1 << 20) {
            @Override
            public CompletionStage<PutOutcome> put(StoredEnvelope envelope) {
                return CompletableFuture.failedFuture(
                        new StoreException(StoreException.Reason.DISK_FULL, "no room on the disk", null));
            }
        };
        serve();

        RpcException refusal = putRefused(arguments(message(1), Optional.of(permit())));

        assertThat(refusal.code()).isEqualTo(RpcException.QUOTA);
        assertThat(refusal.details().requireInteger("retry_after_s")).isEqualTo(60);
    }

    // ---- defences, each with its twin

    private BDict forged() {
        return message(1).with().put("sig", new byte[64]).build();
    }

    @Test
    void aForgedEnvelopeIsRefused() {
        serve();
        assertThat(putRefused(arguments(forged(), Optional.of(permit()))).code()).isEqualTo(RpcException.BAD_SIGNATURE);
        assertThat(store.stats().envelopes()).isZero();
    }

    @Test
    void twinWithoutSignaturesAForgedEnvelopeIsStored() {
        serve(ALL, TestNet.ACCEPT_ALL, MailboxSettings.DEFAULT);
        put(forged());
        assertThat(store.stats().envelopes()).isEqualTo(1);
    }

    @Test
    void aSenderIsWhoseKeyIsShown() {
        serve();
        TestPerson mallory = TestPerson.number(3);
        BDict arguments = arguments(message(1), Optional.of(permit()));

        assertThat(putRefused(arguments.with().put("key", mallory.accountKey()).build()).code())
                .isEqualTo(RpcException.BAD_SIGNATURE);
        BDict hers = mallory.device(1).credentials().certificate().dict();
        assertThat(putRefused(arguments.with().put("cert", hers).build()).code())
                .isEqualTo(RpcException.BAD_SIGNATURE);
    }

    @Test
    void onlyHandshakesAreTakenFromStrangers() {
        serve();
        assertThat(putRefused(arguments(message(1), Optional.empty())).code()).isEqualTo(RpcException.REFUSED);

        BDict handshake = phone.sign(Tag.ENVELOPE, unsigned(Kind.HANDSHAKE, 1, 5_000));
        receipt(net.call(sender, holder, "mailbox_put", arguments(handshake, Optional.empty())));
    }

    @Test
    void aPermitThatIsNotForThisSenderFromThisRecipientAndNowIsRefused() {
        serve();
        Key carol = TestPerson.number(3).uid(net.keySpace);
        long later = sender.now() + 60_000;
        List<Permit> bad = List.of(
                permit(desk, TestPerson.number(3).fingerprint(), to, later),
                permit(TestPerson.number(3).device(1), alice.fingerprint(), to, later),
                permit(TestPerson.number(3).device(1), alice.fingerprint(), carol, later),
                permit(desk, alice.fingerprint(), to, sender.now() - 1),
                new Permit(permit().dict().with().put("sig", new byte[64]).build()));

        for (Permit permit : bad) {
            assertThat(putRefused(arguments(message(1), Optional.of(permit))).code()).isEqualTo(RpcException.REFUSED);
        }
    }

    @Test
    void aHandshakeWhosePermitHasRunOutIsAStrangers() {
        serve(ALL, SignatureCheck.BOUNCY_CASTLE, bounds(100, 1 << 20, 1 << 20, 8_000));
        Permit expired = permit(desk, alice.fingerprint(), to, sender.now() - 1);

        assertThat(storedOf(20, Kind.HANDSHAKE, Optional.of(expired))).isBetween(4, 6);
        assertThat(storedOf(20, Kind.HANDSHAKE, Optional.of(permit()))).as("with a good one").isEqualTo(20);
    }

    @Test
    void twinWithoutPermitsAStrangersMessageIsStored() {
        serve(without(MailboxCheck.PERMIT), SignatureCheck.BOUNCY_CASTLE, MailboxSettings.DEFAULT);
        net.call(sender, holder, "mailbox_put", arguments(message(1), Optional.empty()));
        assertThat(store.stats().envelopes()).isEqualTo(1);
    }

    /** An envelope whose time is ahead expires, by what is written in it, later each time it is first seen. */
    private long expiryAfterPuttingAgain() {
        BDict ahead = sign(message(1).with().put("ts", sender.now() + AHEAD.toMillis()));
        long first = receipt(put(ahead)).expiryMillis();
        net.world.run(AHEAD);
        return receipt(put(ahead)).expiryMillis() - first;
    }

    @Test
    void puttingAgainDoesNotExtendALife() {
        serve();
        assertThat(expiryAfterPuttingAgain()).isZero();
    }

    @Test
    void twinWithAStoreThatForgetsPuttingAgainExtendsALife() {
        store = new MemoryMailboxStore(holder.environment(), 100, 1 << 20) {
            @Override
            public CompletionStage<PutOutcome> put(StoredEnvelope envelope) {
                return super.put(envelope).thenApply(outcome -> PutOutcome.STORED);
            }
        };
        serve();
        assertThat(expiryAfterPuttingAgain()).isGreaterThan(AHEAD.toMillis() / 2);
    }

    @Test
    void whatWasBuriedStaysBuriedAndItsSenderIsToldSo() {
        serve();
        BDict envelope = message(1);
        put(envelope);
        subscribe(receiver, desk);
        assertThat(acknowledge(receiver, desk, id(envelope))).isTrue();

        BDict answer = put(envelope);

        assertThat(answer.requireInteger("buried")).isEqualTo(1);
        receipt(answer);
        assertThat(store.stats().envelopes()).isZero();
        net.world.run(Duration.ofMinutes(10));
        assertThat(pushed).containsExactly(id(envelope));
    }

    // ---- floods

    private static MailboxSettings bounds(long envelopesMax, long recipient, long sender, long strangers) {
        return new MailboxSettings(envelopesMax, 1 << 20, recipient, sender, strangers, 1 << 20, 1 << 20, 10);
    }

    private int storedOf(int envelopes, Kind kind, Optional<Permit> permit) {
        int stored = 0;
        for (int i = 0; i < envelopes; i++) {
            BDict arguments = arguments(phone.sign(Tag.ENVELOPE, unsigned(kind, 1000 + i, 500)), permit);
            stored += net.on(sender, () -> net.link(sender, holder).call("mailbox_put", arguments)
                    .handle((answer, failure) -> {
                        if (failure instanceof RpcException refusal) {
                            assertThat(refusal.code()).isEqualTo(RpcException.QUOTA);
                            assertThat(refusal.details().requireInteger("retry_after_s")).isPositive();
                        }
                        return failure == null ? 1 : 0;
                    }));
        }
        return stored;
    }

    @Test
    void strangersFillTheirOwnShareAndContactsMailGoesOn() {
        serve(ALL, SignatureCheck.BOUNCY_CASTLE, bounds(100, 1 << 20, 1 << 20, 8_000));

        assertThat(storedOf(20, Kind.HANDSHAKE, Optional.empty())).isBetween(4, 6);
        receipt(put(message(1)));

        net.world.run(Duration.ofDays(1));
        assertThat(storedOf(20, Kind.HANDSHAKE, Optional.empty())).as("the next day").isBetween(4, 6);
    }

    @Test
    void aSenderAndARecipientHaveTheirBounds() {
        serve(ALL, SignatureCheck.BOUNCY_CASTLE, bounds(100, 8_000, 1 << 20, 1 << 20));
        assertThat(storedOf(20, Kind.MESSAGE, Optional.of(permit()))).isBetween(4, 6);
        net.run(holder, service::close);

        serve(ALL, SignatureCheck.BOUNCY_CASTLE, bounds(100, 1 << 20, 8_000, 1 << 20));
        net.world.run(Duration.ofSeconds(1));
        assertThat(storedOf(20, Kind.MESSAGE, Optional.of(permit()))).isBetween(4, 6);
    }

    @Test
    void aNodeIsHalfFullForStrangersBeforeItIsFullForContacts() {
        serve(ALL, SignatureCheck.BOUNCY_CASTLE, bounds(10, 1 << 20, 1 << 20, 1 << 20));

        assertThat(storedOf(20, Kind.HANDSHAKE, Optional.empty())).isEqualTo(5);
        assertThat(storedOf(20, Kind.MESSAGE, Optional.of(permit()))).isEqualTo(5);
        assertThat(store.stats().envelopes()).isEqualTo(10);
    }

    @Test
    void whatWasStoredAlreadyIsNotChargedAgain() {
        serve(ALL, SignatureCheck.BOUNCY_CASTLE, bounds(100, 8_000, 8_000, 8_000));
        BDict envelope = message(1);
        for (int i = 0; i < 50; i++) {
            receipt(put(envelope));
        }
    }
}
