package bytchat.tck;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import bytchat.api.store.StoreException;
import bytchat.api.store.TrackerStore;
import bytchat.api.store.TrackerStore.StoredBinding;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules of {@link TrackerStore}. */
public abstract class TrackerStoreContract extends StoreContract<TrackerStore> {
    private static final Key ALICE = key("alice");
    private static final Key BOB = key("bob");
    private static final InetSocketAddress ENDPOINT = new InetSocketAddress("192.0.2.1", 6881);

    @Test
    void aBindingComesBackAsItWasPut() throws Exception {
        StoredBinding binding = new StoredBinding("default", ALICE, device(1),
                new InetSocketAddress(InetAddress.getByName("2001:db8::1"), 6881), true, 1_000, new byte[] {1, 2, 3});
        await(store.put(binding));

        assertThat(await(store.find("default", ALICE))).usingRecursiveFieldByFieldElementComparator()
                .containsExactly(binding);
    }

    @Test
    void stagesCompleteOnTheEventLoop() {
        assertCompletesOnLoop(() -> store.put(binding(ALICE, 1, 1_000)));
        assertCompletesOnLoop(() -> store.find("default", ALICE));
        assertCompletesOnLoop(() -> store.remove("default", ALICE, device(1)));
        assertCompletesOnLoop(() -> store.expire(0, 1));
    }

    @Test
    void aDevicesNewBindingTakesThePlaceOfItsEarlierOne() {
        await(store.put(binding(ALICE, 1, 1_000)));
        await(store.put(binding(ALICE, 1, 2_000)));

        assertThat(seen(ALICE)).containsExactly(2_000L);
        assertThat(store.stats()).isEqualTo(new TrackerStore.Stats(1, 1));
    }

    @Test
    void thoseSeenLastComeFirst() {
        await(store.put(binding(ALICE, 1, 2_000)));
        await(store.put(binding(ALICE, 2, 3_000)));
        await(store.put(binding(ALICE, 3, 1_000)));

        assertThat(seen(ALICE)).containsExactly(3_000L, 2_000L, 1_000L);
    }

    @Test
    void aUserHasAtMost32AndTheOneSeenLongestAgoGivesWay() {
        for (int i = 0; i < 33; i++) {
            await(store.put(binding(ALICE, i, 5_000 + (i * 7) % 33)));
        }

        assertThat(seen(ALICE)).hasSize(32).doesNotContain(5_000L);
        assertThat(store.stats()).isEqualTo(new TrackerStore.Stats(1, 32));
    }

    @Test
    void usersAndKeySpacesAreKeptApart() {
        await(store.put(binding(ALICE, 1, 1_000)));
        await(store.put(new StoredBinding("other", ALICE, device(1), address(), false, 9_000, new byte[1])));

        assertThat(seen(ALICE)).containsExactly(1_000L);
        assertThat(await(store.find("default", BOB))).isEmpty();
        assertThat(await(store.find("other", ALICE))).hasSize(1);
        assertThat(store.stats()).isEqualTo(new TrackerStore.Stats(2, 2));
    }

    @Test
    void removeTakesOneDeviceAndMayFindNone() {
        await(store.put(binding(ALICE, 1, 1_000)));
        await(store.put(binding(ALICE, 2, 2_000)));
        await(store.remove("default", ALICE, device(1)));
        await(store.remove("default", ALICE, device(1)));
        await(store.remove("default", BOB, device(1)));

        assertThat(seen(ALICE)).containsExactly(2_000L);
        assertThat(store.stats()).isEqualTo(new TrackerStore.Stats(1, 1));
    }

    @Test
    void expireTakesThoseSeenBeforeAndNoOthers() {
        await(store.put(binding(ALICE, 1, 999)));
        await(store.put(binding(ALICE, 2, 1_000)));
        await(store.put(binding(BOB, 1, 1)));

        assertThat(await(store.expire(1_000, 100))).isEqualTo(2);
        assertThat(seen(ALICE)).containsExactly(1_000L);
        assertThat(seen(BOB)).isEmpty();
        assertThat(store.stats()).isEqualTo(new TrackerStore.Stats(1, 1));
    }

    @Test
    void expireGoesByTheNewestSighting() {
        await(store.put(binding(ALICE, 1, 500)));
        await(store.put(binding(ALICE, 1, 5_000)));

        assertThat(await(store.expire(1_000, 100))).isZero();
        assertThat(seen(ALICE)).containsExactly(5_000L);
    }

    @Test
    void expireStopsAtItsLimit() {
        for (int i = 0; i < 10; i++) {
            await(store.put(binding(ALICE, i, i)));
        }

        assertThat(await(store.expire(1_000, 4))).isEqualTo(4);
        assertThat(seen(ALICE)).hasSize(6);
        assertThat(await(store.expire(1_000, 100))).isEqualTo(6);
        assertThat(store.stats()).isEqualTo(new TrackerStore.Stats(0, 0));
    }

    @Test
    void aFullStoreRefusesNewBindingsAndRenewsOldOnes() throws Exception {
        reopenWithBound(3);
        for (int i = 0; i < 3; i++) {
            await(store.put(binding(ALICE, i, 1_000)));
        }

        assertThat(awaitFailure(store.put(binding(BOB, 1, 1_000))).reason()).isEqualTo(StoreException.Reason.FULL);
        await(store.put(binding(ALICE, 1, 2_000)));
        assertThat(seen(ALICE)).containsExactly(2_000L, 1_000L, 1_000L);
        assertThat(seen(BOB)).isEmpty();
    }

    private List<Long> seen(Key uid) {
        return await(store.find("default", uid)).stream().map(StoredBinding::seenMillis).toList();
    }

    @Test
    void allOfItCanBeTakenOutAndPutBack() {
        for (int device = 0; device < 5; device++) {
            await(store.put(new StoredBinding("default", ALICE, BBytes.of("device " + device), ENDPOINT, device % 2 == 0,
                    100 + device, new byte[] {(byte) device})));
        }
        await(store.put(new StoredBinding("other", BOB, BBytes.of("phone"), ENDPOINT, true, 7, new byte[3])));
        List<StoredBinding> before = await(store.find("default", ALICE));

        assertComesBackWhole(() -> store.stats());
        assertThat(await(store.find("default", ALICE))).usingRecursiveFieldByFieldElementComparator().isEqualTo(before);
        assertThat(contents(StoredBinding.placeOf("default", ALICE), 2)).hasSize(5);
        assertThat(await(store.expire(101, 10))).as("what is due after it came back").isEqualTo(2);
    }

    private static StoredBinding binding(Key uid, int device, long seenMillis) {
        return new StoredBinding("default", uid, device(device), address(), false, seenMillis,
                new byte[] {(byte) device});
    }

    private static InetSocketAddress address() {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, 1}), 6881);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static BBytes device(int number) {
        byte[] id = new byte[32];
        id[0] = (byte) number;
        return BBytes.of(id);
    }
}
