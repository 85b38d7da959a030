package bytchat.records;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Small files that are either the old ones or the new ones after a power cut, never half of each. */
public final class AtomicFile {
    /** Mode 0600. */
    public static final Set<PosixFilePermission> OWNER_ONLY =
            Set.copyOf(PosixFilePermissions.fromString("rw-------"));
    /** What is not whole yet lies beside the file, under its name and this. */
    public static final String UNFINISHED_SUFFIX = ".new";

    private AtomicFile() {
    }

    /**
     * Writes the file for its owner only, in place of one that is there, and returns once it is on the disk under its
     * name. Missing directories are made. One writer of a file at a time.
     *
     * @throws IOException if it could not be written; then the old file is as it was
     */
    public static void write(Path file, byte[] content) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Files.createDirectories(directory);
        boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
        Path unfinished = directory.resolve(file.getFileName() + UNFINISHED_SUFFIX);
        Files.deleteIfExists(unfinished); // left by a crash: never more than a part of this very file
        try {
            fill(unfinished, content, posix);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        if (posix) {
            force(directory);
        }
    }

    /** Puts the names in a directory on the disk: without this a new one may be lost with the power. */
    public static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void fill(Path file, byte[] content, boolean posix) throws IOException {
        FileAttribute<?>[] ownerOnly = posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(file, options, ownerOnly)) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
    }
}
