package bytchat.api.routing;

import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;

/**
 * What to look for, and how.
 *
 * @param target    the key
 * @param count     how many nodes are wanted, 1 to {@link #COUNT_MAX}
 * @param paths     disjoint paths (S/Kademlia, Baumgart and Mies 2007), 1 to {@link #PATHS_MAX}: no node is asked on two of them, so
 *                  that a liar spoils one path only; 0: as many as the plane is configured to use
 * @param method    what each node is asked: {@code find_node}, or a method that answers with {@code nodes} as well, for example
 *                  {@code get_peers} or {@code get}
 * @param arguments of the question, beside {@code id}; the plane adds {@code target} to {@code find_node}, and {@code want} to all
 * @param watcher   sees each answer as it comes
 */
public record LookupRequest(Key target, int count, int paths, String method, BDict arguments, Watcher watcher) {
    public static final int COUNT_MAX = 256;
    public static final int PATHS_MAX = 8;
    public static final String FIND_NODE = "find_node";

    public LookupRequest {
        if (count < 1 || count > COUNT_MAX) {
            throw new IllegalArgumentException("a lookup finds 1 to " + COUNT_MAX + " nodes, not " + count);
        }
        if (paths < 0 || paths > PATHS_MAX) {
            throw new IllegalArgumentException("a lookup has 1 to " + PATHS_MAX + " paths, or 0 for the default, not " + paths);
        }
    }

    /** Looks for nodes, nothing else. */
    public static LookupRequest nodes(Key target, int count) {
        return new LookupRequest(target, count, 0, FIND_NODE, BDict.EMPTY, (from, result) -> false);
    }

    public LookupRequest withPaths(int number) {
        return new LookupRequest(target, count, number, method, arguments, watcher);
    }

    /** Asks each node something else on the way. */
    public LookupRequest asking(String otherMethod, BDict otherArguments, Watcher otherWatcher) {
        return new LookupRequest(target, count, paths, otherMethod, otherArguments, otherWatcher);
    }

    /** Sees answers. Called on the event loop. */
    @FunctionalInterface
    public interface Watcher {
        /**
         * @param from   who answered, by its claimed id
         * @param result the dictionary {@code r} of its answer: hostile input
         * @return true if nothing more is wanted: the lookup ends with {@link LookupResult.Satisfied}
         */
        boolean answered(Contact from, BDict result);
    }
}
