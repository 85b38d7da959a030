package bytchat.store.xodus.internal;

import bytchat.records.AeadSealer;
import bytchat.records.SealException;
import bytchat.records.SealKeyFile;
import bytchat.records.Sealer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.stream.Stream;

/**
 * Where and how a store keeps its records.
 *
 * @param directory    of this store alone
 * @param reserveBytes free disk space below which nothing is added; acknowledgements, removals and the cleaner may use
 *                     it
 * @param durable      whether a commit is forced to disk before it counts; false loses acknowledged records in a power
 *                     cut and is for the test that shows it
 * @param sealing      gives the sealer, once
 */
public record DiskOptions(Path directory, long reserveBytes, boolean durable, Sealing sealing) {
    static final long RESERVE_MIB = 16;
    static final long MIB = 1024 * 1024;

    @FunctionalInterface
    public interface Sealing {
        /** @param recordsExist whether this store has records already */
        Sealer open(boolean recordsExist) throws SealException;
    }

    /** @throws IllegalStateException if the framework was started without a data directory */
    static DiskOptions of(String data, String name, String directory, long reserveMib, SecureRandom random) {
        if (data == null) {
            throw new IllegalStateException(
                    "the framework property bytchat.data is not set: it names the node's data directory");
        }
        return of(Path.of(data), name, directory, reserveMib, random);
    }

    /**
     * As the node uses it: {@code DATA/store/<name>}, sealed with {@code DATA/seal.key}.
     *
     * @param directory empty for the default
     */
    public static DiskOptions of(Path data, String name, String directory, long reserveMib, SecureRandom random) {
        Path stores = data.resolve("store");
        Path own = directory.isBlank() ? stores.resolve(name) : Path.of(directory);
        Sealing sealing = recordsExist -> new AeadSealer(
                SealKeyFile.loadOrCreate(data.resolve("seal.key"), recordsExist || anyIn(stores), random), random);
        return new DiskOptions(own, reserveMib * MIB, true, sealing);
    }

    /** A store that starts empty must not make a new key while its neighbours have records under the lost one. */
    private static boolean anyIn(Path stores) {
        if (!Files.isDirectory(stores)) {
            return false;
        }
        try (Stream<Path> directories = Files.list(stores)) {
            return directories.anyMatch(XodusFiles::exist);
        } catch (IOException e) {
            // cannot be looked into: then better no new seal key
            return true;
        }
    }
}
