package bytchat.stores.internal;

import bytchat.api.env.WorkerPool;
import bytchat.api.store.Stores.Kind;
import bytchat.records.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Keeps in a small file which store records lie in, one line {@code kind=store} each: written in one piece and forced to disk, it is the
 * moment at which a move counts. Configuration says what the operator wants, this says what is; if they differ, records are moved.
 */
final class LedgerFile implements NodeStores.ActiveLedger {
    private final Path file;
    private final WorkerPool workers;
    private final Configured configured;
    /** Never changed, only replaced: who asks, on the event loop, does not wait for the disk. */
    private volatile Map<Kind, String> active;

    /** @throws IOException if there is one that cannot be read */
    LedgerFile(Path file, WorkerPool workers, Configured configured) throws IOException {
        this.file = file;
        this.workers = workers;
        this.configured = configured;
        Map<Kind, String> read = new EnumMap<>(Kind.class);
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                String[] parts = line.split("=", 2);
                for (Kind kind : Kind.values()) {
                    if (parts.length == 2 && name(kind).equals(parts[0].trim())) {
                        read.put(kind, parts[1].trim());
                    }
                }
            }
        }
        active = read;
    }

    /** The configuration that names the stores. */
    interface Configured {
        /**
         * Names a store there.
         *
         * @return what was named before
         */
        String set(Kind kind, String name) throws IOException;
    }

    @Override
    public Optional<String> active(Kind kind) {
        return Optional.ofNullable(active.get(kind));
    }

    @Override
    public CompletionStage<Void> activate(Kind kind, String name) {
        return workers.submit(() -> {
            write(kind, name);
            return null;
        });
    }

    /** Configuration first: if the node dies in between, it goes on with the move that the operator asked for. */
    private synchronized void write(Kind kind, String name) throws IOException {
        String before = configured.set(kind, name);
        Map<Kind, String> next = new EnumMap<>(active);
        next.put(kind, name);
        StringBuilder text = new StringBuilder();
        next.forEach((what, store) -> text.append(name(what)).append('=').append(store).append('\n'));
        try {
            AtomicFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            configured.set(kind, before);
            throw e;
        }
        active = next;
    }

    static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
