package bytchat.store.xodus.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Work for one thread, bounded. After {@link #close} nothing is added, and what is there is still handed out.
 *
 * @param <W> what waits
 */
final class WorkQueue<W> {
    private final int max;
    private final ArrayDeque<W> waiting = new ArrayDeque<>();
    private boolean closed;

    WorkQueue(int max) {
        this.max = max;
    }

    /** @return false if it is full or closed */
    synchronized boolean offer(W work) {
        if (closed || waiting.size() >= max) {
            return false;
        }
        waiting.add(work);
        notifyAll();
        return true;
    }

    /**
     * Waits for work.
     *
     * @param lingerNanos how long to wait for more once there is some, unless there are {@code most} already
     * @return at most so many, in order; empty only if the queue is closed and nothing is left
     */
    synchronized List<W> take(int most, long lingerNanos) {
        while (waiting.isEmpty() && !closed) {
            await(0);
        }
        long until = System.nanoTime() + lingerNanos;
        long left = lingerNanos;
        while (left > 0 && waiting.size() < most && !closed) {
            await(left);
            left = until - System.nanoTime();
        }
        return poll(most);
    }

    /** What is there now, at most so many. */
    synchronized List<W> poll(int most) {
        List<W> taken = new ArrayList<>();
        while (taken.size() < most && !waiting.isEmpty()) {
            taken.add(waiting.poll());
        }
        return taken;
    }

    synchronized void awaitClosed(long nanos) {
        long until = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !closed; left = until - System.nanoTime()) {
            await(left);
        }
    }

    private void await(long nanos) {
        try {
            if (nanos == 0) {
                wait();
            } else {
                wait(nanos / 1_000_000, (int) (nanos % 1_000_000));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("a store's thread cannot be interrupted", e);
        }
    }

    synchronized int size() {
        return waiting.size();
    }

    synchronized boolean closed() {
        return closed;
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
