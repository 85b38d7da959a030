package bytchat.store.xodus.internal;

import bytchat.api.env.EventLoop;
import bytchat.api.status.Status;
import bytchat.api.store.StoreException;
import bytchat.api.store.StoreException.Reason;
import bytchat.store.xodus.internal.PendingWrite.Effect;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One store's directory and the two threads that work on it.
 *
 * <p>Threats and answers. <em>A power cut after a promise</em>: a write completes only after its commit was forced to
 * disk; many writes share one commit. <em>A full disk</em>: what adds is refused while less than the reserve is free,
 * what removes goes on in it; nothing is lost and nobody has to restart. <em>Bit rot</em>: see {@link Table}. <em>An
 * interrupt</em> makes Xodus skip its fsync without a word, and fail ever after: both threads are the store's own and
 * ignore it.
 *
 * @param <S> figures of the store, see {@link StoreFiles}
 */
final class Disk<S> {
    /** Writes in one commit. */
    static final int BATCH_MAX = 256;
    /** How long a commit waits for company, if the last one had any. */
    static final long LINGER_NANOS = 2_000_000;
    /** Writes, and reads, that wait; more are refused. */
    static final int PENDING_MAX = 4_096;
    /** Bytes of writes that wait. */
    static final long PENDING_BYTES_MAX = 8L * 1024 * 1024;
    /** A store that could not be opened tries again after so long, then after twice as long, and so on. */
    private static final long RETRY_NANOS_MIN = 1_000_000_000L;
    private static final long RETRY_NANOS_MAX = 60_000_000_000L;
    /** How long {@link #close} waits for the last commit: less than the 5 s that DS lets others wait. */
    private static final long CLOSE_MILLIS_MAX = 4_000;

    private static final Logger LOG = LoggerFactory.getLogger(Disk.class);

    private final String name;
    private final DiskOptions options;
    private final EventLoop loop;
    private final StoreFiles<S> files;
    private final WorkQueue<PendingWrite<S, ?>> writes = new WorkQueue<>(PENDING_MAX);
    private final WorkQueue<Reading<?>> reads = new WorkQueue<>(PENDING_MAX);
    private final AtomicLong pendingBytes = new AtomicLong();
    private final CountDownLatch attempted = new CountDownLatch(1);
    private final Thread writer;
    private final Thread reader;

    /**
     * Opens the store on its own thread; work may be given to it at once and waits.
     *
     * @param name    the store's, part of every seal
     * @param schema  what is in it
     * @param initial figures until it is open
     */
    Disk(String name, DiskOptions options, Schema schema, EventLoop loop, S initial, StoreFiles.Opener<S> opener) {
        this.name = name;
        this.options = options;
        this.loop = loop;
        this.files = new StoreFiles<>(name, options, schema, initial, opener);
        this.writer = new StoreThread(name + "-writer", this::write);
        this.reader = new StoreThread(name + "-reader", this::read);
        writer.start();
        reader.start();
    }

    private record Reading<T>(StoreFiles.Read<T> work, CompletableFuture<T> stage) {
    }

    /** @param bytes about how large what it holds is */
    <T> CompletionStage<T> write(Effect effect, long bytes, PendingWrite.Work<S, T> work) {
        PendingWrite<S, T> pending = new PendingWrite<>(work, effect, bytes);
        boolean fits = pendingBytes.addAndGet(bytes) <= PENDING_BYTES_MAX;
        Optional<StoreException> broken = files.broken();
        if (broken.isPresent() || !fits || !writes.offer(pending)) {
            pendingBytes.addAndGet(-bytes);
            pending.fail(broken.orElseGet(() -> notNow("writes")));
            complete(List.of(pending));
        }
        return pending.stage();
    }

    <T> CompletionStage<T> read(StoreFiles.Read<T> work) {
        Reading<T> reading = new Reading<>(work, new CompletableFuture<>());
        if (!reads.offer(reading)) {
            StoreException refusal = notNow("reads");
            loop.execute(() -> reading.stage.completeExceptionally(refusal));
        }
        return reading.stage;
    }

    private StoreException notNow(String what) {
        return writes.closed()
                ? new StoreException(Reason.UNAVAILABLE, name + " is closing", null)
                : new StoreException(Reason.FULL, "too many " + what + " wait for the disk of " + options.directory()
                + ": it is too slow", null);
    }

    StoreException full(String what, long max, String property) {
        return new StoreException(Reason.FULL,
                name + " holds " + max + " " + what + " and takes no more: raise " + property + " of bytchat." + name,
                null);
    }

    /** Figures as of the last commit. */
    S state() {
        return files.state();
    }

    Status status(Map<String, Object> figures) {
        Map<String, Object> all = new LinkedHashMap<>(figures);
        all.put("pending_writes", writes.size());
        return files.status(all);
    }

    /** Commits what is waiting and lets go of the directory. */
    void close() {
        writes.close();
        reads.close();
        try {
            writer.join(CLOSE_MILLIS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- the writer's thread

    private void write() {
        openOrRetry();
        int lately = 1;
        List<PendingWrite<S, ?>> batch;
        while (!(batch = writes.take(BATCH_MAX, lately > 1 ? LINGER_NANOS : 0)).isEmpty()) {
            lately = batch.size();
            commit(batch);
            release(batch);
        }
        files.close(false);
    }

    /** Opens it, however long that takes: what is in the way (no room, a missing key, another process) may go. */
    private void openOrRetry() {
        long pauseNanos = RETRY_NANOS_MIN;
        while (!files.isOpen() && !files.open() && !writes.closed()) {
            List<PendingWrite<S, ?>> refused = writes.poll(PENDING_MAX);
            refused.forEach(pending -> pending.fail(files.notOpen()));
            complete(refused);
            release(refused);
            attempted.countDown();
            writes.awaitClosed(pauseNanos);
            pauseNanos = Math.min(2 * pauseNanos, RETRY_NANOS_MAX);
        }
        attempted.countDown();
    }

    /** One commit for all; if it fails, one for each, so that nobody suffers for another. */
    private void commit(List<PendingWrite<S, ?>> batch) {
        List<PendingWrite<S, ?>> taken = refuseIfFull(batch);
        Optional<Exception> failure = attempt(taken);
        if (!files.isOpen()) {
            openOrRetry();
        }
        if (failure.isPresent()) {
            boolean full = failure.get() instanceof StoreException known && known.reason() == Reason.DISK_FULL;
            if (taken.size() > 1 && !full) {
                taken.forEach(pending -> commit(List.of(pending)));
                return;
            }
            taken.forEach(pending -> pending.fail(failure.get()));
        }
        complete(taken);
    }

    private Optional<Exception> attempt(List<PendingWrite<S, ?>> batch) {
        try {
            return files.commit(batch);
        } catch (Error e) {
            // out of memory, above all: the callers must learn of it, and this thread must live
            files.close(true);
            return Optional.of(failed(e));
        }
    }

    private StoreException failed(Error error) {
        return new StoreException(Reason.UNAVAILABLE, name + " failed: " + error
                + "; the node needs more memory or other bundles", error);
    }

    private List<PendingWrite<S, ?>> refuseIfFull(List<PendingWrite<S, ?>> batch) {
        Optional<StoreException> full = files.full();
        if (full.isEmpty()) {
            return batch;
        }
        List<PendingWrite<S, ?>> refused = batch.stream().filter(pending -> pending.effect() == Effect.ADDS).toList();
        refused.forEach(pending -> pending.fail(full.get()));
        complete(refused);
        List<PendingWrite<S, ?>> taken = new ArrayList<>(batch);
        taken.removeAll(refused);
        return taken;
    }

    private void complete(List<PendingWrite<S, ?>> done) {
        if (!done.isEmpty()) {
            loop.execute(() -> done.forEach(PendingWrite::complete));
        }
    }

    private void release(List<PendingWrite<S, ?>> done) {
        pendingBytes.addAndGet(-done.stream().mapToLong(PendingWrite::bytes).sum());
    }

    // ---- the reader's thread

    private void read() {
        try {
            attempted.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("a store's thread cannot be interrupted", e);
        }
        List<Reading<?>> next;
        while (!(next = reads.take(1, 0)).isEmpty()) {
            next.forEach(this::answer);
        }
    }

    /** Later, if something has to be set aside first: who asks again must not come upon it again. */
    private <T> void answer(Reading<T> reading) {
        StoreFiles.Answer<T> answer = attempt(reading.work);
        Runnable complete = () -> {
            if (answer.failure() == null) {
                reading.stage.complete(answer.result());
            } else {
                reading.stage.completeExceptionally(answer.failure());
            }
        };
        if (answer.damaged().isEmpty()) {
            loop.execute(complete);
        } else {
            this.<Void>write(Effect.FREES, 0, change -> {
                answer.damaged().forEach(change::setAside);
                return null;
            }).whenComplete((done, failed) -> complete.run());
        }
    }

    private <T> StoreFiles.Answer<T> attempt(StoreFiles.Read<T> work) {
        try {
            return files.read(work);
        } catch (Error e) {
            return new StoreFiles.Answer<>(null, failed(e), List.of());
        }
    }

    private static final class StoreThread extends Thread {
        StoreThread(String name, Runnable work) {
            super(work, "bytchat-" + name);
            setDaemon(true);
        }

        @Override
        public void interrupt() {
            LOG.debug("{}: an interrupt was ignored", getName());
        }
    }
}
