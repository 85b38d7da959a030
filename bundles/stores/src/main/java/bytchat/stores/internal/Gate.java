package bytchat.stores.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.EventLoop;
import bytchat.api.env.Failures;
import bytchat.api.env.Registration;
import bytchat.api.store.StoreException;
import bytchat.api.store.StoreException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Where calls become calls on the store that serves now. While there is none, or while writes are held, they wait, bounded in number, bytes
 * and time; writes begin in the order in which they were asked for.
 *
 * <p>Threat: a store that is closed under a call fails it although another is about to take over. Answer: a call that failed because its
 * store closed, and whose store serves no more, waits like the others; nothing of it was done, says the contract.
 *
 * <p>Safe for use from any thread, hence the lock; what it guards never blocks. Stages complete on the event loop.
 *
 * @param <S> the store's interface
 */
final class Gate<S> {
    /** Calls that wait. */
    static final int WAITING_MAX = 4_096;
    /** Bytes of calls that wait. */
    static final long WAITING_BYTES_MAX = 8L * 1024 * 1024;
    /** Places written during a round of a move; with more the move is given up. */
    static final int CHANGES_MAX = 100_000;

    private final String what;
    private final EventLoop loop;
    private final Duration patience;
    private final TreeMap<Long, Call<?>> waiting = new TreeMap<>();
    private long tickets;
    private long waitingBytes;
    private Serving<S> serving;
    /** Comes when the calls on {@link #last} have ended. */
    private Serving<S> next;
    /** The one that served before it went. */
    private Serving<S> last;
    private boolean holding;
    private boolean closed;
    private Set<BBytes> changes;
    private boolean tooManyChanges;

    /**
     * @param what     is kept, in words
     * @param patience how long a call waits
     */
    Gate(String what, EventLoop loop, Duration patience) {
        this.what = what;
        this.loop = loop;
        this.patience = patience;
    }

    /** A store, and the calls under way on it. */
    private static final class Serving<S> {
        private final S store;
        private int reads;
        private int writes;
        private final List<CompletableFuture<Void>> untilNoWrites = new ArrayList<>();
        private final List<CompletableFuture<Void>> untilNothing = new ArrayList<>();

        Serving(S store) {
            this.store = store;
        }
    }

    private final class Call<T> {
        private final long ticket = tickets++;
        private final long bytes;
        private final Optional<Set<BBytes>> touches;
        private final Function<S, CompletionStage<T>> work;
        private final CompletableFuture<T> result = new CompletableFuture<>();
        private Registration patienceEnds;

        Call(long bytes, Optional<Set<BBytes>> touches, Function<S, CompletionStage<T>> work) {
            this.bytes = bytes;
            this.touches = touches;
            this.work = work;
        }

        boolean writes() {
            return touches.isPresent();
        }

        /**
         * With the lock.
         *
         * @throws RuntimeException of the store, for a caller's mistake
         */
        void begin() {
            Serving<S> on = serving;
            if (writes()) {
                on.writes++;
            } else {
                on.reads++;
            }
            CompletionStage<T> stage;
            try {
                stage = work.apply(on.store);
            } catch (RuntimeException e) {
                on.writes -= writes() ? 1 : 0;
                on.reads -= writes() ? 0 : 1;
                throw e;
            }
            stage.whenComplete((value, failure) -> {
                if (loop.inLoop() && !Thread.holdsLock(Gate.this)) {
                    ended(on, value, failure);
                } else {
                    loop.execute(() -> ended(on, value, failure));
                }
            });
        }

        private void ended(Serving<S> on, T value, Throwable failure) {
            boolean again;
            synchronized (Gate.this) {
                if (writes()) {
                    on.writes--;
                    if (changes != null) {
                        changes.addAll(touches.get());
                        tooManyChanges |= changes.size() > CHANGES_MAX;
                        if (tooManyChanges) {
                            changes.clear();
                        }
                    }
                } else {
                    on.reads--;
                }
                again = on != serving && closedUnderIt(failure) && queue(this);
                if (again) {
                    pump();
                }
            }
            if (!again && failure == null) {
                result.complete(value);
            } else if (!again) {
                result.completeExceptionally(Failures.cause(failure));
            }
            settled(on);
        }

        private boolean closedUnderIt(Throwable failure) {
            return failure != null && Failures.cause(failure) instanceof StoreException known && known.reason() == Reason.UNAVAILABLE;
        }

        private void giveUp() {
            synchronized (Gate.this) {
                if (waiting.remove(ticket) == null) {
                    return;
                }
                waitingBytes -= bytes;
            }
            result.completeExceptionally(new StoreException(Reason.UNAVAILABLE, "the " + what + " has not been there for "
                    + patience.toSeconds() + " s: \"store list\" says why", null));
        }
    }

    <T> CompletionStage<T> read(Function<S, CompletionStage<T>> work) {
        return call(0, Optional.empty(), work);
    }

    /**
     * @param bytes   about how large what it holds is
     * @param touches prefixes of the places that it may change
     */
    <T> CompletionStage<T> write(long bytes, Set<BBytes> touches, Function<S, CompletionStage<T>> work) {
        return call(bytes, Optional.of(touches), work);
    }

    private <T> CompletionStage<T> call(long bytes, Optional<Set<BBytes>> touches, Function<S, CompletionStage<T>> work) {
        synchronized (this) {
            Call<T> call = new Call<>(bytes, touches, work);
            if (mayBegin(call)) {
                call.begin();
            } else if (!queue(call)) {
                loop.execute(() -> call.result.completeExceptionally(closed
                        ? new StoreException(Reason.UNAVAILABLE, "the " + what + " is closing", null)
                        : new StoreException(Reason.FULL, "too many calls wait for the " + what, null)));
            }
            return call.result;
        }
    }

    private boolean mayBegin(Call<?> call) {
        return serving != null && (!call.writes() || !holding && waiting.values().stream().noneMatch(Call::writes));
    }

    private boolean queue(Call<?> call) {
        if (closed || waiting.size() >= WAITING_MAX || waitingBytes + call.bytes > WAITING_BYTES_MAX) {
            return false;
        }
        waiting.put(call.ticket, call);
        waitingBytes += call.bytes;
        if (call.patienceEnds == null) {
            call.patienceEnds = loop.schedule(patience, call::giveUp);
        }
        return true;
    }

    /** Begins what can begin, in order; with the lock. */
    private void pump() {
        for (Call<?> call : List.copyOf(waiting.values())) {
            if (serving != null && !(call.writes() && holding)) {
                waiting.remove(call.ticket);
                waitingBytes -= call.bytes;
                call.patienceEnds.close();
                call.patienceEnds = null;
                try {
                    call.begin();
                } catch (RuntimeException e) {
                    loop.execute(() -> call.result.completeExceptionally(e));
                }
            }
        }
    }

    /** Tells those who wait for calls to end, and lets a new store begin once the calls on the one before it have ended. */
    private void settled(Serving<S> on) {
        List<CompletableFuture<Void>> due = new ArrayList<>();
        synchronized (this) {
            if (on.writes == 0) {
                due.addAll(on.untilNoWrites);
                on.untilNoWrites.clear();
                if (on.reads == 0) {
                    due.addAll(on.untilNothing);
                    on.untilNothing.clear();
                }
            }
        }
        due.forEach(done -> done.complete(null));
    }

    /** The store has gone, or is about to: calls wait. */
    synchronized void pause() {
        next = null; // it may have been about to come only
        if (serving != null) {
            last = serving;
            serving = null;
        }
    }

    /** A store serves from now on; first the calls on one that has gone must have ended, so that order is kept. On the event loop. */
    void serve(S store) {
        Serving<S> now = new Serving<>(store);
        CompletionStage<Void> ended;
        synchronized (this) {
            next = now;
            ended = last == null ? CompletableFuture.completedFuture(null) : untilNothing(last);
        }
        ended.thenRun(() -> {
            synchronized (this) {
                if (next == now && !closed) {
                    next = null;
                    last = null;
                    serving = now;
                    pump();
                }
            }
        });
    }

    /** Remembers from now on which places are written; what is under way now included. */
    synchronized void trackChanges() {
        changes = new HashSet<>();
        tooManyChanges = false;
    }

    synchronized void forgetChanges() {
        changes = null;
    }

    /**
     * What was written since this was asked last.
     *
     * @throws StoreException if that is more than {@link #CHANGES_MAX}
     */
    synchronized Set<BBytes> takeChanges() throws StoreException {
        if (tooManyChanges) {
            throw new StoreException(Reason.FULL, "too much is written meanwhile: try again when it is quieter", null);
        }
        Set<BBytes> taken = changes == null ? Set.of() : changes;
        if (changes != null) {
            changes = new HashSet<>();
        }
        return taken;
    }

    /**
     * Lets no further write begin.
     *
     * @return completes on the event loop when none is under way
     */
    synchronized CompletionStage<Void> holdWrites() {
        holding = true;
        CompletableFuture<Void> none = new CompletableFuture<>();
        if (serving == null || serving.writes == 0) {
            loop.execute(() -> none.complete(null));
        } else {
            serving.untilNoWrites.add(none);
        }
        return none;
    }

    synchronized void releaseWrites() {
        holding = false;
        pump();
    }

    /**
     * Another store serves from now on, and writes go on.
     *
     * @return completes on the event loop when no call is under way on the earlier one
     */
    synchronized CompletionStage<Void> flip(S store) {
        Serving<S> earlier = serving;
        serving = new Serving<>(store);
        next = null;
        last = null;
        changes = null;
        CompletionStage<Void> ended = earlier == null ? CompletableFuture.completedFuture(null) : untilNothing(earlier);
        releaseWrites();
        return ended;
    }

    private CompletionStage<Void> untilNothing(Serving<S> on) {
        CompletableFuture<Void> nothing = new CompletableFuture<>();
        if (on.reads == 0 && on.writes == 0) {
            loop.execute(() -> nothing.complete(null));
        } else {
            on.untilNothing.add(nothing);
        }
        return nothing;
    }

    synchronized Optional<S> serving() {
        return Optional.ofNullable(serving).map(on -> on.store);
    }

    synchronized int waiting() {
        return waiting.size();
    }

    /** Ends it: what waits fails, and so does what comes. */
    void close() {
        List<Call<?>> left;
        synchronized (this) {
            closed = true;
            serving = null;
            left = List.copyOf(waiting.values());
            waiting.clear();
        }
        left.forEach(call -> loop.execute(() -> call.result.completeExceptionally(
                new StoreException(Reason.UNAVAILABLE, "the " + what + " is closing", null))));
    }
}
