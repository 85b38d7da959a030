package bytchat.store.xodus.internal;

import bytchat.api.env.EventLoop;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.store.StoreException;
import bytchat.api.store.StoreException.Reason;
import bytchat.records.SealException;
import bytchat.records.Sealer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import jetbrains.exodus.env.Transaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One store's directory and the two threads that work on it.
 *
 * <p>Threats and answers. <em>A power cut after a promise</em>: a write completes only after its commit was forced to disk; many
 * writes share one commit. <em>A full disk</em>: what adds is refused while less than the reserve is free, what removes goes on in
 * it; nothing is lost and nobody has to restart. <em>Bit rot</em>: see {@link Table}. <em>An interrupt</em> makes Xodus skip its
 * fsync without a word, and fail ever after: both threads are the store's own and ignore it.
 *
 * @param <S> figures of the store, immutable, kept in memory and in step with what is committed
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
    private final Schema schema;
    private final EventLoop loop;
    private final Opener<S> opener;
    private final WorkQueue<Pending<S, ?>> writes = new WorkQueue<>(PENDING_MAX);
    private final WorkQueue<Reading<?>> reads = new WorkQueue<>(PENDING_MAX);
    private final AtomicLong pendingBytes = new AtomicLong();
    private final CountDownLatch attempted = new CountDownLatch(1);
    private final ReentrantReadWriteLock filesLock = new ReentrantReadWriteLock();
    private final Thread writer;
    private final Thread reader;
    /** Guarded by {@link #filesLock}; only the writer changes it. */
    private XodusFiles files;
    private volatile S state;
    private volatile boolean open;
    private volatile long openMillis;
    private volatile long setAside;
    private volatile long commits;
    private volatile Optional<StoreException> broken = Optional.empty();

    /**
     * Opens the store on its own thread; work may be given to it at once and waits.
     *
     * @param name    the store's, part of every seal
     * @param schema  what is in it
     * @param initial figures until it is open
     * @param opener  makes the tables' codecs and counts what is there
     */
    Disk(String name, DiskOptions options, Schema schema, EventLoop loop, S initial, Opener<S> opener) {
        this.name = name;
        this.options = options;
        this.schema = schema;
        this.loop = loop;
        this.state = initial;
        this.opener = opener;
        this.writer = thread("writer", this::write);
        this.reader = thread("reader", this::read);
        writer.start();
        reader.start();
    }

    @FunctionalInterface
    interface Opener<S> {
        S open(Sealer sealer, Txn txn) throws StoreException;
    }

    @FunctionalInterface
    interface Write<S, T> {
        /** May throw only before it has changed anything. */
        T run(Change<S> change) throws StoreException;
    }

    @FunctionalInterface
    interface Read<T> {
        T run(Txn txn) throws StoreException;
    }

    /** What a write does to the space taken. */
    enum Effect {
        ADDS,
        FREES
    }

    private static final class Pending<S, T> {
        private final Write<S, T> work;
        private final Effect effect;
        private final long bytes;
        private final CompletableFuture<T> stage = new CompletableFuture<>();
        private T result;
        private Exception failure;

        Pending(Write<S, T> work, Effect effect, long bytes) {
            this.work = work;
            this.effect = effect;
            this.bytes = bytes;
        }

        void run(Change<S> change) {
            try {
                failure = null;
                result = work.run(change);
            } catch (StoreException e) {
                failure = e;
            }
        }

        void complete() {
            if (failure == null) {
                stage.complete(result);
            } else {
                stage.completeExceptionally(failure);
            }
        }
    }

    private record Reading<T>(Read<T> work, CompletableFuture<T> stage) {
    }

    /** @param bytes about how large what it holds is */
    <T> CompletionStage<T> write(Effect effect, long bytes, Write<S, T> work) {
        Pending<S, T> pending = new Pending<>(work, effect, bytes);
        boolean fits = pendingBytes.addAndGet(bytes) <= PENDING_BYTES_MAX;
        if (broken.isPresent() || !fits || !writes.offer(pending)) {
            pendingBytes.addAndGet(-bytes);
            StoreException refusal = broken.orElseGet(() -> notNow("writes"));
            loop.execute(() -> pending.stage.completeExceptionally(refusal));
        }
        return pending.stage;
    }

    <T> CompletionStage<T> read(Read<T> work) {
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
                : new StoreException(Reason.FULL, "too many " + what + " wait for the disk of " + options.directory() + ": it is too slow", null);
    }

    /** Figures as of the last commit. */
    S state() {
        return state;
    }

    StoreException full(String what, long max, String property) {
        return new StoreException(Reason.FULL,
                name + " holds " + max + " " + what + " and takes no more: raise " + property + " of bytchat." + name, null);
    }

    /** Commits what is waiting and lets go of the directory. */
    void close() {
        writes.close();
        reads.close();
        try {
            reader.join(CLOSE_MILLIS_MAX);
            writer.join(CLOSE_MILLIS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Status status(Map<String, Object> figures) {
        Optional<StoreException> problem = broken;
        if (problem.isPresent()) {
            State now = problem.get().reason() == Reason.DISK_FULL ? State.WAITING : State.FAILED;
            return Status.of(now, problem.get().getMessage());
        }
        if (!open) {
            return Status.of(State.STARTING, "opening " + options.directory());
        }
        long free = free();
        Map<String, Object> facts = new LinkedHashMap<>(figures);
        facts.put("directory", options.directory().toString());
        facts.put("disk_free_bytes", free);
        facts.put("pending_writes", writes.size());
        facts.put("commits", commits);
        facts.put("opened_ms", openMillis);
        facts.put("damaged_records", setAside);
        if (free < options.reserveBytes()) {
            return new Status(State.WAITING, full(free).getMessage(), facts);
        }
        String reason = setAside == 0 ? "" : setAside + " records were changed on disk and have been set aside: check the disk";
        return new Status(State.READY, reason, facts);
    }

    // ---- the writer's thread

    private void write() {
        openOrRetry();
        int lately = 1;
        List<Pending<S, ?>> batch;
        while (!(batch = writes.take(BATCH_MAX, lately > 1 ? LINGER_NANOS : 0)).isEmpty()) {
            lately = batch.size();
            if (open) {
                commit(batch);
            } else {
                StoreException closed = broken.orElseGet(this::notOpen);
                batch.forEach(pending -> pending.failure = closed);
                complete(batch);
            }
            free(batch);
        }
        if (open) {
            closeFiles(false);
        }
    }

    /** Opens it, however long that takes: what is in the way (no room, a missing key, another process) may go. */
    private void openOrRetry() {
        long pauseNanos = RETRY_NANOS_MIN;
        while (!open && !writes.closed()) {
            long began = System.nanoTime();
            try {
                openFiles();
                broken = Optional.empty();
                openMillis = (System.nanoTime() - began) / 1_000_000;
                open = true;
            } catch (StoreException e) {
                if (!broken.map(Throwable::getMessage).equals(Optional.of(e.getMessage()))) {
                    LOG.error("{}: {}", name, e.getMessage());
                }
                broken = Optional.of(e);
                List<Pending<S, ?>> refused = writes.poll(PENDING_MAX);
                refused.forEach(pending -> pending.failure = e);
                complete(refused);
                free(refused);
                attempted.countDown();
                writes.awaitClosed(pauseNanos);
                pauseNanos = Math.min(2 * pauseNanos, RETRY_NANOS_MAX);
            }
        }
        attempted.countDown();
    }

    private void free(List<Pending<S, ?>> done) {
        pendingBytes.addAndGet(-done.stream().mapToLong(pending -> pending.bytes).sum());
    }

    private void openFiles() throws StoreException {
        filesLock.writeLock().lock();
        try {
            Sealer sealer = options.sealing().open(XodusFiles.exist(options.directory()));
            files = XodusFiles.open(name, options, schema, sealer);
            Transaction transaction = files.beginRead();
            try {
                Txn txn = new Txn(transaction, files.stores());
                state = opener.open(sealer, txn);
                setAside = txn.count(Change.QUARANTINE);
            } catch (Exception e) {
                throw XodusFiles.failure(options.directory(), e);
            } finally {
                transaction.abort();
            }
        } catch (SealException e) {
            throw new StoreException(Reason.UNAVAILABLE, e.getMessage(), e);
        } finally {
            filesLock.writeLock().unlock();
        }
    }

    /** @param forced whether it is given up after a failure */
    private void closeFiles(boolean forced) {
        filesLock.writeLock().lock();
        try {
            open = false;
            files.close(forced);
        } catch (Exception e) {
            LOG.error("{}: could not be closed cleanly: {}", name, e.getMessage());
        } finally {
            filesLock.writeLock().unlock();
        }
    }

    /** One commit for all; if it fails, one for each, so that nobody suffers for another. */
    private void commit(List<Pending<S, ?>> batch) {
        List<Pending<S, ?>> taken = refuseIfFull(batch);
        Optional<Exception> failed = transact(taken);
        if (failed.isPresent()) {
            Exception failure = failed.get() instanceof IllegalArgumentException mistake
                    ? mistake : XodusFiles.failure(options.directory(), failed.get());
            boolean full = failure instanceof StoreException known && known.reason() == Reason.DISK_FULL;
            if (taken.size() > 1 && !full) {
                taken.forEach(pending -> commit(List.of(pending)));
                return;
            }
            taken.forEach(pending -> pending.failure = failure);
        }
        complete(taken);
    }

    private List<Pending<S, ?>> refuseIfFull(List<Pending<S, ?>> batch) {
        long free = free();
        if (free >= options.reserveBytes()) {
            return batch;
        }
        List<Pending<S, ?>> taken = new ArrayList<>();
        List<Pending<S, ?>> refused = new ArrayList<>();
        for (Pending<S, ?> pending : batch) {
            if (pending.effect == Effect.FREES) {
                taken.add(pending);
            } else {
                pending.failure = full(free);
                refused.add(pending);
            }
        }
        complete(refused);
        return taken;
    }

    private StoreException full(long free) {
        return new StoreException(Reason.DISK_FULL, "the disk of " + options.directory() + " has " + free / DiskOptions.MIB
                + " MiB left and " + options.reserveBytes() / DiskOptions.MIB + " are kept in reserve: free some;"
                + " what is stored stays, and writing goes on by itself", null);
    }

    /** @return why nothing of it was done */
    private Optional<Exception> transact(List<Pending<S, ?>> batch) {
        if (batch.isEmpty()) {
            return Optional.empty();
        }
        if (!open) {
            return Optional.of(broken.orElseGet(this::notOpen));
        }
        boolean committing = false;
        Transaction transaction = null;
        try {
            transaction = files.beginWrite();
            Change<S> change = new Change<>(transaction, files.stores(), state);
            for (Pending<S, ?> pending : batch) {
                pending.run(change);
            }
            List<Txn.Damaged> moved = change.settle();
            committing = true;
            transaction.commit();
            state = change.state();
            commits++;
            setAside += moved.size();
            moved.forEach(this::report);
            return Optional.empty();
        } catch (Exception e) {
            // any exception: Kotlin throws checked ones without saying so
            abort(transaction);
            if (!files.usable() || committing && XodusFiles.failure(options.directory(), e).reason() != Reason.DISK_FULL) {
                LOG.warn("{}: opening the store again after a failure: {}", name, e.getMessage());
                closeFiles(true);
                openOrRetry();
            }
            return Optional.of(e);
        }
    }

    private void abort(Transaction transaction) {
        try {
            if (transaction != null && !transaction.isFinished()) {
                transaction.abort();
            }
        } catch (RuntimeException e) {
            LOG.warn("{}: a transaction could not be given up: {}", name, e.getMessage());
        }
    }

    private void complete(List<Pending<S, ?>> done) {
        if (!done.isEmpty()) {
            loop.execute(() -> done.forEach(Pending::complete));
        }
    }

    private void report(Txn.Damaged damaged) {
        LOG.warn("{}: a record of '{}' was changed on disk and has been set aside", name, damaged.table());
    }

    // ---- the reader's thread

    private void read() {
        awaitAttempt();
        List<Reading<?>> next;
        while (!(next = reads.take(1, 0)).isEmpty()) {
            next.forEach(this::answer);
        }
    }

    private <T> void answer(Reading<T> reading) {
        List<Txn.Damaged> damaged = List.of();
        T result = null;
        Exception failure = null;
        filesLock.readLock().lock();
        try {
            if (!open) {
                throw broken.orElseGet(this::notOpen);
            }
            Transaction transaction = files.beginRead();
            Txn txn = new Txn(transaction, files.stores());
            damaged = txn.damaged();
            try {
                result = reading.work.run(txn);
            } finally {
                transaction.abort();
            }
        } catch (IllegalArgumentException e) {
            failure = e;
        } catch (Exception e) {
            // any exception: Kotlin throws checked ones without saying so
            failure = XodusFiles.failure(options.directory(), e);
        } finally {
            filesLock.readLock().unlock();
        }
        answer(reading, result, failure, damaged);
    }

    /** Later, if something has to be set aside first: who asks again must not come upon it again. */
    private <T> void answer(Reading<T> reading, T result, Exception failure, List<Txn.Damaged> damaged) {
        Runnable complete = () -> {
            if (failure == null) {
                reading.stage.complete(result);
            } else {
                reading.stage.completeExceptionally(failure);
            }
        };
        if (damaged.isEmpty()) {
            loop.execute(complete);
        } else {
            this.<Void>write(Effect.FREES, 0, change -> {
                damaged.forEach(change::setAside);
                return null;
            }).whenComplete((done, failed) -> complete.run());
        }
    }

    private void awaitAttempt() {
        try {
            attempted.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("the reader cannot be interrupted", e);
        }
    }

    // ---- both

    private StoreException notOpen() {
        return new StoreException(Reason.UNAVAILABLE, name + " is not open", null);
    }

    private long free() {
        return options.directory().toFile().getUsableSpace();
    }

    private Thread thread(String role, Runnable work) {
        Thread thread = new Uninterruptible(work, "bytchat-" + name + "-" + role);
        thread.setDaemon(true);
        return thread;
    }

    private static final class Uninterruptible extends Thread {
        Uninterruptible(Runnable work, String name) {
            super(work, name);
        }

        @Override
        public void interrupt() {
            LOG.debug("{}: an interrupt was ignored", getName());
        }
    }
}
