package bytchat.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.fail;

import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import bytchat.api.store.StoreContents;
import bytchat.api.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the contract tests of all stores share.
 *
 * @param <S> the store's interface
 */
public abstract class StoreContract<S> {
    /** A bound that no test reaches unless it wants to. */
    protected static final int RECORDS_PLENTY = 10_000;

    protected static final BBytes ALL = BBytes.of("");

    private static final long WAIT_SECONDS_MAX = 20;

    protected TestEnvironment environment;
    protected S store;

    /** Opens an empty store that holds at most so many records; the contract calls it once or twice in a test. */
    protected abstract S open(TestEnvironment environment, int recordsMax) throws Exception;

    /** Closes what {@link #open} gave. */
    protected abstract void close(S store) throws Exception;

    @BeforeEach
    final void openStore() throws Exception {
        environment = new TestEnvironment();
        store = open(environment, RECORDS_PLENTY);
    }

    @AfterEach
    final void closeStore() throws Exception {
        close(store);
        environment.close();
    }

    /** Opens a store with another bound in place of the first. */
    protected final void reopenWithBound(int recordsMax) throws Exception {
        close(store);
        store = open(environment, recordsMax);
    }

    /** The result, which must come within some seconds. */
    public static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            return fail("it failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            return fail("it did not complete within " + WAIT_SECONDS_MAX + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail("interrupted");
        }
    }

    /** The {@link StoreException} it must fail with. */
    public static StoreException awaitFailure(CompletionStage<?> stage) {
        try {
            return fail("it succeeded with " + stage.toCompletableFuture().get(WAIT_SECONDS_MAX, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(StoreException.class);
            assertThat(e.getCause().getMessage()).as("a sentence for the operator").isNotBlank();
            return (StoreException) e.getCause();
        } catch (TimeoutException e) {
            return fail("it did not complete within " + WAIT_SECONDS_MAX + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail("interrupted");
        }
    }

    /** Asserts that a call made on the event loop completes later, on the event loop. */
    protected final void assertCompletesOnLoop(Supplier<CompletionStage<?>> call) {
        CompletableFuture<Boolean> completedOnLoop = new CompletableFuture<>();
        CompletableFuture<Boolean> returnedFirst = new CompletableFuture<>();
        environment.loop().execute(() -> {
            CompletionStage<?> stage = call.get();
            stage.whenComplete((result, failure) -> completedOnLoop.complete(environment.loop().inLoop()));
            returnedFirst.complete(!completedOnLoop.isDone());
        });
        assertThat(await(completedOnLoop)).as("completed on the event loop").isTrue();
        assertThat(await(returnedFirst)).as("returned before it completed").isTrue();
    }

    /** All that lies in the store, read page by page. */
    protected final List<StoreContents.Item> contents(BBytes prefix, int limit) {
        List<StoreContents.Item> all = new ArrayList<>();
        Optional<BBytes> after = Optional.empty();
        List<? extends StoreContents.Item> page;
        while (!(page = await(contents().page(prefix, after, limit))).isEmpty()) {
            assertThat(page).hasSizeLessThanOrEqualTo(limit);
            all.addAll(page);
            after = Optional.of(page.get(page.size() - 1).place());
        }
        return all;
    }

    /**
     * Takes all out of the store and puts it back: what was there is there again, and nothing was there in between.
     *
     * @param figures what the store says of itself
     */
    protected final void assertComesBackWhole(Supplier<Object> figures) {
        Object before = figures.get();
        List<StoreContents.Item> all = contents(ALL, 3);
        assertThat(all).isNotEmpty();
        assertThat(all.stream().map(StoreContents.Item::place)).isSorted().doesNotHaveDuplicates();
        assertThat(contents(ALL, StoreContents.ITEMS_MAX)).usingRecursiveFieldByFieldElementComparator().isEqualTo(all);

        await(contents().erase(all.stream().map(StoreContents.Item::place).toList()));
        assertThat(contents(ALL, 3)).isEmpty();
        assertThat(figures.get()).isNotEqualTo(before);

        List<StoreContents.Item> shuffled = new ArrayList<>(all);
        Collections.reverse(shuffled);
        await(contents().restore(shuffled));
        assertThat(contents(ALL, 3)).usingRecursiveFieldByFieldElementComparator().isEqualTo(all);
        assertThat(figures.get()).isEqualTo(before);
        await(contents().restore(shuffled));
        assertThat(figures.get()).as("put back once more").isEqualTo(before);
    }

    @Test
    final void itemsAreTakenAFewAtATime() {
        assertThatIllegalArgumentException().isThrownBy(() -> contents().page(ALL, Optional.empty(), 0));
        assertThatIllegalArgumentException().isThrownBy(
                () -> contents().page(ALL, Optional.empty(), StoreContents.ITEMS_MAX + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> contents().restore(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> contents().erase(List.of()));
        assertThat(contents(ALL, StoreContents.ITEMS_MAX)).isEmpty();
    }

    @SuppressWarnings("unchecked")
    protected final StoreContents<StoreContents.Item> contents() {
        return (StoreContents<StoreContents.Item>) store;
    }

    /** A 64-byte key that begins with these characters. */
    protected static Key key(String start) {
        byte[] bytes = new byte[64];
        byte[] text = start.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, bytes, 0, text.length);
        return Key.of(bytes);
    }
}
