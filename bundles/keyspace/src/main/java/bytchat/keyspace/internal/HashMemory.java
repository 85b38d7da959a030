package bytchat.keyspace.internal;

import bytchat.api.hash.HashAlgorithm;
import bytchat.records.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Remembers, in a file, what the hash of a key space answered: see {@link LiveHash}. */
final class HashMemory {
    private static final Logger LOG = LoggerFactory.getLogger(HashMemory.class);

    private final Path file;
    private final boolean checks;

    HashMemory(Path file) {
        this(file, true);
    }

    /** @param checks whether to object at all, for the test that shows what would happen without */
    HashMemory(Path file, boolean checks) {
        this.file = file;
        this.checks = checks;
    }

    /**
     * Why this build is not the hash that was used before, in a sentence; remembers it if it is, or if it is another
     * hash by name.
     */
    Optional<String> objectionTo(HashAlgorithm candidate) {
        String answers = LiveHash.fingerprint(candidate);
        try {
            String before = Files.readString(file, StandardCharsets.US_ASCII).strip();
            if (before.equals(answers)) {
                return Optional.empty();
            }
            if (checks && before.startsWith(candidate.name() + " ")) {
                return Optional.of("the installed " + candidate.name()
                        + " is not the one used so far: it answers otherwise, and with it nobody would"
                        + " find this node or its people; install the right one (" + file + " remembers)");
            }
        } catch (NoSuchFileException first) {
            LOG.debug("the first hash of {}", file);
        } catch (IOException e) {
            LOG.warn("{} cannot be read ({}): the hash is taken as it is", file, e.getMessage());
        }
        try {
            AtomicFile.write(file, answers.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.warn("{} cannot be written ({}): after a restart another {} would not be noticed", file, e.getMessage(),
                    candidate.name());
        }
        return Optional.empty();
    }
}
