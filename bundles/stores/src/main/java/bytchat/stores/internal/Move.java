package bytchat.stores.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.store.StoreContents;
import bytchat.api.store.StoreException;
import bytchat.api.store.StoreException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Moves all that lies in one store to another while the first serves: a copy page by page, then what was written meanwhile, again and again
 * until that is little, then the rest while writes wait. From {@code commit} on the other store is the one that counts, whatever happens.
 *
 * <p>Threats and answers. <em>A write that was promised is lost in the move</em>: every place that is written is copied again after
 * the write has ended, the last of them while no write is under way. <em>The node dies</em>: until {@code commit} is on disk the
 * first store counts, and nothing has gone from it; afterwards the second has all. <em>Old records come back</em>: the second store
 * is emptied before it gets any, the first after it has ended. On the event loop.
 *
 * @param <S> the stores' interface
 * @param <I> what lies in them
 */
final class Move<S, I extends StoreContents.Item> {
    /** Places that may be left when writes are held. */
    private static final int LEFT_MAX = 32;
    /** Rounds over what was written meanwhile; then writes are held however much it is. */
    private static final int ROUNDS_MAX = 10;
    /** Longest that writes may wait; then the move is given up. */
    private static final Duration HOLD_MAX = Duration.ofSeconds(10);
    private static final BBytes ALL = BBytes.of("");

    private final Environment environment;
    private final Gate<S> gate;
    private final StoreContents<I> from;
    private final StoreContents<I> to;
    private final Safeguards safeguards;
    private volatile long items;
    private boolean heldTooLong;
    private Duration held = Duration.ZERO;

    Move(Environment environment, Gate<S> gate, StoreContents<I> from, StoreContents<I> to, Safeguards safeguards) {
        this.environment = environment;
        this.gate = gate;
        this.from = from;
        this.to = to;
        this.safeguards = safeguards;
    }

    /** Copied so far. */
    long items() {
        return items;
    }

    /** How long writes had to wait. */
    Duration held() {
        return held;
    }

    /**
     * Runs the move.
     *
     * @param commit makes the other store the one that counts, durably; if it fails, the first one does
     * @param flip   directs calls to the other store, and lets writes go on
     * @return completes when the other store serves; if it fails, the first serves as before
     */
    CompletionStage<Void> run(Supplier<CompletionStage<Void>> commit, Runnable flip) {
        if (safeguards.followChanges()) {
            gate.trackChanges();
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        (safeguards.emptyFirst() ? empty(to) : CompletableFuture.<Void>completedFuture(null))
                .thenCompose(emptied -> copy())
                .thenCompose(copied -> catchUp())
                .thenCompose(caughtUp -> finish(commit, flip))
                .whenComplete((finished, failure) -> {
                    if (failure == null) {
                        done.complete(null);
                    } else {
                        gate.forgetChanges();
                        gate.releaseWrites();
                        done.completeExceptionally(failure);
                    }
                });
        return done;
    }

    /** Erases all that lies in a store. */
    static <I extends StoreContents.Item> CompletionStage<Void> empty(StoreContents<I> store) {
        return Steps.repeat(() -> store.page(ALL, Optional.empty(), StoreContents.ITEMS_MAX).thenCompose(page -> page.isEmpty()
                ? CompletableFuture.completedFuture(false)
                : store.erase(page.stream().map(StoreContents.Item::place).toList()).thenApply(erased -> true)));
    }

    private CompletionStage<Void> copy() {
        return copy(ALL, place -> { });
    }

    /** Copies what lies under a prefix. */
    private CompletionStage<Void> copy(BBytes prefix, Consumer<BBytes> seen) {
        List<Optional<BBytes>> after = new ArrayList<>(List.of(Optional.empty()));
        return Steps.repeat(() -> from.page(prefix, after.get(0), StoreContents.ITEMS_MAX).thenCompose(page -> {
            if (page.isEmpty()) {
                return CompletableFuture.completedFuture(false);
            }
            page.forEach(item -> seen.accept(item.place()));
            after.set(0, Optional.of(page.get(page.size() - 1).place()));
            return to.restore(page).thenApply(restored -> {
                items += page.size();
                return true;
            });
        }));
    }

    /** Makes what lies under a prefix the same at both. */
    private CompletionStage<Void> align(BBytes prefix) {
        Set<BBytes> present = new HashSet<>();
        return copy(prefix, present::add).thenCompose(copied -> removeOthers(prefix, present));
    }

    private CompletionStage<Void> removeOthers(BBytes prefix, Set<BBytes> present) {
        List<Optional<BBytes>> after = new ArrayList<>(List.of(Optional.empty()));
        return Steps.repeat(() -> to.page(prefix, after.get(0), StoreContents.ITEMS_MAX).thenCompose(page -> {
            if (page.isEmpty()) {
                return CompletableFuture.completedFuture(false);
            }
            after.set(0, Optional.of(page.get(page.size() - 1).place()));
            List<BBytes> gone = page.stream().map(StoreContents.Item::place).filter(place -> !present.contains(place)).toList();
            return gone.isEmpty() ? CompletableFuture.completedFuture(true) : to.erase(gone).thenApply(erased -> true);
        }));
    }

    private CompletionStage<Void> catchUp() {
        int[] round = new int[1];
        return Steps.repeat(() -> {
            Set<BBytes> changes = changes();
            return alignAll(changes).thenApply(aligned -> changes.size() > LEFT_MAX && ++round[0] < ROUNDS_MAX);
        });
    }

    private Set<BBytes> changes() {
        try {
            return gate.takeChanges();
        } catch (StoreException e) {
            throw new CompletionException(e);
        }
    }

    /** Some at a time, so that they share the stores' commits. */
    private CompletionStage<Void> alignAll(Set<BBytes> places) {
        List<BBytes> left = new ArrayList<>(places);
        return Steps.repeat(() -> {
            List<BBytes> some = left.subList(0, Math.min(left.size(), StoreContents.ITEMS_MAX));
            CompletableFuture<?>[] aligned = some.stream().map(place -> align(place).toCompletableFuture())
                    .toArray(CompletableFuture[]::new);
            some.clear();
            return CompletableFuture.allOf(aligned).thenApply(all -> !left.isEmpty());
        });
    }

    private CompletionStage<Void> finish(Supplier<CompletionStage<Void>> commit, Runnable flip) {
        long since = environment.clock().nanoTime();
        Registration limit = environment.loop().schedule(HOLD_MAX, () -> heldTooLong = true);
        CompletionStage<Void> quiet = safeguards.holdWrites() ? gate.holdWrites() : CompletableFuture.completedFuture(null);
        return quiet.thenCompose(none -> alignAll(changes())).thenCompose(aligned -> {
            limit.close();
            return heldTooLong ? CompletableFuture.failedFuture(new StoreException(Reason.UNAVAILABLE,
                    "writes would have had to wait longer than " + HOLD_MAX.toSeconds() + " s", null)) : commit.get();
        }).whenComplete((committed, failure) -> limit.close()).thenRun(() -> {
            flip.run();
            held = Duration.ofNanos(environment.clock().nanoTime() - since);
        });
    }
}
