package bytchat.stores.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.store.Stores.Kind;
import bytchat.tck.StoreContract;
import bytchat.tck.TestEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerFileTest {
    @TempDir
    Path data;

    private final TestEnvironment environment = new TestEnvironment();
    private final Map<Kind, String> configured = new EnumMap<>(Kind.class);
    private final List<String> order = new ArrayList<>();

    @AfterEach
    void close() {
        environment.close();
    }

    private LedgerFile open() throws IOException {
        return new LedgerFile(data.resolve("store/active"), environment.workers(), (kind, name) -> {
            String before = configured.put(kind, name);
            order.add(kind + " " + name + (Files.exists(data.resolve("store/active")) ? " after the file" : " before the file"));
            return before == null ? "xodus" : before;
        });
    }

    @Test
    void whatWasMadeActiveIsKnownAtTheNextStartAndConfigured() throws IOException {
        LedgerFile first = open();
        assertThat(first.active(Kind.CHAT)).isEmpty();
        StoreContract.await(first.activate(Kind.CHAT, "memory"));
        StoreContract.await(first.activate(Kind.META, "xodus"));
        assertThat(first.active(Kind.CHAT)).contains("memory");

        LedgerFile second = open();
        assertThat(second.active(Kind.CHAT)).contains("memory");
        assertThat(second.active(Kind.META)).contains("xodus");
        assertThat(second.active(Kind.MAILBOX)).isEmpty();
        assertThat(configured).containsEntry(Kind.CHAT, "memory");
        assertThat(order).startsWith("CHAT memory before the file");
    }

    @Test
    void aFileThatCannotBeWrittenLeavesConfigurationAsItWas() throws IOException {
        LedgerFile ledger = open();
        Files.createFile(data.resolve("store"));
        try {
            ledger.activate(Kind.CHAT, "memory").toCompletableFuture().join();
        } catch (CompletionException e) {
            assertThat(e.getCause()).isInstanceOf(IOException.class);
        }
        assertThat(configured).containsEntry(Kind.CHAT, "xodus");
        assertThat(ledger.active(Kind.CHAT)).isEmpty();
    }

    /** A line of a later version, or nonsense, does not keep a node from starting. */
    @Test
    void otherLinesAreLeftAlone() throws IOException {
        Files.createDirectories(data.resolve("store"));
        Files.writeString(data.resolve("store/active"), "blobs=tape\nnonsense\nmailbox=memory\n");
        assertThat(open().active(Kind.MAILBOX)).contains("memory");
    }
}
