package bytchat.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import bytchat.api.store.MailboxStore.Held;
import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import bytchat.api.store.MailboxStore;
import bytchat.api.store.MailboxStore.AckOutcome;
import bytchat.api.store.MailboxStore.PutOutcome;
import bytchat.api.store.MailboxStore.StoredEnvelope;
import bytchat.api.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Rules of {@link MailboxStore}. */
public abstract class MailboxStoreContract extends StoreContract<MailboxStore> {
    private static final Key ALICE = key("alice");
    private static final Key BOB = key("bob");
    private static final BBytes PHONE = BBytes.of("phone");
    private static final BBytes LAPTOP = BBytes.of("laptop");
    private static final byte[] ACK = {9};
    private static final long TOMBSTONE_MILLIS = Duration.ofMinutes(10).toMillis();

    @Test
    void anEnvelopeComesBackAsItWasPutWithAnArrivalNumber() {
        StoredEnvelope envelope = new StoredEnvelope("default", ALICE, id(1), 0, 1_000, new byte[64 * 1024]);
        assertThat(await(store.put(envelope))).isEqualTo(PutOutcome.STORED);

        StoredEnvelope held = await(store.get("default", ALICE, id(1))).orElseThrow();
        assertThat(held).usingRecursiveComparison().ignoringFields("arrival").isEqualTo(envelope);
        assertThat(held.arrival()).isPositive();
        assertThat(waiting(PHONE)).usingRecursiveFieldByFieldElementComparator().containsExactly(held);
    }

    @Test
    void stagesCompleteOnTheEventLoop() {
        assertCompletesOnLoop(() -> store.put(envelope(1, 1_000)));
        assertCompletesOnLoop(() -> store.waiting("default", ALICE, PHONE, 0, 10));
        assertCompletesOnLoop(() -> store.get("default", ALICE, id(1)));
        assertCompletesOnLoop(() -> store.acknowledge("default", ALICE, id(1), PHONE, ACK, Set.of()));
        assertCompletesOnLoop(() -> store.putDevices("default", ALICE, new byte[1]));
        assertCompletesOnLoop(() -> store.devices("default", ALICE));
        assertCompletesOnLoop(() -> store.expire(0, 1));
    }

    @Test
    void theSameIdIsHeldOnce() {
        await(store.put(envelope(1, 1_000)));

        assertThat(await(store.put(envelope(1, 1_000)))).isEqualTo(PutOutcome.PRESENT);
        assertThat(waiting(PHONE)).hasSize(1);
        assertThat(store.stats().envelopes()).isEqualTo(1);
    }

    @Test
    void expiryNeverGrowsButMayShrink() {
        await(store.put(envelope(1, 1_000)));
        await(store.put(envelope(1, 2_000)));
        assertThat(await(store.get("default", ALICE, id(1))).orElseThrow().expiryMillis()).isEqualTo(1_000);

        await(store.put(envelope(1, 500)));
        assertThat(await(store.get("default", ALICE, id(1))).orElseThrow().expiryMillis()).isEqualTo(500);
        assertThat(await(store.expire(500, 10))).isEqualTo(1);
        assertThat(await(store.get("default", ALICE, id(1)))).isEmpty();
        assertThat(store.stats()).isEqualTo(new MailboxStore.Stats(0, 0, 0));
    }

    @Test
    void mailWaitsInOrderOfArrivalWhateverTheIds() {
        for (int number : new int[] {7, 3, 9, 1}) {
            await(store.put(envelope(number, 1_000)));
        }

        assertThat(waiting(PHONE)).extracting(StoredEnvelope::id).containsExactly(id(7), id(3), id(9), id(1));
        assertThat(waiting(PHONE)).extracting(StoredEnvelope::arrival).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void waitingGoesOnBehindAnArrivalNumberAndStopsAtItsLimit() {
        for (int i = 0; i < 10; i++) {
            await(store.put(envelope(i, 1_000)));
        }

        List<BBytes> read = new ArrayList<>();
        long after = 0;
        List<StoredEnvelope> page;
        while (!(page = await(store.waiting("default", ALICE, PHONE, after, 3))).isEmpty()) {
            assertThat(page).hasSizeLessThanOrEqualTo(3);
            page.forEach(envelope -> read.add(envelope.id()));
            after = page.get(page.size() - 1).arrival();
        }
        assertThat(read).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    void aLimitOutOfItsRangeIsTheCallersMistake() {
        assertThatIllegalArgumentException().isThrownBy(() -> store.waiting("default", ALICE, PHONE, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> store.waiting("default", ALICE, PHONE, 0, 257));
    }

    @Test
    void recipientsAndKeySpacesAreKeptApart() {
        await(store.put(envelope(1, 1_000)));

        assertThat(await(store.waiting("default", BOB, PHONE, 0, 10))).isEmpty();
        assertThat(await(store.waiting("other", ALICE, PHONE, 0, 10))).isEmpty();
        assertThat(await(store.get("default", BOB, id(1)))).isEmpty();
        assertThat(await(store.acknowledge("other", ALICE, id(1), PHONE, ACK, Set.of(PHONE))))
                .isEqualTo(AckOutcome.UNKNOWN);
        assertThat(waiting(PHONE)).hasSize(1);
    }

    @Test
    void whatADeviceHasAcknowledgedWaitsForTheOthersOnly() {
        await(store.put(envelope(1, 1_000)));

        assertThat(acknowledge(1, PHONE, Set.of(PHONE, LAPTOP))).isEqualTo(AckOutcome.RECORDED);
        assertThat(waiting(PHONE)).isEmpty();
        assertThat(waiting(LAPTOP)).hasSize(1);
        assertThat(await(store.get("default", ALICE, id(1)))).isPresent();
    }

    @Test
    void whenAllRequiredHaveAcknowledgedItIsBuried() {
        await(store.put(envelope(1, 1_000)));
        acknowledge(1, PHONE, Set.of(PHONE, LAPTOP));

        assertThat(acknowledge(1, LAPTOP, Set.of(PHONE, LAPTOP))).isEqualTo(AckOutcome.BURIED);
        assertThat(waiting(PHONE)).isEmpty();
        assertThat(waiting(LAPTOP)).isEmpty();
        assertThat(await(store.get("default", ALICE, id(1)))).isEmpty();
        assertThat(store.stats()).isEqualTo(new MailboxStore.Stats(0, 0, 1));
    }

    @Test
    void oneDevicesAcknowledgementTwiceIsNotTwoDevices() {
        await(store.put(envelope(1, 1_000)));

        assertThat(acknowledge(1, PHONE, Set.of(PHONE, LAPTOP))).isEqualTo(AckOutcome.RECORDED);
        assertThat(acknowledge(1, PHONE, Set.of(PHONE, LAPTOP))).isEqualTo(AckOutcome.RECORDED);
        assertThat(waiting(LAPTOP)).hasSize(1);
    }

    @Test
    void aDeviceThatIsNotRequiredBuriesNothing() {
        await(store.put(envelope(1, 1_000)));

        assertThat(acknowledge(1, LAPTOP, Set.of(PHONE))).isEqualTo(AckOutcome.RECORDED);
        assertThat(waiting(PHONE)).hasSize(1);
    }

    @Test
    void withoutKnownDevicesNothingIsBuried() {
        await(store.put(envelope(1, 1_000)));

        assertThat(acknowledge(1, PHONE, Set.of())).isEqualTo(AckOutcome.RECORDED);
        assertThat(await(store.get("default", ALICE, id(1)))).isPresent();
        assertThat(store.stats().envelopes()).isEqualTo(1);
    }

    @Test
    void anAcknowledgementOfSomethingThatIsNotHeldIsUnknown() {
        assertThat(acknowledge(1, PHONE, Set.of(PHONE))).isEqualTo(AckOutcome.UNKNOWN);
        assertThat(await(store.put(envelope(1, 1_000)))).as("and blocks nothing").isEqualTo(PutOutcome.STORED);
        assertThat(waiting(PHONE)).hasSize(1);
    }

    @Test
    void whatIsBuriedIsNotTakenAgain() {
        await(store.put(envelope(1, 1_000)));
        acknowledge(1, PHONE, Set.of(PHONE));

        assertThat(await(store.put(envelope(1, 1_000)))).isEqualTo(PutOutcome.BURIED);
        assertThat(waiting(LAPTOP)).isEmpty();
        assertThat(acknowledge(1, LAPTOP, Set.of(PHONE, LAPTOP))).as("a late acknowledgement")
                .isEqualTo(AckOutcome.BURIED);
        assertThat(store.stats()).isEqualTo(new MailboxStore.Stats(0, 0, 1));
    }

    @Test
    void arrivalNumbersAreNotUsedAgainAfterABurial() {
        await(store.put(envelope(1, 1_000)));
        long first = waiting(PHONE).get(0).arrival();
        acknowledge(1, PHONE, Set.of(PHONE));
        await(store.put(envelope(2, 1_000)));

        assertThat(waiting(PHONE).get(0).arrival()).isGreaterThan(first);
    }

    @Test
    void expireTakesEnvelopesWhoseTimeHasPassedAndNoOthers() {
        await(store.put(envelope(1, 1_000)));
        await(store.put(envelope(2, 1_001)));

        assertThat(await(store.expire(999, 100))).isZero();
        assertThat(await(store.expire(1_000, 100))).isEqualTo(1);
        assertThat(waiting(PHONE)).extracting(StoredEnvelope::id).containsExactly(id(2));
        assertThat(store.stats().envelopes()).isEqualTo(1);
    }

    @Test
    void expireTakesTombstonesTenMinutesLater() {
        await(store.put(envelope(1, 1_000)));
        acknowledge(1, PHONE, Set.of(PHONE));

        assertThat(await(store.expire(1_000 + TOMBSTONE_MILLIS - 1, 100))).isZero();
        assertThat(await(store.put(envelope(1, 1_000)))).isEqualTo(PutOutcome.BURIED);
        assertThat(await(store.expire(1_000 + TOMBSTONE_MILLIS, 100))).isEqualTo(1);
        assertThat(store.stats()).isEqualTo(new MailboxStore.Stats(0, 0, 0));
    }

    @Test
    void afterExpiryEarlierAcknowledgementsCountNoMore() {
        await(store.put(envelope(1, 1_000)));
        acknowledge(1, PHONE, Set.of(PHONE, LAPTOP));
        await(store.expire(1_000, 100));
        await(store.put(envelope(1, 5_000)));

        assertThat(waiting(PHONE)).hasSize(1);
    }

    @Test
    void expireStopsAtItsLimit() {
        for (int i = 0; i < 10; i++) {
            await(store.put(envelope(i, i)));
        }

        assertThat(await(store.expire(1_000, 4))).isEqualTo(4);
        assertThat(store.stats().envelopes()).isEqualTo(6);
        assertThat(await(store.expire(1_000, 100))).isEqualTo(6);
    }

    @Test
    void aRecipientsDeviceListIsTheOnePutLast() {
        assertThat(await(store.devices("default", ALICE))).isEmpty();
        await(store.putDevices("default", ALICE, new byte[] {1}));
        await(store.putDevices("default", ALICE, new byte[] {2}));

        assertThat(await(store.devices("default", ALICE))).contains(new byte[] {2});
        assertThat(await(store.devices("other", ALICE))).isEmpty();
        assertThat(await(store.devices("default", BOB))).isEmpty();
    }

    @Test
    void anEnvelopeTakesAtMost64Acknowledgements() {
        await(store.put(envelope(1, 1_000)));
        for (int i = 0; i < 64; i++) {
            assertThat(acknowledge(1, BBytes.of("device" + i), Set.of())).isEqualTo(AckOutcome.RECORDED);
        }

        assertThat(awaitFailure(store.acknowledge("default", ALICE, id(1), PHONE, ACK, Set.of())).reason())
                .isEqualTo(StoreException.Reason.FULL);
        assertThat(acknowledge(1, BBytes.of("device7"), Set.of())).as("once more").isEqualTo(AckOutcome.RECORDED);
    }

    @Test
    void statsCountWhatIsHeld() {
        await(store.put(new StoredEnvelope("default", ALICE, id(1), 0, 1_000, new byte[100])));
        await(store.put(new StoredEnvelope("default", BOB, id(2), 0, 1_000, new byte[50])));

        assertThat(store.stats()).isEqualTo(new MailboxStore.Stats(2, 150, 0));
    }

    @Test
    void manyPutsAtOnceAreAllHeldInTheOrderTheyWereMade() {
        List<CompletionStage<PutOutcome>> puts = new ArrayList<>();
        List<BBytes> ids = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            ids.add(id(i));
            puts.add(store.put(envelope(i, 1_000)));
        }
        puts.forEach(put -> assertThat(await(put)).isEqualTo(PutOutcome.STORED));

        assertThat(await(store.waiting("default", ALICE, PHONE, 0, 256))).extracting(StoredEnvelope::id)
                .containsExactlyElementsOf(ids);
    }

    @Test
    void aFullStoreRefusesEnvelopesAndTakesAcknowledgements() throws Exception {
        reopenWithBound(2);
        await(store.put(envelope(1, 1_000)));
        await(store.put(envelope(2, 1_000)));

        assertThat(awaitFailure(store.put(envelope(3, 1_000))).reason()).isEqualTo(StoreException.Reason.FULL);
        assertThat(await(store.get("default", ALICE, id(3)))).isEmpty();
        assertThat(await(store.put(envelope(2, 1_000)))).isEqualTo(PutOutcome.PRESENT);
        assertThat(acknowledge(1, PHONE, Set.of(PHONE))).isEqualTo(AckOutcome.BURIED);
        await(store.expire(1_000 + TOMBSTONE_MILLIS, 100));
        assertThat(await(store.put(envelope(3, 900_000)))).isEqualTo(PutOutcome.STORED);
    }

    private List<StoredEnvelope> waiting(BBytes device) {
        return await(store.waiting("default", ALICE, device, 0, 256));
    }

    private AckOutcome acknowledge(int number, BBytes device, Set<BBytes> required) {
        return await(store.acknowledge("default", ALICE, id(number), device, ACK, required));
    }

    @Test
    void allOfItCanBeTakenOutAndPutBack() {
        for (int number : new int[] {7, 3, 9, 1, 5}) {
            await(store.put(envelope(number, 1_000 + number)));
        }
        await(store.put(new StoredEnvelope("other", BOB, id(7), 0, 9_000, new byte[] {4})));
        await(store.acknowledge("default", ALICE, id(3), PHONE, ACK, Set.of(PHONE, LAPTOP)));
        await(store.acknowledge("default", ALICE, id(9), PHONE, ACK, Set.of(PHONE)));
        await(store.putDevices("default", ALICE, new byte[] {1, 2}));
        await(store.putDevices("other", BOB, new byte[] {3}));
        List<StoredEnvelope> mail = waiting(PHONE);
        List<StoredEnvelope> mailOfLaptop = waiting(LAPTOP);

        assertComesBackWhole(() -> store.stats());

        assertThat(waiting(PHONE)).usingRecursiveFieldByFieldElementComparator().isEqualTo(mail);
        assertThat(waiting(LAPTOP)).usingRecursiveFieldByFieldElementComparator().isEqualTo(mailOfLaptop);
        assertThat(await(store.devices("default", ALICE))).contains(new byte[] {1, 2});
        assertThat(await(store.put(envelope(9, 1_009)))).as("a buried one stays buried").isEqualTo(PutOutcome.BURIED);
        assertThat(await(store.acknowledge("default", ALICE, id(3), LAPTOP, ACK, Set.of(PHONE, LAPTOP))))
                .as("its acknowledgement came back").isEqualTo(AckOutcome.BURIED);
        assertThat(contents(Held.placeOf("default", ALICE, id(3)), 10)).as("a tombstone").hasSize(1);
    }

    @Test
    void arrivalNumbersGoOnBehindThoseThatWerePutBack() {
        for (int number = 1; number <= 3; number++) {
            await(store.put(envelope(number, 1_000)));
        }
        long last = await(store.get("default", ALICE, id(3))).orElseThrow().arrival();
        await(store.acknowledge("default", ALICE, id(3), PHONE, ACK, Set.of(PHONE)));
        assertComesBackWhole(() -> store.stats());

        await(store.put(envelope(4, 1_000)));
        assertThat(await(store.get("default", ALICE, id(4))).orElseThrow().arrival()).isGreaterThan(last);
    }

    @Test
    void whatWasPutBackExpires() {
        await(store.put(envelope(1, 1_000)));
        await(store.put(envelope(2, 2_000)));
        await(store.acknowledge("default", ALICE, id(2), PHONE, ACK, Set.of(PHONE)));
        assertComesBackWhole(() -> store.stats());

        assertThat(await(store.expire(1_000, 10))).isEqualTo(1);
        assertThat(await(store.expire(2_000 + TOMBSTONE_MILLIS, 10))).isEqualTo(1);
        assertThat(store.stats()).isEqualTo(new MailboxStore.Stats(0, 0, 0));
    }

    private static StoredEnvelope envelope(int number, long expiryMillis) {
        return new StoredEnvelope("default", ALICE, id(number), 0, expiryMillis, new byte[] {(byte) number});
    }

    private static BBytes id(int number) {
        byte[] id = new byte[32];
        id[0] = (byte) (number * 37);
        id[1] = (byte) number;
        return BBytes.of(id);
    }
}
