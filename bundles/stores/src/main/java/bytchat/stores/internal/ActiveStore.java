package bytchat.stores.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.api.env.Failures;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.api.store.StoreContents;
import bytchat.api.store.StoreException;
import bytchat.api.store.StoreException.Reason;
import bytchat.api.store.Stores.Kind;
import bytchat.api.store.Stores.Moved;
import bytchat.api.store.Stores.StoreInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One kind of store: which of those installed serves, and the move to another. Subclasses offer the store's interface on {@link #gate}.
 * What is not said to be for any thread is for the event loop.
 *
 * @param <S> the store's interface
 * @param <I> what lies in it
 */
abstract class ActiveStore<S, I extends StoreContents.Item> implements StoreContents<I>, StatusSource {
    private static final Logger LOG = LoggerFactory.getLogger(ActiveStore.class);

    protected final Gate<S> gate;

    private final Kind kind;
    private final Environment environment;
    private final StoresSettings settings;
    private final NodeStores.ActiveLedger ledger;
    private final Safeguards safeguards;
    private final long startedNanos;
    private volatile Map<String, InstalledStore<S>> installed = Map.of();
    private volatile String active;
    private volatile Optional<Move<S, I>> move = Optional.empty();
    private volatile boolean moving;
    private volatile String moveTo = "";
    private volatile Optional<String> trouble = Optional.empty();
    private volatile Optional<Moved> lastMoved = Optional.empty();
    /** What configuration names. */
    private volatile String wanted;
    /** The one that is open, or being opened. */
    private Optional<InstalledStore<S>> open = Optional.empty();
    private CompletionStage<Void> noted = CompletableFuture.completedFuture(null);

    ActiveStore(Kind kind, Environment environment, StoresSettings settings, NodeStores.ActiveLedger ledger, Safeguards safeguards) {
        this.kind = kind;
        this.environment = environment;
        this.settings = settings;
        this.ledger = ledger;
        this.safeguards = safeguards;
        this.startedNanos = environment.clock().nanoTime();
        this.gate = new Gate<>(words() + " store", environment.loop(), settings.patience());
        this.wanted = settings.wanted(kind);
        this.active = ledger.active(kind).orElse(wanted);
    }

    Kind kind() {
        return kind;
    }

    /** In words and commands. */
    final String words() {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    // ---- what is installed

    /** A store has come; one of the same name and kind takes the place of the earlier. */
    void add(InstalledStore<S> store) {
        Map<String, InstalledStore<S>> now = new TreeMap<>(installed);
        now.put(store.name(), store);
        installed = now;
        serveIfThere();
        follow();
    }

    void remove(InstalledStore<S> store) {
        Map<String, InstalledStore<S>> now = new TreeMap<>(installed);
        if (now.remove(store.name(), store)) {
            installed = now;
        }
        if (open.filter(store::equals).isPresent()) {
            open = Optional.empty();
            gate.pause();
            close(store);
            serveIfThere();
        }
    }

    private void serveIfThere() {
        InstalledStore<S> store = installed.get(active);
        if (store != null && open.isEmpty()) {
            open = Optional.of(store);
            open(store).whenComplete((opened, failure) -> {
                if (open.filter(store::equals).isEmpty()) {
                    close(store);
                } else if (failure == null) {
                    gate.serve(opened);
                    trouble = Optional.empty();
                    ledger.active(kind).ifPresentOrElse(known -> { }, this::noteFirst);
                    follow();
                } else {
                    open = Optional.empty();
                    trouble = Optional.of("the store " + store.name() + " could not be opened: " + Failures.cause(failure).getMessage());
                }
            });
        }
    }

    /** So that an edit made while the node is off is understood as a wish to move. A move waits for it: what it writes comes later. */
    private void noteFirst() {
        noted = ledger.activate(kind, active).handle((done, failure) -> {
            if (failure != null) {
                LOG.warn("{}: cannot be noted as the active store: {}", words(), Failures.cause(failure).getMessage());
            }
            return null;
        });
    }

    private CompletionStage<S> open(InstalledStore<S> store) {
        return environment.workers().submit(store::open);
    }

    private void close(InstalledStore<S> store) {
        environment.workers().submit(() -> {
            store.close();
            return null;
        }).whenComplete((closed, failure) -> {
            if (failure != null) {
                LOG.warn("{} {}: not closed: {}", words(), store.name(), Failures.cause(failure).getMessage());
            }
        });
    }

    // ---- which one serves

    /** Configuration names a store. */
    void want(String name) {
        wanted = name;
        follow();
    }

    /** Goes after what configuration names, once that is there. */
    private void follow() {
        if (!wanted.equals(active) && !moving && gate.serving().isPresent() && installed.containsKey(wanted)) {
            switchTo(wanted).whenComplete((moved, failure) -> {
                if (failure != null) {
                    LOG.warn("{}", Failures.cause(failure).getMessage());
                }
            });
        }
    }

    /** As {@link bytchat.api.store.Stores#switchTo}. */
    CompletionStage<Moved> switchTo(String name) {
        String from = active;
        Optional<S> source = gate.serving();
        InstalledStore<S> target = installed.get(name);
        Optional<String> refusal = refusal(name, source.isPresent(), target != null);
        if (refusal.isPresent()) {
            return CompletableFuture.failedFuture(new StoreException(Reason.UNAVAILABLE, refusal.get(), null));
        }
        if (name.equals(from)) {
            return CompletableFuture.completedFuture(new Moved(from, name, 0, Duration.ZERO, Duration.ZERO));
        }
        long since = environment.clock().nanoTime();
        InstalledStore<S> earlier = open.orElseThrow(); // as one serves
        moveTo = name;
        CompletableFuture<Moved> result = new CompletableFuture<>();
        moving = true;
        noted.thenCompose(done -> open(target)).thenCompose(opened -> moveTo(earlier, source.get(), target, opened))
                .whenComplete((done, failure) -> {
            Duration took = Duration.ofNanos(environment.clock().nanoTime() - since);
            if (failure == null) {
                trouble = Optional.empty();
                Moved moved = new Moved(from, name, done.items(), took, done.held());
                lastMoved = Optional.of(moved);
                LOG.info("{}: {} items moved from {} to {} in {} ms, writes waited {} ms", words(), moved.items(), from, name,
                        took.toMillis(), moved.held().toMillis());
                end();
                follow();
                result.complete(moved);
            } else {
                String why = "the " + words() + " store stays " + active + ": " + Failures.cause(failure).getMessage();
                trouble = Optional.of(why);
                close(target);
                end();
                result.completeExceptionally(new StoreException(reason(failure), why, failure));
            }
        });
        return result;
    }

    private Optional<String> refusal(String name, boolean served, boolean there) {
        if (moving) {
            return Optional.of("the " + words() + " store is being moved to " + moveTo + " already");
        } else if (!there) {
            return Optional.of("no " + words() + " store called " + name + " is installed, only "
                    + String.join(", ", installed.keySet()) + "; \"feature install store-" + name + "\" if there is one");
        } else if (!served) {
            return Optional.of("the " + words() + " store " + active + " is not there, so nothing can be moved from it");
        }
        return Optional.empty();
    }

    private void end() {
        moving = false;
        move = Optional.empty();
        moveTo = "";
        serveIfThere();
    }

    private CompletionStage<Move<S, I>> moveTo(InstalledStore<S> earlier, S source, InstalledStore<S> target, S opened) {
        Move<S, I> running = new Move<>(environment, gate, contents(source), contents(opened), safeguards);
        move = Optional.of(running);
        CompletableFuture<Void> left = new CompletableFuture<>();
        // one that went in the meantime may still have taken a write that was not copied
        return running.run(() -> open.filter(earlier::equals).isPresent() ? ledger.activate(kind, target.name())
                : CompletableFuture.failedFuture(new StoreException(Reason.UNAVAILABLE, "it went while it was being moved", null)), () -> {
            active = target.name();
            wanted = target.name();
            open = Optional.of(target);
            if (installed.get(target.name()) != target) {
                // it went at the last moment: calls wait until it comes again
                open = Optional.empty();
            }
            gate.flip(opened).thenCompose(ended -> Move.empty(contents(source))).whenComplete((emptied, failure) -> {
                if (failure != null) {
                    LOG.warn("{}: the records left in {} could not be erased, and will be before it is used again: {}", words(),
                            earlier.name(), Failures.cause(failure).getMessage());
                }
                close(earlier);
                left.complete(null);
            });
            if (open.isEmpty()) {
                gate.pause();
            }
        }).thenCompose(moved -> left).thenApply(done -> running);
    }

    @SuppressWarnings("unchecked")
    private StoreContents<I> contents(S store) {
        if (store instanceof StoreContents<?> contents) {
            return (StoreContents<I>) contents;
        }
        throw new IllegalStateException("a store of " + store.getClass().getName()
                + " does not tell what lies in it, so it cannot be moved");
    }

    private static Reason reason(Throwable failure) {
        return Failures.cause(failure) instanceof StoreException known ? known.reason() : Reason.UNAVAILABLE;
    }

    /** Which records go is known to the store alone, so nothing expires while records are moved: the next round takes it. */
    final CompletionStage<Integer> expire(Function<S, CompletionStage<Integer>> work) {
        if (moving) {
            CompletableFuture<Integer> none = new CompletableFuture<>();
            environment.loop().execute(() -> none.complete(0));
            return none;
        }
        return gate.write(0, Set.of(), work);
    }

    void close() {
        gate.close();
        open.ifPresent(InstalledStore::close);
        open = Optional.empty();
    }

    // ---- what lies in it

    @Override
    public CompletionStage<List<I>> page(BBytes prefix, Optional<BBytes> after, int limit) {
        return gate.read(store -> contents(store).page(prefix, after, limit));
    }

    @Override
    public CompletionStage<Void> restore(List<I> items) {
        List<I> all = List.copyOf(items);
        return gate.write(0, Set.copyOf(all.stream().map(Item::place).toList()), store -> contents(store).restore(all));
    }

    @Override
    public CompletionStage<Void> erase(List<BBytes> places) {
        List<BBytes> all = List.copyOf(places);
        return gate.write(0, Set.copyOf(all), store -> contents(store).erase(all));
    }

    /** Asks the store that serves, or answers for one that is not there. */
    final <T> T now(Function<S, T> question, T otherwise) {
        return gate.serving().map(question).orElse(otherwise);
    }

    // ---- what it says of itself

    /** In words, for people; empty if there is nothing in it. */
    abstract String holds();

    @Override
    public String part() {
        return "store." + words();
    }

    @Override
    public Status status() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("store", active);
        Optional<S> serving = gate.serving();
        move.ifPresent(running -> {
            facts.put("moving_to", moveTo);
            facts.put("moved_items", running.items());
        });
        lastMoved.ifPresent(moved -> {
            facts.put("last_move", moved.from() + " to " + moved.to());
            facts.put("last_move_items", moved.items());
            facts.put("last_move_ms", moved.took().toMillis());
            facts.put("last_move_held_ms", moved.held().toMillis());
        });
        facts.put("waiting_calls", gate.waiting());
        if (serving.isEmpty()) {
            return new Status(patient() ? State.STARTING : State.WAITING, trouble.orElse("the store " + active
                    + " is not there: install what brings it, such as the feature store-" + active), facts);
        }
        Status own = serving.get() instanceof StatusSource source ? source.status() : Status.ready(Map.of());
        facts.putAll(own.facts());
        if (own.state() != State.READY) {
            return new Status(own.state(), own.reason(), facts);
        }
        if (!wanted.equals(active) && !moving && trouble.isEmpty()) {
            return new Status(State.READY, "configuration names the store " + wanted + ", which is not installed; " + active
                    + " goes on", facts);
        }
        String lost = isDurable() ? own.reason() : "kept in memory only: it is gone when the node stops";
        return new Status(State.READY, trouble.orElse(moving ? "being moved to " + moveTo : lost), facts);
    }

    private boolean patient() {
        return environment.clock().nanoTime() - startedNanos < settings.patience().toNanos();
    }

    private boolean isDurable() {
        InstalledStore<S> store = installed.get(active);
        return store == null || store.durable();
    }

    /** As {@link bytchat.api.store.Stores#list}; from any thread. */
    List<StoreInfo> list() {
        Map<String, InstalledStore<S>> there = installed;
        String serving = active;
        List<StoreInfo> list = new ArrayList<>();
        list.add(new StoreInfo(kind, serving, there.containsKey(serving), !there.containsKey(serving)
                || there.get(serving).durable(), true, status()));
        there.values().stream().filter(store -> !store.name().equals(serving)).forEach(store -> list.add(new StoreInfo(kind,
                store.name(), true, store.durable(), false, store.name().equals(moveTo)
                        ? Status.of(State.STARTING, "records are being moved to it") : Status.of(State.OFF, "not used"))));
        return list;
    }

    /** As {@link bytchat.api.features.InUse}; from any thread. */
    Optional<String> cutOffBy(Set<String> bundles) {
        InstalledStore<S> serving = installed.get(active);
        if (serving == null || !bundles.contains(serving.bundle())) {
            return Optional.empty();
        }
        Optional<String> other = installed.values().stream().filter(store -> !bundles.contains(store.bundle()))
                .map(InstalledStore::name).findFirst();
        return Optional.of("the " + words() + " store of this node is " + active + ", with " + holds() + ": move them first with "
                + other.map(name -> "store switch " + words() + " " + name)
                .orElse("store switch " + words() + " NAME, after installing another store such as store-memory"));
    }
}
