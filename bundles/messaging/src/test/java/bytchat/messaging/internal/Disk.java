package bytchat.messaging.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.api.store.ChatRecord;
import bytchat.api.store.ChatStore;
import bytchat.api.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A disk that outlives its host, and can take the host down at any commit: before it is durable, or after, but before anybody was told. It
 * can also be full.
 */
final class Disk {
    private final Map<Kind, TreeMap<BBytes, ChatRecord>> kinds = new LinkedHashMap<>();
    private int commits;
    private int crashAt = Integer.MAX_VALUE;
    private boolean crashBefore;
    private boolean full;

    /** The power goes at the n-th commit from now, n from 1. */
    void crashAt(int commit, boolean before) {
        crashAt = commits + commit;
        crashBefore = before;
    }

    int commits() {
        return commits;
    }

    void full(boolean now) {
        full = now;
    }

    /** Changes a record behind everybody's back. */
    void put(BBytes account, ChatRecord record) {
        kinds.computeIfAbsent(kind(account, record.getClass()), k -> new TreeMap<>()).put(record.key(), record);
    }

    /** Records of a kind rot, and are set aside. */
    void lose(Class<? extends ChatRecord> type) {
        kinds.keySet().removeIf(kind -> kind.type() == type);
    }

    <T extends ChatRecord> List<T> all(Class<T> type) {
        return kinds.entrySet().stream().filter(e -> e.getKey().type() == type)
                .flatMap(e -> e.getValue().values().stream()).map(type::cast).toList();
    }

    /** @param crash takes the host down */
    ChatStore on(Environment environment, Runnable crash) {
        return new Mounted(environment, crash);
    }

    private static Kind kind(BBytes account, Class<? extends ChatRecord> type) {
        return new Kind(account, type);
    }

    private record Kind(BBytes account, Class<? extends ChatRecord> type) {
    }

    private final class Mounted implements ChatStore {
        private final Environment environment;
        private final Runnable crash;

        Mounted(Environment environment, Runnable crash) {
            this.environment = environment;
            this.crash = crash;
        }

        @Override
        public CompletionStage<Void> commit(BBytes account, List<Change> changes) {
            if (changes.size() > CHANGES_MAX) {
                throw new IllegalArgumentException("too many changes");
            }
            CompletableFuture<Void> result = new CompletableFuture<>();
            environment.loop().schedule(Duration.ofMillis(2), () -> {
                commits++;
                if (full) {
                    result.completeExceptionally(new StoreException(StoreException.Reason.DISK_FULL, "the disk is full", null));
                    return;
                }
                if (commits == crashAt && crashBefore) {
                    crash.run();
                    return;
                }
                changes.forEach(change -> apply(account, change));
                if (commits == crashAt) {
                    crash.run();
                    return;
                }
                result.complete(null);
            });
            return result;
        }

        private void apply(BBytes account, Change change) {
            if (change instanceof Change.Put put) {
                kinds.computeIfAbsent(kind(account, put.record().getClass()), k -> new TreeMap<>())
                        .put(put.record().key(), put.record());
            } else if (change instanceof Change.Remove remove) {
                kinds.computeIfAbsent(kind(account, remove.type()), k -> new TreeMap<>()).remove(remove.key());
            }
        }

        @Override
        public <T extends ChatRecord> CompletionStage<Optional<T>> get(BBytes account, Class<T> type, BBytes key) {
            return later(() -> Optional.ofNullable(kinds.getOrDefault(kind(account, type), new TreeMap<>()).get(key)).map(type::cast));
        }

        @Override
        public <T extends ChatRecord> CompletionStage<List<T>> list(
                BBytes account, Class<T> type, BBytes prefix, Optional<BBytes> from, boolean descending, int limit) {
            return later(() -> {
                List<T> found = new ArrayList<>();
                kinds.getOrDefault(kind(account, type), new TreeMap<>()).forEach((key, record) -> {
                    if (startsWith(key, prefix)) {
                        found.add(type.cast(record));
                    }
                });
                Comparator<T> order = Comparator.comparing(ChatRecord::key);
                Comparator<T> asked = descending ? order.reversed() : order;
                found.sort(asked);
                return found.stream().filter(r -> from.isEmpty()
                        || (descending ? r.key().compareTo(from.get()) < 0 : r.key().compareTo(from.get()) > 0)).limit(limit).toList();
            });
        }

        private <T> CompletionStage<T> later(java.util.function.Supplier<T> read) {
            CompletableFuture<T> result = new CompletableFuture<>();
            environment.loop().schedule(Duration.ofMillis(1), () -> result.complete(read.get()));
            return result;
        }

        private static boolean startsWith(BBytes key, BBytes prefix) {
            return key.length() >= prefix.length()
                    && Arrays.equals(key.unsafeArray(), 0, prefix.length(), prefix.unsafeArray(), 0, prefix.length());
        }
    }
}
