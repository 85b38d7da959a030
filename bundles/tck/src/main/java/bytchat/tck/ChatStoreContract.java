package bytchat.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import bytchat.api.bencode.BBytes;
import bytchat.api.store.ChatRecord;
import bytchat.api.store.ChatRecord.ContactRecord;
import bytchat.api.store.ChatRecord.CounterRecord;
import bytchat.api.store.ChatRecord.MessageRecord;
import bytchat.api.store.ChatRecord.State;
import bytchat.api.store.ChatStore;
import bytchat.api.store.ChatStore.Change;
import bytchat.api.store.StoreException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Rules of {@link ChatStore}. */
public abstract class ChatStoreContract extends StoreContract<ChatStore> {
    private static final BBytes ME = BBytes.of("my fingerprint");
    private static final BBytes OTHER_ACCOUNT = BBytes.of("my fingerprint too");
    private static final BBytes ALICE = BBytes.of("alice");
    private static final BBytes BOB = BBytes.of("bob");
    private static final BBytes ANY = BBytes.of("");

    @Test
    void everyKindOfRecordComesBackAsItWasPut() {
        List<ChatRecord> records = ChatSamples.all(ALICE);
        await(store.commit(ME, records.stream().<Change>map(Change.Put::new).toList()));

        for (ChatRecord record : records) {
            assertThat(await(store.get(ME, record.getClass(), record.key()))).get().usingRecursiveComparison()
                    .isEqualTo(record);
        }
    }

    @Test
    void stagesCompleteOnTheEventLoop() {
        assertCompletesOnLoop(() -> store.commit(ME, List.of(put(counter("a", 1)))));
        assertCompletesOnLoop(() -> store.get(ME, CounterRecord.class, BBytes.of("a")));
        assertCompletesOnLoop(() -> store.list(ME, CounterRecord.class, ANY, Optional.empty(), false, 10));
    }

    @Test
    void whatIsNotThereIsEmpty() {
        assertThat(await(store.get(ME, CounterRecord.class, BBytes.of("a")))).isEmpty();
        assertThat(await(store.list(ME, CounterRecord.class, ANY, Optional.empty(), false, 10))).isEmpty();
    }

    @Test
    void aPutTakesThePlaceOfTheRecordOfThatTypeAndKey() {
        await(store.commit(ME, List.of(put(counter("a", 1)))));
        await(store.commit(ME, List.of(put(counter("a", 2)))));

        assertThat(values(ANY)).containsExactly(2L);
    }

    @Test
    void changesOfOneCommitApplyInOrder() {
        await(store.commit(ME, List.of(put(counter("a", 1)), put(counter("a", 2)), remove("a"), put(counter("a", 3)))));

        assertThat(values(ANY)).containsExactly(3L);
    }

    @Test
    void commitsTakeEffectInTheOrderOfTheCalls() {
        CompletionStage<Void> last = null;
        for (int i = 0; i < 500; i++) {
            last = store.commit(ME, List.of(put(counter("a", i))));
        }
        await(last);

        assertThat(values(ANY)).containsExactly(499L);
    }

    @Test
    void removingWhatIsNotThereIsNoError() {
        await(store.commit(ME, List.of(remove("a"))));
        await(store.commit(ME, List.of(put(counter("b", 1)), remove("a"), remove("b"))));

        assertThat(values(ANY)).isEmpty();
    }

    @Test
    void typesWithTheSameKeyAreKeptApart() {
        await(store.commit(ME, List.of(put(new CounterRecord(ALICE, 1)), put(contact(ALICE)))));
        await(store.commit(ME, List.of(new Change.Remove(CounterRecord.class, ALICE))));

        assertThat(await(store.get(ME, ContactRecord.class, ALICE))).isPresent();
        assertThat(await(store.get(ME, CounterRecord.class, ALICE))).isEmpty();
    }

    @Test
    void accountsAreKeptApart() {
        await(store.commit(ME, List.of(put(counter("a", 1)))));
        await(store.commit(OTHER_ACCOUNT, List.of(put(counter("a", 2)))));

        assertThat(values(ANY)).containsExactly(1L);
        assertThat(await(store.get(OTHER_ACCOUNT, CounterRecord.class, BBytes.of("a")))).get()
                .extracting(CounterRecord::value)
                .isEqualTo(2L);
    }

    @Test
    void aListIsInOrderOfRawKeysInBothDirections() {
        fill(300);

        assertThat(numbers(list(ALICE, Optional.empty(), false, 1_024))).containsExactlyElementsOf(range(0, 300));
        List<Long> descending = new ArrayList<>(range(0, 300));
        Collections.reverse(descending);
        assertThat(numbers(list(ALICE, Optional.empty(), true, 1_024))).containsExactlyElementsOf(descending);
    }

    @Test
    void aListHoldsOnlyKeysWithThePrefix() {
        fill(3);
        BBytes before = BBytes.of("alicd");
        BBytes longer = BBytes.of("alice2");
        await(store.commit(ME, List.of(put(message(BOB, 0)), put(message(before, 0)), put(contact(ALICE)),
                put(contact(longer)))));

        assertThat(numbers(list(ALICE, Optional.empty(), false, 10))).containsExactly(0L, 1L, 2L);
        assertThat(numbers(list(ALICE, Optional.empty(), true, 10))).containsExactly(2L, 1L, 0L);
        assertThat(await(store.list(ME, ContactRecord.class, ALICE, Optional.empty(), true, 10)))
                .extracting(ContactRecord::fingerprint).containsExactly(longer, ALICE);
    }

    @Test
    void aPrefixOfFullBytesIsAPrefixToo() {
        BBytes high = BBytes.of(new byte[] {-1, -1});
        BBytes higher = BBytes.of(new byte[] {-1, -1, -1});
        await(store.commit(ME, List.of(put(new CounterRecord(high, 1)), put(new CounterRecord(higher, 2)),
                put(counter("a", 3)))));

        assertThat(await(store.list(ME, CounterRecord.class, high, Optional.empty(), true, 10)))
                .extracting(CounterRecord::value).containsExactly(2L, 1L);
    }

    @Test
    void aListStopsAtItsLimitAndGoesOnStrictlyBehindAKey() {
        fill(10);

        assertThat(numbers(list(ALICE, Optional.empty(), false, 4))).containsExactly(0L, 1L, 2L, 3L);
        assertThat(numbers(list(ALICE, Optional.of(at(3)), false, 4))).containsExactly(4L, 5L, 6L, 7L);
        assertThat(numbers(list(ALICE, Optional.of(at(3)), true, 4))).containsExactly(2L, 1L, 0L);
        assertThat(numbers(list(ALICE, Optional.of(at(9)), false, 4))).isEmpty();
        assertThat(numbers(list(ALICE, Optional.of(at(0)), true, 4))).isEmpty();
    }

    @Test
    void aListMayStartBehindAKeyThatIsNotThere() {
        await(store.commit(ME, List.of(put(message(ALICE, 2)), put(message(ALICE, 6)))));

        assertThat(numbers(list(ALICE, Optional.of(at(4)), false, 10))).containsExactly(6L);
        assertThat(numbers(list(ALICE, Optional.of(at(4)), true, 10))).containsExactly(2L);
        assertThat(numbers(list(ALICE, Optional.of(at(99)), true, 10))).containsExactly(6L, 2L);
    }

    @Test
    void tooManyChangesOrALimitOutOfItsRangeAreTheCallersMistake() {
        List<Change> many = IntStream.rangeClosed(0, ChatStore.CHANGES_MAX)
                .<Change>mapToObj(i -> put(counter("c" + i, i))).toList();

        assertThatIllegalArgumentException().isThrownBy(() -> store.commit(ME, many));
        assertThatIllegalArgumentException().isThrownBy(() -> list(ALICE, Optional.empty(), false, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> list(ALICE, Optional.empty(), false, 1_025));
        await(store.commit(ME, many.subList(0, ChatStore.CHANGES_MAX)));
        assertThat(await(store.list(ME, CounterRecord.class, ANY, Optional.empty(), false, 1_024)))
                .hasSize(ChatStore.CHANGES_MAX);
    }

    @Test
    void aCommitThatDoesNotFitChangesNothingAtAll() throws Exception {
        reopenWithBound(3);
        await(store.commit(ME, List.of(put(counter("a", 1)), put(counter("b", 1)))));

        StoreException refused = awaitFailure(store.commit(ME,
                List.of(put(counter("a", 2)), remove("b"), put(counter("c", 2)), put(counter("d", 2)),
                put(counter("e", 2)))));
        assertThat(refused.reason()).isEqualTo(StoreException.Reason.FULL);
        assertThat(values(ANY)).as("neither the puts nor the removal").containsExactly(1L, 1L);

        await(store.commit(ME, List.of(remove("b"), put(counter("a", 3)), put(counter("c", 3)))));
        assertThat(values(ANY)).containsExactly(3L, 3L);
    }

    private void fill(int count) {
        for (int from = 0; from < count; from += 100) {
            await(store.commit(ME, IntStream.range(from, Math.min(count, from + 100))
                    .<Change>mapToObj(i -> put(message(ALICE, i))).toList()));
        }
    }

    private List<MessageRecord> list(BBytes prefix, Optional<BBytes> from, boolean descending, int limit) {
        return await(store.list(ME, MessageRecord.class, prefix, from, descending, limit));
    }

    private List<Long> values(BBytes prefix) {
        return await(store.list(ME, CounterRecord.class, prefix, Optional.empty(), false, 100)).stream()
                .map(CounterRecord::value).toList();
    }

    @Test
    void allOfItCanBeTakenOutAndPutBack() {
        for (BBytes account : List.of(ME, OTHER_ACCOUNT)) {
            List<Change> changes = new ArrayList<>();
            for (ChatRecord record : ChatSamples.all(ALICE)) {
                changes.add(new Change.Put(record));
            }
            await(store.commit(account, changes));
        }

        Supplier<Object> figures = () -> contents(ALL, 10).size();
        assertComesBackWhole(figures);
        assertThat(contents(ChatStore.Entry.placeOf(ME, ContactRecord.class, ANY), 10)).hasSize(1);
        assertThat(await(store.list(ME, ContactRecord.class, ANY, Optional.empty(), false, 10))).hasSize(1);
    }

    @Test
    void everyKindOfRecordHasItsPlace() {
        assertThat(ChatStore.KINDS).containsExactlyInAnyOrder(kinds());
    }

    @SuppressWarnings("unchecked")
    private static Class<? extends ChatRecord>[] kinds() {
        return (Class<? extends ChatRecord>[]) ChatRecord.class.getPermittedSubclasses();
    }

    private static List<Long> numbers(List<MessageRecord> messages) {
        return messages.stream().map(MessageRecord::number).toList();
    }

    private static List<Long> range(int from, int to) {
        return LongStream.range(from, to).boxed().toList();
    }

    private static BBytes at(long number) {
        return MessageRecord.keyOf(ALICE, number);
    }

    private static MessageRecord message(BBytes contact, long number) {
        return new MessageRecord(contact, number, false, BBytes.of("device"), number, "text/plain", new byte[] {1}, 1,
                2, State.RECEIVED, "");
    }

    private static ContactRecord contact(BBytes fingerprint) {
        return ChatSamples.of(ContactRecord.class, fingerprint);
    }

    private static CounterRecord counter(String name, long value) {
        return new CounterRecord(BBytes.of(name), value);
    }

    private static Change put(ChatRecord record) {
        return new Change.Put(record);
    }

    private static Change remove(String counter) {
        return new Change.Remove(CounterRecord.class, BBytes.of(counter));
    }
}
