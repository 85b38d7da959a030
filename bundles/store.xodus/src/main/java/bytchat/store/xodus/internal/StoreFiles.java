package bytchat.store.xodus.internal;

import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.store.StoreException;
import bytchat.api.store.StoreException.Reason;
import bytchat.records.SealException;
import bytchat.records.Sealer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import jetbrains.exodus.env.Transaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store's files, open or not, and if not, why. One thread opens, commits and closes; another may read meanwhile.
 *
 * <p>Kotlin throws checked exceptions without saying so, hence every {@code catch (Exception)} around Xodus.
 *
 * @param <S> figures of the store, immutable, kept in memory and in step with what is committed
 */
final class StoreFiles<S> {
    private static final Logger LOG = LoggerFactory.getLogger(StoreFiles.class);

    private final String name;
    private final DiskOptions options;
    private final Schema schema;
    private final Opener<S> opener;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    /** Guarded by {@link #lock}. */
    private XodusFiles files;
    private volatile S state;
    private volatile boolean open;
    private volatile long openMillis;
    private volatile long commits;
    private volatile long setAside;
    private volatile Optional<StoreException> broken = Optional.empty();

    StoreFiles(String name, DiskOptions options, Schema schema, S initial, Opener<S> opener) {
        this.name = name;
        this.options = options;
        this.schema = schema;
        this.state = initial;
        this.opener = opener;
    }

    @FunctionalInterface
    interface Opener<S> {
        /** Makes what reads and writes the tables, and counts what is in them. */
        S open(Sealer sealer, Txn txn) throws StoreException;
    }

    @FunctionalInterface
    interface Read<T> {
        T run(Txn txn) throws StoreException;
    }

    /** Figures as of the last commit. */
    S state() {
        return state;
    }

    boolean isOpen() {
        return open;
    }

    /** Why it could not be opened, if it could not. */
    Optional<StoreException> broken() {
        return broken;
    }

    StoreException notOpen() {
        return broken.orElseGet(() -> new StoreException(Reason.UNAVAILABLE, name + " is not open", null));
    }

    /** Bytes left on the disk. */
    long free() {
        return options.directory().toFile().getUsableSpace();
    }

    /** Why nothing is added, if less than the reserve is left. */
    Optional<StoreException> full() {
        long free = free();
        return free >= options.reserveBytes() ? Optional.empty() : Optional.of(new StoreException(Reason.DISK_FULL,
                "the disk of " + options.directory() + " has " + free / DiskOptions.MIB + " MiB left and "
                        + options.reserveBytes() / DiskOptions.MIB + " are kept in reserve: free some;"
                        + " what is stored stays, and writing goes on by itself", null));
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
        Map<String, Object> facts = new LinkedHashMap<>(figures);
        facts.put("directory", options.directory().toString());
        facts.put("disk_free_bytes", free());
        facts.put("commits", commits);
        facts.put("opened_ms", openMillis);
        facts.put("damaged_records", setAside);
        Optional<StoreException> full = full();
        if (full.isPresent()) {
            return new Status(State.WAITING, full.get().getMessage(), facts);
        }
        return new Status(State.READY, setAside == 0 ? ""
                : setAside + " records were changed on disk and have been set aside: check the disk", facts);
    }

    /** Tries to open; {@link #broken} tells what is in the way. */
    boolean open() {
        long began = System.nanoTime();
        lock.writeLock().lock();
        try {
            Sealer sealer = options.sealing().open(XodusFiles.exist(options.directory()));
            files = XodusFiles.open(name, options, schema, sealer);
            count(sealer);
            broken = Optional.empty();
            openMillis = (System.nanoTime() - began) / 1_000_000;
            open = true;
        } catch (SealException e) {
            broken(new StoreException(Reason.UNAVAILABLE, e.getMessage(), e));
        } catch (StoreException e) {
            broken(e);
        } catch (LinkageError e) {
            broken(new StoreException(Reason.UNAVAILABLE, name + " is not complete: " + e, e));
        } finally {
            lock.writeLock().unlock();
        }
        return open;
    }

    private void count(Sealer sealer) throws StoreException {
        try {
            Transaction transaction = files.beginRead();
            try {
                Txn txn = new Txn(transaction, files.stores());
                state = opener.open(sealer, txn);
                setAside = txn.count(Change.QUARANTINE);
            } finally {
                transaction.abort();
            }
        } catch (Exception e) {
            files.close(true);
            throw XodusFiles.failure(options.directory(), e);
        }
    }

    private void broken(StoreException why) {
        if (!broken.map(Throwable::getMessage).equals(Optional.of(why.getMessage()))) {
            LOG.error("{}: {}", name, why.getMessage());
        }
        broken = Optional.of(why);
    }

    /** @param forced whether it is given up after a failure */
    void close(boolean forced) {
        lock.writeLock().lock();
        try {
            if (open) {
                open = false;
                files.close(forced);
            }
        } catch (Exception e) {
            LOG.error("{}: could not be closed cleanly: {}", name, e.getMessage());
        } finally {
            lock.writeLock().unlock();
        }
    }

    /**
     * One durable commit for all; closes the files if they can be used no more.
     *
     * @return why nothing of it was done, if so
     */
    Optional<Exception> commit(List<PendingWrite<S, ?>> batch) {
        if (batch.isEmpty()) {
            return Optional.empty();
        }
        if (!open) {
            return Optional.of(notOpen());
        }
        boolean committing = false;
        Transaction transaction = null;
        try {
            transaction = files.beginWrite();
            Change<S> change = new Change<>(transaction, files.stores(), state);
            batch.forEach(pending -> pending.run(change));
            List<Txn.Damaged> moved = change.settle();
            committing = true;
            transaction.commit();
            state = change.state();
            commits++;
            setAside += moved.size();
            moved.forEach(damaged -> LOG.warn("{}: a record of '{}' was changed on disk and has been set aside", name,
                    damaged.table()));
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            abort(transaction);
            return Optional.of(e);
        } catch (Exception e) {
            abort(transaction);
            StoreException failure = XodusFiles.failure(options.directory(), e);
            // a file that failed once fails ever after; a full disk does not
            if (!files.usable() || committing && failure.reason() != Reason.DISK_FULL) {
                LOG.warn("{}: closed after a failure, to be opened again: {}", name, failure.getMessage());
                close(true);
            }
            return Optional.of(failure);
        }
    }

    private void abort(Transaction transaction) {
        try {
            if (transaction != null && !transaction.isFinished()) {
                transaction.abort();
            }
        } catch (Exception e) {
            LOG.warn("{}: a transaction could not be given up: {}", name, e.getMessage());
        }
    }

    /** Runs the work on a snapshot. */
    <T> Answer<T> read(Read<T> work) {
        lock.readLock().lock();
        try {
            if (!open) {
                return new Answer<>(null, notOpen(), List.of());
            }
            Transaction transaction = files.beginRead();
            Txn txn = new Txn(transaction, files.stores());
            try {
                return new Answer<>(work.run(txn), null, txn.damaged());
            } catch (Exception e) {
                Exception failure = e instanceof IllegalArgumentException ? e
                        : XodusFiles.failure(options.directory(), e);
                return new Answer<>(null, failure, txn.damaged());
            } finally {
                transaction.abort();
            }
        } catch (Exception e) {
            return new Answer<>(null, XodusFiles.failure(options.directory(), e), List.of());
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * @param failure null if it went well
     * @param damaged what was come upon on the way
     */
    record Answer<T>(T result, Exception failure, List<Txn.Damaged> damaged) {
    }
}
