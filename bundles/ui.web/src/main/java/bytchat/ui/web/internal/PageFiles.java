package bytchat.ui.web.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;

/** What is kept over a restart: the key that signs cookies, and the port, in {@code DATA/web}, for the owner only. */
final class PageFiles {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> OWNER_ONLY_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final int PORT_MAX = 65_535;

    private final Path key;
    private final Path port;

    PageFiles(Path data) throws IOException {
        Path directory = data.resolve("web");
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(directory, OWNER_ONLY_DIRECTORY);
        }
        key = directory.resolve("key");
        port = directory.resolve("port");
    }

    /** Made at the first start; one of a wrong size is replaced, which ends the sessions. */
    byte[] key(SecureRandom random) throws IOException {
        if (Files.exists(key)) {
            byte[] kept = Files.readAllBytes(key);
            if (kept.length == Sessions.KEY_BYTES) {
                return kept;
            }
        }
        byte[] made = new byte[Sessions.KEY_BYTES];
        random.nextBytes(made);
        write(key, made);
        return made;
    }

    /** The port of the last time, 0 if there was none. */
    int port() throws IOException {
        if (!Files.exists(port)) {
            return 0;
        }
        try {
            int kept = Integer.parseInt(Files.readString(port).strip());
            return kept > 0 && kept <= PORT_MAX ? kept : 0;
        } catch (NumberFormatException e) {
            return 0; // any other is as good
        }
    }

    void port(int used) throws IOException {
        if (port() != used) {
            write(port, (used + "\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(next);
        try (var channel = Files.newByteChannel(next, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
            channel.write(java.nio.ByteBuffer.wrap(content));
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
