package bytchat.routing.kademlia.internal;

import bytchat.api.keyspace.Key;
import bytchat.routing.kademlia.internal.Candidate.Progress;
import java.util.Collection;
import java.util.TreeSet;

/** The candidates that one path of a lookup has heard of, nearest first. One may be on several, but is asked on one only. */
final class LookupPath {
    /** How far a path has come. */
    enum State {
        /** Somebody is to be asked, or waited for. */
        GOING,
        /** All that is waited for takes long. */
        STALLED,
        /** The nearest living ones have answered. */
        DONE
    }

    private final int width;
    private final int max;
    private final TreeSet<Candidate> candidates;

    /**
     * @param width nearest living nodes that must have answered
     * @param max   candidates remembered
     */
    LookupPath(Key target, int width, int max) {
        this.width = width;
        this.max = max;
        this.candidates = new TreeSet<>(Candidate.byDistance(target));
    }

    /** The farthest of too many is forgotten, if it has not been asked: those who have are few, and near. */
    void add(Candidate candidate) {
        candidates.add(candidate);
        if (candidates.size() > max && candidates.last().is(Progress.NEW)) {
            candidates.pollLast();
        }
    }

    void addAll(LookupPath other) {
        candidates.addAll(other.candidates);
    }

    Collection<Candidate> candidates() {
        return candidates;
    }

    /**
     * The nearest one not yet asked among the nearest ones that may still answer soon; null if there is none, or if
     * {@code atATime} nearer ones are waited for. Those farther off hold nobody up.
     */
    Candidate next(int atATime) {
        int alive = 0;
        int waitedFor = 0;
        for (Candidate candidate : candidates) {
            if (candidate.is(Progress.NEW) && !candidate.doubtful()) {
                return waitedFor < atATime ? candidate : null;
            }
            if (candidate.is(Progress.ASKED)) {
                alive++;
                waitedFor++;
            } else if (candidate.is(Progress.ANSWERED)) {
                alive++;
            }
            if (alive >= width) {
                return null;
            }
        }
        return null;
    }

    /** How far it has come: whom it waits for among those that could be of the nearest. */
    State state() {
        int found = 0;
        State state = State.DONE;
        for (Candidate candidate : candidates) {
            switch (candidate.progress()) {
                case ANSWERED -> found++;
                case STALLED -> state = State.STALLED;
                case ASKED -> {
                    return State.GOING;
                }
                case NEW -> {
                    if (!candidate.doubtful()) {
                        return State.GOING;
                    }
                }
                default -> { }
            }
            if (found >= width) {
                return state;
            }
        }
        return state;
    }

    /** Whether a candidate is among the nearest that could be of the result. */
    boolean isNear(Candidate wanted) {
        int answered = 0;
        for (Candidate candidate : candidates) {
            if (candidate == wanted) {
                return true;
            }
            answered += candidate.is(Progress.ANSWERED) ? 1 : 0;
            if (answered >= width) {
                return false;
            }
        }
        return false;
    }
}
