package bytchat.launcher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The directory of one node, held under an exclusive lock for as long as the process runs.
 *
 * <p>The operating system drops the lock when the process dies, however it dies, so a stale lock file never keeps a
 * node from starting. The file's content only tells a second start who holds it.
 */
public final class DataDirectory implements AutoCloseable {
    private static final String LOCK_FILE = "lock";
    private static final int LOCK_TEXT_BYTES_MAX = 256;

    private final Path path;
    private final FileChannel channel;
    private final FileLock lock;

    private DataDirectory(Path path, FileChannel channel, FileLock lock) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Creates the directory where needed (mode 0700) and locks it.
     *
     * @throws LaunchException with {@link ExitCode#DATA_DIRECTORY} if another process has it or it cannot be written
     */
    public static DataDirectory open(Path directory) throws LaunchException {
        Path path = directory.toAbsolutePath().normalize();
        FileChannel channel = null;
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new LaunchException(ExitCode.DATA_DIRECTORY,
                    path + " is not a directory; choose another with --data DIR");
        }
        try {
            if (!Files.isDirectory(path)) {
                if (path.getParent() != null) {
                    Files.createDirectories(path.getParent());
                }
                Files.createDirectory(path,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            channel = FileChannel.open(path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                String holder = holder(channel);
                channel.close();
                throw new LaunchException(ExitCode.DATA_DIRECTORY, "the data directory " + path + " is in use by "
                        + holder + "; talk to that node with \"bytchat ctl --data " + path
                        + " status\", stop it, or choose another directory with --data DIR");
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(describe().getBytes(StandardCharsets.UTF_8)), 0);
            return new DataDirectory(path, channel, lock);
        } catch (IOException e) {
            closeAfter(e, channel);
            throw new LaunchException(ExitCode.DATA_DIRECTORY, "the data directory " + path
                    + " cannot be used (" + e.getClass().getSimpleName() + ": " + e.getMessage()
                    + "); make it writable or choose another with --data DIR", e);
        }
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // this very process has it already
        }
    }

    private static String describe() {
        return "process " + ProcessHandle.current().pid() + " (started "
                + Instant.now().truncatedTo(ChronoUnit.SECONDS) + ")";
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(LOCK_TEXT_BYTES_MAX);
        channel.read(text, 0);
        String holder = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).trim();
        return holder.isEmpty() ? "another process" : holder;
    }

    private static void closeAfter(IOException cause, FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
    }
}
