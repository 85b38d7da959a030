package bytchat.accounts.internal;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Where the keystore keeps its files. May block: used on the worker pool only. */
public interface AccountFiles {
    /** Names of the files there are, sorted. */
    List<String> names() throws IOException;

    /** The file's content, or empty if there is no such file. */
    Optional<byte[]> read(String name) throws IOException;

    /** Replaces or makes a file. After it returns the new content outlives a power cut; before, the old one does. */
    void write(String name, byte[] content) throws IOException;

    /** How to name the file to an operator, usually its path. */
    String describe(String name);
}
