package bytchat.transport.memory;

import java.util.Arrays;
import java.util.function.Predicate;

/**
 * Events in order of (time, submission): a heap with four children to a node, times beside the events so that most
 * comparisons touch one array. What is cancelled leaves at once, because a network's timers are nearly all time-outs of
 * answers that came.
 */
final class EventQueue {
    private static final int CHILDREN = 4;

    private long[] times = new long[1_024];
    private Event[] events = new Event[1_024];
    private int size;
    private long submissions;

    int size() {
        return size;
    }

    /** The time of the next event, {@link Long#MAX_VALUE} if there is none. */
    long nextNanos() {
        return size == 0 ? Long.MAX_VALUE : times[0];
    }

    void add(long timeNanos, Event event) {
        if (size == events.length) {
            times = Arrays.copyOf(times, 2 * size);
            events = Arrays.copyOf(events, 2 * size);
        }
        event.submission = submissions++;
        up(size++, timeNanos, event);
    }

    /** Takes the next event out. */
    Event poll() {
        Event first = events[0];
        removeAt(0);
        return first;
    }

    /** Takes an event out, if it is still there. */
    void remove(Event event) {
        if (event.index >= 0) {
            removeAt(event.index);
        }
    }

    /** Takes all these out; the others' order stays. */
    void removeIf(Predicate<Event> unwanted) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (unwanted.test(events[i])) {
                events[i].index = Event.OUTSIDE;
            } else {
                times[kept] = times[i];
                put(kept++, times[i], events[i]);
            }
        }
        Arrays.fill(events, kept, size, null);
        size = kept;
        for (int i = size / CHILDREN; i >= 0 && size > 0; i--) {
            down(i, times[i], events[i]);
        }
    }

    private void removeAt(int at) {
        events[at].index = Event.OUTSIDE;
        size--;
        long time = times[size];
        Event last = events[size];
        events[size] = null;
        if (at < size) {
            int parent = (at - 1) / CHILDREN;
            if (at > 0 && before(time, last, parent)) {
                up(at, time, last);
            } else {
                down(at, time, last);
            }
        }
    }

    private void up(int from, long time, Event event) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) / CHILDREN;
            if (!before(time, event, parent)) {
                break;
            }
            put(at, times[parent], events[parent]);
            at = parent;
        }
        put(at, time, event);
    }

    private void down(int from, long time, Event event) {
        int at = from;
        while (true) {
            int first = CHILDREN * at + 1;
            if (first >= size) {
                break;
            }
            int least = first;
            for (int child = first + 1; child < Math.min(first + CHILDREN, size); child++) {
                if (before(times[child], events[child], least)) {
                    least = child;
                }
            }
            if (before(time, event, least)) {
                break;
            }
            put(at, times[least], events[least]);
            at = least;
        }
        put(at, time, event);
    }

    private boolean before(long time, Event event, int other) {
        return time != times[other] ? time < times[other] : event.submission < events[other].submission;
    }

    private void put(int at, long time, Event event) {
        times[at] = time;
        events[at] = event;
        event.index = at;
    }

    /** Something that happens once. */
    abstract static class Event {
        private static final int OUTSIDE = -1;

        private long submission;
        private int index = OUTSIDE;

        abstract void happen();

        /** Whether it can no longer matter, because its host has died. */
        abstract boolean moot();
    }
}
