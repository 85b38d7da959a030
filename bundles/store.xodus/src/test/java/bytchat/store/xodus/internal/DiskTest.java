package bytchat.store.xodus.internal;

import static bytchat.tck.StoreContract.await;
import static bytchat.tck.StoreContract.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.store.StoreException;
import bytchat.store.xodus.internal.PendingWrite.Effect;
import bytchat.tck.TestEnvironment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Work that goes wrong hurts nobody else, and what waits is bounded. */
class DiskTest {
    private static final String TABLE = "table";

    @TempDir
    Path data;

    private final TestEnvironment environment = new TestEnvironment();
    private Disk<Integer> disk;

    @BeforeEach
    void open() {
        disk = new Disk<>("test", TestOptions.in(data, "test"), new Schema(List.of(TABLE), List.of()),
                environment.loop(), -1,
                (sealer, txn) -> (int) txn.count(TABLE));
        assertThat(count()).isZero();
    }

    @AfterEach
    void close() {
        disk.close();
        environment.close();
    }

    @Test
    void workThatThrowsIsUndoneAndItsNeighboursAreNot() {
        List<CompletionStage<Integer>> good = new ArrayList<>();
        good.add(add(1));
        CompletionStage<Void> bad = disk.write(Effect.ADDS, 0, change -> {
            change.put(TABLE, new byte[] {99}, new byte[1]);
            change.update(count -> count + 1);
            throw new IllegalStateException("a mistake");
        });
        good.add(add(2));

        assertThat(awaitFailure(bad).reason()).isEqualTo(StoreException.Reason.UNAVAILABLE);
        good.forEach(stage -> await(stage));
        boolean undone = await(disk.read(txn -> txn.get(TABLE, new byte[] {99}).isEmpty()));
        assertThat(undone).isTrue();
        assertThat(count()).isEqualTo(2);
        assertThat(disk.state()).as("figures are in step with what is committed").isEqualTo(2);
    }

    @Test
    void outOfMemoryEndsTheCallAndNotTheStore() {
        await(add(1));
        CompletionStage<Void> write = disk.write(Effect.ADDS, 0, change -> {
            throw new OutOfMemoryError("for the test");
        });
        assertThat(awaitFailure(write).getMessage()).contains("memory");
        CompletionStage<Void> read = disk.read(txn -> {
            throw new OutOfMemoryError("for the test");
        });
        assertThat(awaitFailure(read).getMessage()).contains("memory");

        await(add(2));
        assertThat(count()).isEqualTo(2);
    }

    @Test
    void aMistakeOfTheCallerIsReportedAsSuch() {
        CompletionStage<Void> write = disk.write(Effect.ADDS, 0, change -> {
            throw new IllegalArgumentException("too long");
        });
        assertThatThrownBy(() -> write.toCompletableFuture().join()).isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFloodOfWritesIsBoundedByCountAndByBytes() {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        CompletionStage<Void> first = disk.write(Effect.ADDS, 0, change -> {
            started.countDown();
            awaitLatch(held);
            return null;
        });
        awaitLatch(started);
        List<CompletionStage<Integer>> large = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            large.add(add(i, Disk.PENDING_BYTES_MAX / 10));
        }
        List<CompletionStage<Integer>> small = new ArrayList<>();
        for (int i = 0; i < 2 * Disk.PENDING_MAX; i++) {
            small.add(add(i, 0));
        }
        held.countDown();

        await(first);
        assertThat(large.stream().filter(stage -> refusal(stage).isEmpty())).as("8 MiB").hasSize(10);
        assertThat(small.stream().filter(stage -> refusal(stage).isEmpty())).as("4,096 writes")
                .hasSize(Disk.PENDING_MAX - 10);
        assertThat(refusal(small.get(small.size() - 1))).get().extracting(StoreException::reason)
                .isEqualTo(StoreException.Reason.FULL);
        await(add(1));
    }

    @Test
    void afterTheCloseNothingIsTaken() {
        disk.close();

        assertThat(awaitFailure(add(1)).reason()).isEqualTo(StoreException.Reason.UNAVAILABLE);
        assertThat(awaitFailure(disk.read(txn -> 1)).reason()).isEqualTo(StoreException.Reason.UNAVAILABLE);
    }

    private long count() {
        return await(disk.read(txn -> txn.count(TABLE)));
    }

    private CompletionStage<Integer> add(int number) {
        return add(number, 0);
    }

    private CompletionStage<Integer> add(int number, long bytes) {
        return disk.write(Effect.ADDS, bytes, change -> {
            change.put(TABLE, Keys.number(number), new byte[1]);
            change.update(count -> (int) change.count(TABLE));
            return number;
        });
    }

    private static Optional<StoreException> refusal(CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().join();
            return Optional.empty();
        } catch (CompletionException e) {
            return Optional.of((StoreException) e.getCause());
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
