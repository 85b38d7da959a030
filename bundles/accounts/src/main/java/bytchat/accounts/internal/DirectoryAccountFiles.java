package bytchat.accounts.internal;

import bytchat.records.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Files in one directory of mode 0700, each of mode 0600. A crash leaves the old content or the new, never a part.
 */
public final class DirectoryAccountFiles implements AccountFiles {
    /** A longer file is none of ours, and is not read into memory. */
    static final int FILE_BYTES_MAX = 256 * 1024;

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path directory;

    public DirectoryAccountFiles(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    @Override
    public List<String> names() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isRegularFile).map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.endsWith(AtomicFile.UNFINISHED_SUFFIX)).sorted().toList();
        }
    }

    @Override
    public Optional<byte[]> read(String name) throws IOException {
        Path file = directory.resolve(name);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        if (Files.size(file) > FILE_BYTES_MAX) {
            throw new IOException(file + " is longer than " + FILE_BYTES_MAX + " bytes");
        }
        return Optional.of(Files.readAllBytes(file));
    }

    @Override
    public void write(String name, byte[] content) throws IOException {
        try {
            replace(name, content);
        } catch (IOException e) {
            throw new KeystoreException(describe(name) + " cannot be written (" + e.getMessage()
                    + "): make room or correct the permissions of its directory; nothing was changed");
        }
    }

    private void replace(String name, byte[] content) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, OWNER_DIRECTORY);
            AtomicFile.force(directory.getParent());
        }
        AtomicFile.write(directory.resolve(name), content);
    }

    @Override
    public String describe(String name) {
        return directory.resolve(name).toString();
    }
}
