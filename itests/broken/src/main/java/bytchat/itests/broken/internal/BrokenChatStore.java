package bytchat.itests.broken.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.api.store.ChatRecord;
import bytchat.api.store.ChatRecord.MessageRecord;
import bytchat.api.store.ChatRecord.SeenRecord;
import bytchat.api.store.ChatStore;
import bytchat.api.store.ChatStore.Change.Put;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/**
 * A chat store in front of the real one that forgets what was seen, or promises before the disk has it. Whoever wants it says so
 * by the property {@code bytchat.broken}.
 */
@Component(service = ChatStore.class, property = "bytchat.broken=true",
        configurationPid = "bytchat.itests.broken", configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class BrokenChatStore implements ChatStore {
    /** Long enough for the holders to bury, and for a power cut to come first. */
    private static final Duration SLOW_DISK = Duration.ofSeconds(60);

    private final Mode mode;
    private final Path armedBy;
    private final Environment environment;
    private final ChatStore real;
    /** What the caller believes to be on disk; used on the event loop and by whoever reads. */
    private final List<Put> promised = new CopyOnWriteArrayList<>();

    @Activate
    public BrokenChatStore(BrokenConfiguration configuration, @Reference Environment environment,
            @Reference(target = "(bytchat.store=active)") ChatStore real) {
        this.mode = Mode.of(configuration.mode());
        this.armedBy = Path.of(configuration.armed_by());
        this.environment = environment;
        this.real = real;
    }

    @Override
    public CompletionStage<Void> commit(BBytes account, List<Change> changes) {
        if (breaks(Mode.ACK_BEFORE_DISK) && changes.stream().anyMatch(BrokenChatStore::isArrival)) {
            List<Put> puts = changes.stream().filter(Put.class::isInstance).map(Put.class::cast).toList();
            promised.addAll(puts);
            environment.loop().schedule(SLOW_DISK, () -> real.commit(account, changes).thenRun(() -> promised.removeAll(puts)));
            return CompletableFuture.completedFuture(null);
        }
        return real.commit(account, changes);
    }

    @Override
    public <T extends ChatRecord> CompletionStage<Optional<T>> get(BBytes account, Class<T> type, BBytes key) {
        if (forgets(type)) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        Optional<T> early = promised(type).filter(record -> record.key().equals(key)).findFirst();
        return early.isPresent() ? CompletableFuture.completedFuture(early) : real.get(account, type, key);
    }

    @Override
    public <T extends ChatRecord> CompletionStage<List<T>> list(
            BBytes account, Class<T> type, BBytes prefix, Optional<BBytes> from, boolean descending, int limit) {
        if (forgets(type)) {
            return CompletableFuture.completedFuture(List.of());
        }
        Comparator<BBytes> order = descending ? Comparator.reverseOrder() : Comparator.naturalOrder();
        List<T> early = promised(type).filter(record -> startsWith(record.key(), prefix))
                .filter(record -> from.isEmpty() || order.compare(record.key(), from.get()) > 0).toList();
        return real.list(account, type, prefix, from, descending, limit).thenApply(onDisk ->
                Stream.concat(early.stream(), onDisk.stream()).sorted(Comparator.comparing(ChatRecord::key, order)).limit(limit).toList());
    }

    private <T extends ChatRecord> Stream<T> promised(Class<T> type) {
        return promised.stream().map(Put::record).filter(type::isInstance).map(type::cast);
    }

    private static boolean startsWith(BBytes key, BBytes prefix) {
        return key.length() >= prefix.length()
                && Arrays.equals(key.unsafeArray(), 0, prefix.length(), prefix.unsafeArray(), 0, prefix.length());
    }

    private boolean forgets(Class<?> type) {
        return type == SeenRecord.class && breaks(Mode.DUPLICATE);
    }

    private boolean breaks(Mode wanted) {
        return mode == wanted && Files.exists(armedBy);
    }

    private static boolean isArrival(Change change) {
        return change instanceof Put put && put.record() instanceof MessageRecord message && !message.outgoing();
    }
}
