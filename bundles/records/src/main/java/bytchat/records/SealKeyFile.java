package bytchat.records;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The node's seal key: one line {@code bytchat-seal-1 KEY CHECK} in hexadecimal, mode 0600. It is made once and never
 * replaced: without it no record opens again.
 */
public final class SealKeyFile {
    private static final String MAGIC = "bytchat-seal-1";
    private static final int CHECK_BYTES = 8;

    private SealKeyFile() {
    }

    /**
     * Reads the key, or makes it where there was none. Nothing is deleted or overwritten, whatever is found.
     *
     * @param recordsExist whether there are records that were sealed before: then a missing key is an error, since a
     *                     new one would open none of them
     * @throws SealException if the file is damaged, or missing while records exist, or cannot be read or written
     */
    public static synchronized byte[] loadOrCreate(Path file, boolean recordsExist,
            SecureRandom random) throws SealException {
        try {
            return parse(file, Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            if (recordsExist) {
                throw new SealException("the seal key " + file
                        + " is missing but there are records that it sealed: put the file"
                        + " back from a backup, or move the data directory's stores away to start without them");
            }
        } catch (IOException e) {
            throw new SealException("cannot read the seal key " + file + ": " + e.getMessage(), e);
        }
        byte[] key = new byte[AeadSealer.KEY_BYTES];
        random.nextBytes(key);
        try {
            write(file, key);
        } catch (IOException e) {
            throw new SealException("cannot write the seal key " + file + ": " + e.getMessage(), e);
        }
        return key;
    }

    private static byte[] parse(Path file, String text) throws SealException {
        String[] words = text.trim().split(" ");
        try {
            if (words.length == 3 && words[0].equals(MAGIC)) {
                byte[] key = HexFormat.of().parseHex(words[1]);
                if (key.length == AeadSealer.KEY_BYTES && Arrays.equals(check(key), HexFormat.of()
                        .parseHex(words[2]))) {
                    return key;
                }
            }
        } catch (IllegalArgumentException e) {
            throw damaged(file, e);
        }
        throw damaged(file, null);
    }

    private static SealException damaged(Path file, Throwable cause) {
        return new SealException(
                "the seal key " + file + " is damaged: put the file back from a backup; nothing was changed", cause);
    }

    private static void write(Path file, byte[] key) throws IOException {
        String line = MAGIC + " " + HexFormat.of().formatHex(key) + " " + HexFormat.of().formatHex(check(key)) + "\n";
        AtomicFile.write(file, line.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] check(byte[] key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-512");
            digest.update(MAGIC.getBytes(StandardCharsets.US_ASCII));
            return Arrays.copyOf(digest.digest(key), CHECK_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-512", e);
        }
    }
}
