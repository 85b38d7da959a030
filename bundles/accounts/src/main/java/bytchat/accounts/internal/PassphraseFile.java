package bytchat.accounts.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The first line of a file, without its line end. */
record PassphraseFile(Path file) implements PassphraseSource {
    private static final int FILE_BYTES_MAX = 4096;

    @Override
    public Optional<byte[]> read() throws IOException {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new KeystoreException("the passphrase file " + file + " is longer than " + FILE_BYTES_MAX
                        + " bytes");
            }
            String words = Files.readString(file).lines().findFirst().orElse("");
            if (words.isEmpty()) {
                throw new KeystoreException("the passphrase file " + file
                        + " is empty: write the passphrase into its first line");
            }
            return Optional.of(words.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            throw new KeystoreException("the passphrase file " + file
                    + " does not exist: make it, or correct passphrase_file");
        }
    }
}
