package bytchat.routing.kademlia.internal;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.routing.kademlia.internal.Candidate.Progress;
import bytchat.routing.kademlia.internal.LookupPath.State;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * All candidates of a lookup, and the disjoint paths on which they are asked (S/Kademlia, Baumgart and Mies 2007): what a
 * node names is asked on its own path only. In the end the paths are laid together to one.
 *
 * <p>Threat: liars that name the nearest of themselves, who name each other, so that a path that has met one of them ends
 * among them. Answer: no node is on two paths; half of the paths begin far off in the table, because its near contacts may
 * all be of that kind; and where there are several paths, 3 k of the nearest must have answered in the end: as far as that
 * many liars reach, there are honest nodes that know the others.
 */
final class LookupPaths {
    private static final int WIDE_PATHS_MIN = 3;
    private static final int WIDE = 3;
    private static final int DETOURS_MAX = 8;
    private static final int DETOUR_CONTACTS = 4;

    private final Key target;
    private final int width;
    private final int max;
    private final int number;
    private final Predicate<Contact> unreachable;
    /** Bounded by the queries of a lookup and the nodes that an answer may name. */
    private final Map<Contact, Candidate> known = new HashMap<>();
    private final LookupPath whole;
    /** Those that are gone along now; in the end, {@link #whole}. */
    private List<LookupPath> paths = new ArrayList<>();
    private boolean dealing;
    private int turn;
    private int detours;

    /**
     * @param number      of paths
     * @param width       nearest living nodes that must have answered on a path
     * @param max         candidates that a path remembers
     * @param unreachable who did not answer lately
     */
    LookupPaths(Key target, int number, int width, int max, Predicate<Contact> unreachable) {
        this.target = target;
        this.width = width;
        this.max = max;
        this.number = number;
        this.unreachable = unreachable;
        this.whole = path(number < WIDE_PATHS_MIN ? width : WIDE * width);
        for (int i = 0; i < number && number > 1; i++) {
            paths.add(path(width));
        }
        if (number == 1) {
            paths.add(whole);
        }
    }

    private LookupPath path(int nearest) {
        return new LookupPath(target, nearest, Math.max(max, 2 * nearest));
    }

    // ---- candidates

    /** Deals those whom this node knows, nearest first. */
    void begin(List<Contact> contacts) {
        // If there are not enough, those whom they name are dealt as well.
        dealing = contacts.size() < number;
        int near = number < WIDE_PATHS_MIN ? number : number / 2;
        for (int i = 0; i < contacts.size(); i++) {
            boolean far = near < number && 2 * i >= contacts.size();
            learn(contacts.get(i), 0, paths.get(far ? near + i % (number - near) : i % near));
        }
    }

    /** A path for somebody who is on none. */
    LookupPath any() {
        return paths.get(turn++ % paths.size());
    }

    /** The path for those whom the source names. */
    LookupPath heirOf(Candidate source) {
        return dealing && source.depth() == 0 ? any() : pathOf(source.path());
    }

    /** The path, or what has become of it. */
    LookupPath pathOf(LookupPath path) {
        return paths.contains(path) ? path : paths.get(0);
    }

    Candidate find(Contact contact) {
        return known.get(contact);
    }

    Candidate learn(Contact contact, int depth, LookupPath path) {
        Candidate candidate = known.computeIfAbsent(
                contact, c -> new Candidate(c, depth, unreachable.test(c)));
        path.add(candidate);
        if (path != whole) {
            whole.add(candidate);
        }
        return candidate;
    }

    Collection<Candidate> all() {
        return known.values();
    }

    /** Nearest first. */
    Collection<Candidate> nearest() {
        return whole.candidates();
    }

    Stream<Candidate> answered(Key nearestTo) {
        return known.values().stream()
                .filter(candidate -> candidate.is(Progress.ANSWERED))
                .sorted(Candidate.byDistance(nearestTo));
    }

    // ---- going along

    boolean several() {
        return number > 1;
    }

    List<LookupPath> paths() {
        return paths;
    }

    LookupPath whole() {
        return whole;
    }

    boolean going() {
        return paths.stream().anyMatch(path -> path.state() == State.GOING);
    }

    /**
     * From now on there is one path, with all that is on any.
     *
     * @return false if that was so before
     */
    boolean layTogether() {
        return go(whole);
    }

    private boolean go(LookupPath path) {
        boolean changes = paths.get(0) != path;
        paths = List.of(path);
        dealing = false;
        return changes;
    }

    /**
     * Another path, from contacts of this node that nobody has asked yet.
     *
     * @return false if there is none, or there were enough such paths
     */
    boolean detour() {
        List<Candidate> untouched = whole.candidates().stream()
                .filter(candidate -> candidate.is(Progress.NEW) && candidate.depth() == 0 && !candidate.doubtful())
                .limit(DETOUR_CONTACTS)
                .toList();
        if (untouched.isEmpty() || detours >= DETOURS_MAX) {
            return false;
        }
        detours++;
        LookupPath detour = path(width);
        untouched.forEach(detour::add);
        return go(detour);
    }
}
