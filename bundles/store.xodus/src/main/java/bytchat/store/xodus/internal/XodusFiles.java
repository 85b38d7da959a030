package bytchat.store.xodus.internal;

import bytchat.api.store.StoreException;
import bytchat.api.store.StoreException.Reason;
import bytchat.records.SealException;
import bytchat.records.Sealer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import jetbrains.exodus.ArrayByteIterable;
import jetbrains.exodus.ByteIterable;
import jetbrains.exodus.ExodusException;
import jetbrains.exodus.OutOfDiskSpaceException;
import jetbrains.exodus.env.Environment;
import jetbrains.exodus.env.EnvironmentConfig;
import jetbrains.exodus.env.Environments;
import jetbrains.exodus.env.Store;
import jetbrains.exodus.env.StoreConfig;
import jetbrains.exodus.env.Transaction;

/** An open Xodus environment in a directory, checked to be ours, of a format we know, and sealed with our key. */
final class XodusFiles {
    /** Stored format. A newer one is refused. */
    static final int FORMAT = 1;
    /**
     * Bytes of Xodus' page cache, for all environments of the process together; it also decides how much heap an idle
     * node keeps.
     */
    private static final long CACHE_BYTES = 8L * 1024 * 1024;
    /** Small pages: a record is read with its neighbours, and 64 KiB of them would be mostly strangers. */
    private static final int PAGE_BYTES = 16 * 1024;
    /** The cleaner frees whole files, so small ones come back sooner. */
    private static final long FILE_KIB = 2 * 1024;
    private static final int OPEN_FILES_MAX = 64;
    /** How long a store that takes over waits for the one before it to let go. */
    private static final int LOCK_MILLIS_MAX = 5_000;
    /** Longest that the cleaner may hold up a commit. */
    private static final int CLEANER_MILLIS_MAX = 100;

    private static final String FORMAT_TABLE = "format";
    private static final ByteIterable VERSION = key("version");
    /** A sealed digest of the layout: it opens with the right key only. */
    private static final String WITNESS = "witness";

    private final Environment environment;
    private final Map<String, Store> stores = new HashMap<>();

    private XodusFiles(Environment environment) {
        this.environment = environment;
    }

    /** Whether there are files of a store here. */
    static boolean exist(Path directory) {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(file -> file.getFileName().toString().endsWith(".xd"));
        } catch (IOException e) {
            // cannot be looked into: then better no new seal key
            return true;
        }
    }

    /** @throws StoreException with a sentence that says what is wrong and what to do; nothing was changed then */
    static XodusFiles open(String name, DiskOptions options, Schema schema, Sealer sealer) throws StoreException {
        Path directory = options.directory();
        Environment environment;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new StoreException(Reason.UNAVAILABLE, "cannot make the store directory " + directory + ": "
                    + e.getMessage(), e);
        }
        try {
            environment = Environments.newInstance(directory.toFile(), config(name, options.durable()));
        } catch (Exception e) {
            // any exception: Kotlin throws checked ones without saying so
            throw failure(directory, e);
        }
        XodusFiles files = new XodusFiles(environment);
        try {
            files.check(name, directory, schema.layout(), sealer);
            files.openTables(schema.tables());
            return files;
        } catch (Exception e) {
            files.close(true);
            throw failure(directory, e);
        }
    }

    private static EnvironmentConfig config(String name, boolean durable) {
        return new EnvironmentConfig()
                .setLogDurableWrite(durable)
                .setMemoryUsage(CACHE_BYTES)
                .setLogCachePageSize(PAGE_BYTES)
                .setLogCacheOpenFilesCount(OPEN_FILES_MAX)
                .setLogCacheUseSoftReferences(false)
                .setLogFileSize(FILE_KIB)
                .setLogLockTimeout(LOCK_MILLIS_MAX)
                // named, or Xodus loads all of JMX to learn the process id
                .setLogLockId("bytchat " + name + " " + ProcessHandle.current().pid())
                .setManagementEnabled(false)
                .setEnvGatherStatistics(false)
                .setEnvMonitorTxnsTimeout(0)
                .setEnvMonitorTxnsExpirationTimeout(0)
                .setGcTransactionTimeout(CLEANER_MILLIS_MAX);
    }

    private void check(String name, Path directory, byte[] layout, Sealer sealer) throws StoreException {
        Optional<Integer> version = environment.computeInTransaction(this::version);
        if (version.isPresent() && version.get() > FORMAT) {
            throw new StoreException(Reason.UNAVAILABLE, "the store in " + directory
                    + " was written by a newer BytChat (format "
                    + version.get() + ", this one knows " + FORMAT + "): update BytChat; nothing was changed", null);
        }
        Optional<byte[]> witness = environment.computeInTransaction(this::witness);
        byte[] witnessKey = WITNESS.getBytes(StandardCharsets.US_ASCII);
        if (witness.isEmpty()) {
            byte[] sealed = sealer.seal(name, witnessKey, layout);
            environment.executeInTransaction(txn -> {
                format(txn).put(txn, VERSION, new ArrayByteIterable(ByteBuffer.allocate(Integer.BYTES).putInt(FORMAT)
                        .array()));
                format(txn).put(txn, key(WITNESS), new ArrayByteIterable(sealed));
            });
            return;
        }
        try {
            if (!Arrays.equals(sealer.open(name, witnessKey, witness.get()), layout)) {
                throw new StoreException(Reason.UNAVAILABLE, "the records in " + directory
                        + " have another layout than this version's:"
                        + " start the version that wrote them, or move the directory away; nothing was changed", null);
            }
        } catch (SealException e) {
            throw new StoreException(Reason.UNAVAILABLE, "the store in " + directory
                    + " was sealed with another seal key: put back"
                    + " the seal.key it was made with, or move the directory away; nothing was changed", e);
        }
    }

    private Optional<byte[]> witness(Transaction txn) {
        return Optional.ofNullable(format(txn).get(txn, key(WITNESS)))
                .map(found -> Arrays.copyOf(found.getBytesUnsafe(), found.getLength()));
    }

    private Optional<Integer> version(Transaction txn) {
        return Optional.ofNullable(format(txn).get(txn, VERSION))
                .map(found -> ByteBuffer.wrap(found.getBytesUnsafe(), 0, Integer.BYTES).getInt());
    }

    private Store format(Transaction txn) {
        return environment.openStore(FORMAT_TABLE, StoreConfig.WITHOUT_DUPLICATES, txn);
    }

    private void openTables(List<String> tables) {
        environment.executeInTransaction(txn -> {
            for (String table : Stream.concat(tables.stream(), Stream.of(Change.QUARANTINE)).toList()) {
                stores.put(table, environment.openStore(table, StoreConfig.WITHOUT_DUPLICATES, txn));
            }
        });
    }

    Map<String, Store> stores() {
        return stores;
    }

    Transaction beginRead() {
        return environment.beginReadonlyTransaction();
    }

    /** Exclusive, so that a commit never loses to the cleaner. */
    Transaction beginWrite() {
        return environment.beginExclusiveTransaction();
    }

    /** Whether Xodus still takes transactions; after some failures it never does again. */
    boolean usable() {
        try {
            environment.beginReadonlyTransaction().abort();
            return true;
        } catch (ExodusException e) {
            return false;
        }
    }

    /** @param forced whether to leave out what a clean close would still write */
    void close(boolean forced) {
        environment.getEnvironmentConfig().setEnvCloseForcedly(forced);
        environment.close();
    }

    /** What a failure of Xodus means for the caller. */
    static StoreException failure(Path directory, Exception failure) {
        if (failure instanceof StoreException known) {
            return known;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof OutOfDiskSpaceException || cause instanceof IOException
                    && (message.contains("No space left") || message.contains("quota exceeded")
                    || message.contains("not enough space"))) {
                return new StoreException(Reason.DISK_FULL, "no room left on the disk of " + directory
                        + ": free some; what is stored stays, and writing goes on by itself", failure);
            }
        }
        if (String.valueOf(failure.getMessage()).startsWith("Can't acquire environment lock")) {
            return new StoreException(Reason.UNAVAILABLE,
                    "the store in " + directory + " is in use by another process: stop that one first", failure);
        }
        return new StoreException(Reason.UNAVAILABLE,
                "the store in " + directory + " cannot be used: " + failure.getMessage() + "; check the disk", failure);
    }

    private static ByteIterable key(String name) {
        return new ArrayByteIterable(name.getBytes(StandardCharsets.US_ASCII));
    }
}
