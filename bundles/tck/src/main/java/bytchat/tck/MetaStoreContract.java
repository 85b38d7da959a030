package bytchat.tck;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.Key;
import bytchat.api.store.MetaStore;
import bytchat.api.store.MetaStore.StoredMeta;
import bytchat.api.store.StoreException;
import org.junit.jupiter.api.Test;

/** Rules of {@link MetaStore}. */
public abstract class MetaStoreContract extends StoreContract<MetaStore> {
    private static final Key ALICE = key("alice");
    private static final Key BOB = key("bob");

    @Test
    void aRecordComesBackAsItWasPut() {
        await(store.put(meta(ALICE, 5, 100, 64 * 1024)));

        assertThat(await(store.get("default", ALICE))).get().usingRecursiveComparison()
                .isEqualTo(meta(ALICE, 5, 100, 64 * 1024));
        assertThat(await(store.get("default", BOB))).isEmpty();
    }

    @Test
    void stagesCompleteOnTheEventLoop() {
        assertCompletesOnLoop(() -> store.put(meta(ALICE, 1, 100, 1)));
        assertCompletesOnLoop(() -> store.get("default", ALICE));
        assertCompletesOnLoop(() -> store.expire(0, 1));
    }

    @Test
    void aLaterPutTakesThePlaceOfTheEarlier() {
        await(store.put(meta(ALICE, 5, 100, 10)));
        await(store.put(meta(ALICE, 4, 200, 20)));

        assertThat(await(store.get("default", ALICE))).get().extracting(StoredMeta::timestampMillis).isEqualTo(4L);
        assertThat(store.stats()).isEqualTo(new MetaStore.Stats(1, 20));
    }

    @Test
    void keySpacesAreKeptApart() {
        await(store.put(meta(ALICE, 5, 100, 10)));

        assertThat(await(store.get("other", ALICE))).isEmpty();
    }

    @Test
    void expireTakesThoseWhoseTimeHasPassedAndNoOthers() {
        await(store.put(meta(ALICE, 1, 1_000, 10)));
        await(store.put(meta(BOB, 1, 1_001, 10)));

        assertThat(await(store.expire(999, 100))).isZero();
        assertThat(await(store.expire(1_000, 100))).isEqualTo(1);
        assertThat(await(store.get("default", ALICE))).isEmpty();
        assertThat(await(store.get("default", BOB))).isPresent();
        assertThat(store.stats()).isEqualTo(new MetaStore.Stats(1, 10));
    }

    @Test
    void expireGoesByTheNewestPut() {
        await(store.put(meta(ALICE, 1, 1_000, 10)));
        await(store.put(meta(ALICE, 2, 9_000, 10)));

        assertThat(await(store.expire(5_000, 100))).isZero();
        assertThat(await(store.get("default", ALICE))).isPresent();
    }

    @Test
    void expireStopsAtItsLimit() {
        for (int i = 0; i < 10; i++) {
            await(store.put(meta(key("user" + i), 1, i, 1)));
        }

        assertThat(await(store.expire(1_000, 4))).isEqualTo(4);
        assertThat(store.stats().records()).isEqualTo(6);
        assertThat(await(store.expire(1_000, 100))).isEqualTo(6);
        assertThat(store.stats()).isEqualTo(new MetaStore.Stats(0, 0));
    }

    @Test
    void aFullStoreRefusesNewRecordsAndReplacesOldOnes() throws Exception {
        reopenWithBound(1);
        await(store.put(meta(ALICE, 1, 100, 1)));

        assertThat(awaitFailure(store.put(meta(BOB, 1, 100, 1))).reason()).isEqualTo(StoreException.Reason.FULL);
        await(store.put(meta(ALICE, 2, 100, 1)));
        assertThat(await(store.get("default", ALICE))).get().extracting(StoredMeta::timestampMillis).isEqualTo(2L);
        assertThat(await(store.get("default", BOB))).isEmpty();
    }

    @Test
    void allOfItCanBeTakenOutAndPutBack() {
        await(store.put(meta(ALICE, 5, 100, 10)));
        await(store.put(new StoredMeta("other", ALICE, 6, 200, new byte[] {1, 2})));
        await(store.put(meta(BOB, 7, 300, 20)));

        assertComesBackWhole(() -> store.stats());
        assertThat(contents(StoredMeta.placeOf("default", BOB), 10)).usingRecursiveFieldByFieldElementComparator()
                .containsExactly(meta(BOB, 7, 300, 20));
        assertThat(await(store.expire(100, 10))).as("what is due after it came back").isEqualTo(1);
    }

    private static StoredMeta meta(Key uid, long timestamp, long expiry, int bytes) {
        return new StoredMeta("default", uid, timestamp, expiry, new byte[bytes]);
    }
}
