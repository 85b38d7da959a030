package bytchat.keyspace.internal;

import bytchat.api.hash.HashAlgorithm;
import bytchat.records.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Remembers, in a file, what the hashes of a key space answered, a line for each: see {@link LiveHash}. */
final class HashMemory {
    private static final Logger LOG = LoggerFactory.getLogger(HashMemory.class);

    /** Hashes that are remembered: more than a key space ever had. */
    private static final int HASHES_MAX = 16;

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
     * Why this build is not the hash that was used before, in a sentence; remembers it if it is, or if there was none
     * of its name.
     */
    Optional<String> objectionTo(HashAlgorithm candidate) {
        String answers;
        try {
            answers = LiveHash.fingerprint(candidate);
        } catch (RuntimeException e) {
            return Optional.of("the installed " + candidate.name() + " does not work (" + e + "); install the right one");
        }
        List<String> known = known();
        Optional<String> before = known.stream().filter(line -> line.startsWith(candidate.name() + " ")).findFirst();
        if (checks && before.isPresent() && !before.get().equals(answers)) {
            return Optional.of("the installed " + candidate.name()
                    + " is not the one used so far: it answers otherwise, and with it nobody would"
                    + " find this node or its people; install the right one (" + file + " remembers)");
        }
        if (known.isEmpty() || !known.get(0).equals(answers)) {
            remember(Stream.concat(Stream.of(answers), known.stream().filter(line -> !before.equals(Optional.of(line))))
                    .limit(HASHES_MAX).toList());
        }
        return Optional.empty();
    }

    /** What each hash answered, the one used last first. */
    private List<String> known() {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII).lines().map(String::strip)
                    .filter(line -> !line.isEmpty()).toList();
        } catch (NoSuchFileException first) {
            return List.of();
        } catch (IOException e) {
            LOG.warn("{} cannot be read ({}): the hash is taken as it is", file, e.getMessage());
            return List.of();
        }
    }

    private void remember(List<String> lines) {
        try {
            AtomicFile.write(file, String.join("\n", lines).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.warn("{} cannot be written ({}): after a restart another hash of the same name would not be noticed", file,
                    e.getMessage());
        }
    }
}
